"""The rows of a source's files: claimed before the work, ended together with it.

A claim is a token in the row. What ends it is a conditional update on that token, so that of two
that believe the file theirs, only one can be right, whatever died or was disconnected in between.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from dam.models import Asset
from processing.models import Source, SourceFile
from processing.sources.errors import Lost
from processing.sources.items import Item, Put
from processing.sources.names import shown

State, Whereabouts = SourceFile.State, SourceFile.Whereabouts
OPEN = {State.SEEN, State.TAKING}
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
RETRIABLE = Q(state=State.FAILED) & ~Q(place=Whereabouts.GONE)
NOWHERE = "It was to be tried again, and is no longer where failed files go."
COUNTERS: dict[str, str] = {
    State.TAKEN: "taken",
    State.DUPLICATE: "duplicates",
    State.FAILED: "failed",
}


def known(source: Source, items: Iterable[Item]) -> dict[str, SourceFile]:
    """Return the rows of some items by the hash of their keys, in one query."""
    rows = SourceFile.objects.filter(source=source, key_hash__in=[item.hash for item in items])
    return {row.key_hash: row for row in rows}


def renamed(source: Source, item: Item) -> SourceFile | None:
    """Return the row of a remembered file that has another name by now, and give it the new one."""
    same = SourceFile.objects.filter(source=source, signature=item.signature)
    row = same.exclude(key_hash=item.hash).exclude(state__in=OPEN).first()
    if row is None or not _rename(row, item):
        return None
    row.key, row.key_hash = item.shown, item.hash
    return row


def _rename(row: SourceFile, item: Item) -> bool:
    try:
        with transaction.atomic():
            same = SourceFile.objects.filter(pk=row.pk, key_hash=row.key_hash)
            return bool(same.update(key=item.shown, key_hash=item.hash))
    except IntegrityError:
        return False  # the new name has a row of its own


def claim(source: Source, item: Item, row: SourceFile | None) -> SourceFile | None:
    """Write our token into a file's row; return it, or None if somebody was faster."""
    token = uuid.uuid4().hex
    values: dict[str, Any] = {
        "size": item.size,
        "signature": item.signature,
        "state": State.TAKING,
        "place": "",
        "put_at": "",
        "present_at": None,
        "reason": "",
        "sha256": "",
        "token": token,
        "not_before": None,
        "asset": None,
    }
    if row is None:
        return _insert(source, item, values)
    again = row.signature == item.signature and row.state in OPEN
    values["attempts"] = row.attempts + 1 if again else 1
    # Still being taken though nobody else works on this source: whoever took it is no more.
    died = again and row.state == State.TAKING
    values["deaths"] = row.deaths + died if again else 0
    ours = SourceFile.objects.filter(pk=row.pk, token=row.token, state=row.state)
    if not ours.update(**values):
        return None
    row.refresh_from_db()
    return row


def _insert(source: Source, item: Item, values: dict[str, Any]) -> SourceFile | None:
    try:
        with transaction.atomic():
            return SourceFile.objects.create(
                source=source, key=item.shown, key_hash=item.hash, attempts=1, **values
            )
    except IntegrityError:
        return None


def end(
    row: SourceFile,
    state: str,
    *,
    place: str = "",
    reason: str = "",
    asset: Asset | None = None,
    sha256: str = "",
    counted: bool = True,
) -> None:
    """Decide about a claimed file; call it in the transaction that took it in. Raises Lost.

    What is not a file of its own is not `counted`.
    """
    ours = SourceFile.objects.filter(pk=row.pk, token=row.token, state=State.TAKING)
    now = timezone.now()
    ended = {"state": state, "place": place, "reason": reason, "asset": asset, "sha256": sha256}
    if not ours.update(settled_at=now, **ended):
        raise Lost(row.key)
    counter = COUNTERS[state]
    more = {counter: F(counter) + 1} if counted else {}
    Source.objects.filter(pk=row.source_id).update(last_file_at=now, **more)
    row.state, row.place, row.reason = state, place, reason


