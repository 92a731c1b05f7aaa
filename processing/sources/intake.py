"""What is done about each file of a source: skip it, wait, take it, or put it away."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from dam.models import User
from dam.naming import Pattern
from dam.storage import StorageAway, StorageFull
from processing.actions import Outcome, clean_name, ingest_file
from processing.errors import OverQuota, ProcessingError
from processing.models import ErrorCategory, Source, SourceFile
from processing.sources import claims, late
from processing.sources.errors import CannotMove, Lost, NotStill, SourceTrouble, Unreadable
from processing.sources.items import Item, Put, Taking

log = logging.getLogger(__name__)

State, Whereabouts = SourceFile.State, SourceFile.Whereabouts
BATCH = 200
MOST_DEATHS = 3
KILLED = "Loupe was stopped {count} times while it took this file; it is not tried again."
STATE_OF = {"ingested": State.TAKEN, "duplicate": State.DUPLICATE, "refused": State.FAILED}


Owners = Sequence[SourceFile] | None  # of a sidecar; None: of a file that is none


class Place(Protocol):
    """Where a source's files are: a folder or a bucket."""

    @property
    def has_inodes(self) -> bool:
        """Whether a renamed file is known again by its signature."""

    def is_awaited(self, item: Item) -> bool:
        """Whether a file that this sidecar lies beside is there, to be taken with it."""

    def open(self, item: Item) -> AbstractContextManager[Taking]:
        """Open a file as it was found. Raises NotStill, Unreadable and SourceTrouble."""

    def put_away(self, item: Item, state: str, reason: str) -> Put:
        """Put a decided file where it belongs; return where that is. Raises CannotMove."""

    def usual(self, key: str) -> str:
        """Return where a failed file of that key is put while no other has its name there."""

    def bring_back(self, at: str, key: str) -> bool:
        """Move a failed file back to its key from where it was put; return whether it is there.

        Doing it twice is harmless. Raises CannotMove.
        """


