"""How sources are, told to people and machines."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from processing.models import Source
from processing.sources import roots
from processing.sources.errors import SourceTrouble
from processing.sources.folders import Folder

SILENCE = timedelta(seconds=20)


def state_of(source: Source) -> tuple[str, str]:
    """Return how a source is, in a word for machines, and a sentence where there is one.

    The words are those of `Source.State`, and "paused" and "unwatched" (nobody is at work).
    """
    if not source.active:
        return "paused", ""
    if source.seen_at is None or source.seen_at < timezone.now() - SILENCE:
        return "unwatched", "No watcher is at work: “manage.py up” starts one."
    return source.state, source.state_reason


def place_of(source: Source) -> str:
    if source.kind == Source.Kind.FOLDER:
        return source.path
    return f"s3://{source.bucket}/{source.prefix}"


BADGES = {
    Source.State.WATCHING: "approved",
    Source.State.HELD: "in_review",
    Source.State.UNREACHABLE: "failed",
    Source.State.ERROR: "failed",
    "unwatched": "in_review",
}
LABELS: dict[str, Any] = {
    **dict(Source.State.choices),
    "paused": gettext_lazy("Paused"),
    "unwatched": gettext_lazy("Nobody watches"),
}
MOST_COUNTED, LONGEST_COUNT = 20_000, 1.0


def row_of(source: Source) -> dict[str, Any]:
    """Return a source as the pages show it."""
    state, reason = state_of(source)
    return {
        "source": source,
        "place": place_of(source),
        "state": state,
        "label": LABELS[state],
        "badge": BADGES.get(state, ""),
        "reason": reason,
    }


@dataclass(frozen=True, slots=True)
class Preview:
    """What is in a folder: how many files, how many of them would be taken, and whether all were
    counted; or a sentence why that cannot be said."""

    files: int = 0
    wanted: int = 0
    whole: bool = True
    trouble: str = ""


def preview(source: Source) -> Preview:
    """Count what is in a source's folder, for a second at most."""
    try:
        folder = Folder(source, roots.allowed(source.path))
        folder.reach()
        wanted = sum(1 for _ in _bounded(folder.items()))
        files = sum(1 for _ in _bounded(_every_file(folder.root)))
    except ValidationError as error:
        return Preview(trouble=" ".join(error.messages))
    except SourceTrouble as error:
        return Preview(trouble=str(error))
    return Preview(files, min(wanted, files), whole=files < MOST_COUNTED)


def _bounded(things: Iterator[Any]) -> Iterator[Any]:
    end = time.monotonic() + LONGEST_COUNT
    for thing in islice(things, MOST_COUNTED):
        yield thing
        if time.monotonic() > end:
            return


def _every_file(root: str) -> Iterator[str]:
    for _, _, names in os.walk(root):
        yield from names


def describe(source: Source) -> dict[str, Any]:
    """Return a source as commands and the API show it; never its keys."""
    state, reason = state_of(source)
    return {
        "id": source.pk,
        "name": source.name,
        "kind": source.kind,
        "place": place_of(source),
        "brand": source.brand.slug,
        "active": source.active,
        "state": state,
        "reason": reason,
        "taken": source.taken,
        "duplicates": source.duplicates,
        "failed": source.failed,
        "waiting": source.waiting,
        "last_file_at": source.last_file_at.isoformat() if source.last_file_at else None,
        "seen_at": source.seen_at.isoformat() if source.seen_at else None,
    }