def release(row: SourceFile, reason: str, *, pause: bool = False) -> None:
    """Give a claimed file back undecided, to be looked at again, perhaps not at once.

    Without a pause the try does not count: nothing was wrong but the moment.
    """
    ours = SourceFile.objects.filter(pk=row.pk, token=row.token, state=State.TAKING)
    if not pause:
        attempts = max(0, row.attempts - 1)
        ours.update(state=State.SEEN, reason=reason, attempts=attempts)
        return
    wait = min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)
    ours.update(state=State.SEEN, reason=reason, not_before=timezone.now() + wait)


def put(row: SourceFile, where: Put, note: str = "") -> None:
    """Write down where a decided file lies now."""
    values = {"place": where.place, "put_at": shown(where.at)}
    values |= {"reason": f"{row.reason} {note}".strip()} if note else {}
    SourceFile.objects.filter(pk=row.pk, token=row.token).update(**values)


def note_present(rows: Iterable[SourceFile]) -> None:
    """Write down that files that were left in place are there (see forgetting.py)."""
    left = [row.pk for row in rows if row.place == Whereabouts.LEFT]
    SourceFile.objects.filter(pk__in=left, place=Whereabouts.LEFT).update(present_at=timezone.now())


def forget_gone(source: Source, key_hash: str) -> None:
    """Drop the row of a file that went away before anything was decided about it."""
    source.files.filter(key_hash=key_hash, state=State.SEEN, place="").delete()


def seen_before(source: Source, size: int) -> bool:
    """Whether a file of this size was decided before: then its bytes may be the same."""
    return SourceFile.objects.filter(source=source, size=size).exclude(sha256="").exists()


def same_bytes(source: Source, item: Item, sha256: str) -> SourceFile | None:
    """Return a decided file of the source with these bytes."""
    alike = SourceFile.objects.filter(source=source, size=item.size, sha256=sha256)
    return alike.exclude(key_hash=item.hash).exclude(state__in=OPEN).first()


def retriable(source: Source) -> QuerySet[SourceFile]:
    """Return failed files that can be tried again: in their place, or where failed ones go."""
    return source.files.filter(RETRIABLE)


def retry_failed(source: Source, rows: Iterable[int] | None = None) -> int:
    """Let failed files be taken again; return how many.

    Those that were moved away keep their whereabouts until the watcher has brought them back.
    """
    failed = retriable(source)
    if rows is not None:
        failed = failed.filter(pk__in=list(rows))
    fresh = {"state": State.SEEN, "reason": "", "attempts": 0, "deaths": 0, "not_before": None}
    count = failed.filter(place=Whereabouts.FAILED).update(**fresh)
    count += failed.exclude(place=Whereabouts.FAILED).update(**fresh, place="")
    fewer = Greatest(F("failed") - count, 0)
    Source.objects.filter(pk=source.pk).update(failed=fewer)
    return count


def to_bring_back(source: Source) -> QuerySet[SourceFile]:
    """Return the files that are to be tried again and lie where failed ones were moved to."""
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return source.files.filter(due, state=State.SEEN, place=Whereabouts.FAILED).order_by("pk")


def brought_back(row: SourceFile, *, there: bool) -> None:
    """Write down that a file is in its place again, or is nowhere."""
    same = SourceFile.objects.filter(pk=row.pk, state=State.SEEN, place=Whereabouts.FAILED)
    if there:
        same.update(place="", put_at="")
    elif same.update(state=State.FAILED, place=Whereabouts.GONE, put_at="", reason=NOWHERE):
        Source.objects.filter(pk=row.source_id).update(failed=F("failed") + 1)


def not_brought_back(row: SourceFile, reason: str) -> None:
    """Try later to bring a file back."""
    same = SourceFile.objects.filter(pk=row.pk, state=State.SEEN, place=Whereabouts.FAILED)
    wait = min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)
    same.update(reason=reason, attempts=F("attempts") + 1, not_before=timezone.now() + wait)
