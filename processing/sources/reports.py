"""How sources are, told to people and machines."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from processing.models import Source

SILENCE = timedelta(seconds=20)


def state_of(source: Source) -> tuple[str, str]:
    """Return how a source is, in a word for machines, and a sentence where there is one.

    The words are those of `Source.State`, and "paused" and "unwatched" (nobody is at work).
    """
    if not source.active:
        return "paused", ""
    if source.seen_at is None or source.seen_at < timezone.now() - SILENCE:
        return "unwatched", "No watcher is at work: `manage.py up` or `watch` starts one."
    return source.state, source.state_reason


def place_of(source: Source) -> str:
    if source.kind == Source.Kind.FOLDER:
        return source.path
    return f"s3://{source.bucket}/{source.prefix}"


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