@dataclass
class Intake:
    """Takes files of one source. `proceed` is asked between files and may wait; False ends it."""

    source: Source
    place: Place
    proceed: Callable[[], bool] = lambda: True
    again: list[Item] = field(default_factory=list)  # not still when they were to be taken
    trouble: str = ""  # what a person should know though work goes on
    stuck: str = ""  # the same, of a failed file that was to be brought back
    noting: bool = False  # whether files that were left in place are noted as being there
    cut: bool = False  # whether a look was ended before its end

    def consider(self, items: Iterable[Item]) -> bool:
        """Do what is to be done about files that are at rest; return False if it was ended."""
        for batch in _batches(items, BATCH):
            rows = claims.known(self.source, batch)
            if self.noting:
                claims.note_present(rows.values())
            owners = late.owners_of(self.source, self._sidecars(batch, rows))
            for item in batch:
                if not self._consider(item, rows.get(item.hash), owners.get(item.hash)):
                    self.cut = True
                    return False
        return True

    def _sidecars(self, batch: list[Item], rows: dict[str, SourceFile]) -> list[Item]:
        """Return the sidecars among some files that nothing was decided about yet."""
        known = ((item, rows.get(item.hash)) for item in batch if item.is_sidecar)
        return [item for item, row in known if row is None or not self._is_decided(item, row)]

    def _consider(self, item: Item, row: SourceFile | None, owners: Owners) -> bool:
        """Do what is to be done about one file; a sidecar has `owners`, perhaps none."""
        if row is None and owners is None and not self._moves and self.place.has_inodes:
            row = claims.renamed(self.source, item)
        if row is not None and self._is_decided(item, row):
            if self._moves and row.place in {"", Whereabouts.GONE}:
                self._put_away(item, row)
            return True
        if row is not None and row.not_before and row.not_before > timezone.now():
            return True
        if owners is not None and not self._is_late(item, owners):
            return True
        if not self.proceed():
            return False
        self._take(item, row, owners)
        return True

    def _is_late(self, item: Item, owners: Sequence[SourceFile]) -> bool:
        """Whether the picture of a sidecar was taken before; else it waits for its picture."""
        return bool(owners) and not (self._moves and self.place.is_awaited(item))

    @property
    def _moves(self) -> bool:
        return self.source.afterwards != Source.Afterwards.LEAVE

    def _is_decided(self, item: Item, row: SourceFile) -> bool:
        """Whether this very file was dealt with. One that was moved away and came back was not."""
        if row.state in claims.OPEN or row.signature != item.signature:
            return False
        return not (self._moves and row.place in {Whereabouts.DONE, Whereabouts.FAILED})

    def _take(self, item: Item, row: SourceFile | None, owners: Owners = None) -> None:
        claimed = claims.claim(self.source, item, row)
        if claimed is None:
            return  # another watcher was faster
        if claimed.deaths >= MOST_DEATHS:
            self._end(claimed, State.FAILED, reason=KILLED.format(count=claimed.deaths))
        elif owners is None and (misfit := self._misfit(item)):
            self._end(claimed, State.FAILED, reason=misfit)
        elif not self._take_claimed(item, claimed, owners):
            return
        self._put_away(item, claimed)

    def _misfit(self, item: Item) -> str:
        """Say why a name does not fit the pattern that the source wants, where it wants one."""
        text = self.source.name_pattern
        match = Pattern.parse(text).match(item.name) if text else None
        return "" if match is None or match else f"Its name does not fit {text}: {match.reason}"

    def _take_claimed(self, item: Item, row: SourceFile, owners: Owners) -> bool:
        """Take a claimed file; return whether its fate is decided."""
        try:
            with self.place.open(item) as taking, transaction.atomic():
                if owners is None:
                    self._decide(item, row, taking)
                else:
                    said = late.apply(self.source, owners, taking.source)
                    asset = owners[0].asset
                    self._end(row, State.TAKEN, reason=said, asset=asset, counted=False)
            return True
        except NotStill as error:
            claims.release(row, str(error))
            self.again.append(item)
        except Lost:
            log.warning("%s was taken by another watcher", item.shown)
        except (Unreadable, OSError) as error:
            self._pause(row, item, str(error))
        except OverQuota as error:
            self._pause(row, item, f"{self.source.bringer} brings it. {error.sentence}")
        except ProcessingError as error:
            return self._refuse(row, error)
        except (PermissionDenied, ValueError, StorageAway, StorageFull, SourceTrouble) as error:
            claims.release(row, str(error))
            raise SourceTrouble(_sentence(error, self.source)) from error
        return False

    def _decide(self, item: Item, row: SourceFile, taking: Taking) -> None:
        remembered = self._remembered(item, taking)
        if remembered is not None:
            reason = f"It has the bytes of {remembered.key}."
            asset, sha256 = remembered.asset, remembered.sha256
            self._end(row, State.DUPLICATE, reason=reason, asset=asset, sha256=sha256)
            return
        outcome = self._ingest(item, taking)
        version = outcome.version or (outcome.asset and outcome.asset.current_version)
        self._end(
            row,
            STATE_OF[outcome.outcome],
            # Of a duplicate the asset says enough, to those who may see it.
            reason=outcome.reason if outcome.outcome == "refused" else "",
            asset=outcome.asset,
            sha256=version.blob_id if version else "",
        )

    def _end(self, row: SourceFile, state: str, **more: Any) -> None:
        place = "" if self._moves else Whereabouts.LEFT
        with transaction.atomic():
            claims.end(row, state, place=place, **more)

    def _remembered(self, item: Item, taking: Taking) -> SourceFile | None:
        """Return the row of the same bytes under another name, where files are left in place.

        What was taken once does not come again because it was renamed, copied or touched: it may
        have been binned since.
        """
        if self._moves or not claims.seen_before(self.source, item.size):
            return None
        return claims.same_bytes(self.source, item, taking.sha256())

    def _ingest(self, item: Item, taking: Taking) -> Outcome:
        source = self.source
        user = User.objects.get(pk=source.bringer_id)  # anew: roles change while we watch
        return ingest_file(
            source=taking.source,
            file_name=clean_name(item.name),
            user=user,
            brand=source.brand,
            note=f"From {source.name}",
            priority=source.priority,
            tags=source.tags,
            collection=source.collection,
            sidecar=taking.sidecar,
        )

    def _pause(self, row: SourceFile, item: Item, reason: str) -> None:
        claims.release(row, reason, pause=True)
        self.trouble = f"{item.shown}: {reason}"

    def _refuse(self, row: SourceFile, error: ProcessingError) -> bool:
        if error.category in {ErrorCategory.TRANSIENT, ErrorCategory.RESOURCE}:
            claims.release(row, error.sentence, pause=True)
            return False
        self._end(row, State.FAILED, reason=error.sentence)
        return True

    def _put_away(self, item: Item, row: SourceFile) -> None:
        if not self._moves:
            return
        try:
            claims.put(row, self.place.put_away(item, row.state, row.reason))
        except CannotMove as error:
            self.trouble = f"{error} Files are left in place and remembered."
            claims.put(row, Put(Whereabouts.LEFT), str(error))

    def bring_back(self) -> None:
        """Move failed files that are to be tried again to where they came from."""
        for row in claims.to_bring_back(self.source)[:BATCH]:
            if not self.proceed():
                return
            self.stuck = ""
            try:
                claims.brought_back(row, there=self.place.bring_back(self._put_at(row), row.key))
            except CannotMove as error:
                self.stuck = f"{row.key}: {error}"
                claims.not_brought_back(row, str(error))

    def _put_at(self, row: SourceFile) -> str:
        """Return where a failed file lies; before that was written down, it was the usual place."""
        return row.put_at or self.place.usual(row.key)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _sentence(error: Exception, source: Source) -> str:
    if isinstance(error, PermissionDenied):
        return f"{source.bringer} may not bring files into {source.brand} (any more)."
    return str(error)
