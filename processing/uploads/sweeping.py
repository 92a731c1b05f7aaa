"""What nobody comes back for: uploads that were complete, that expired, that ended long ago."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dam import storage
from dam.models import Version
from processing import queue
from processing.uploads import parts
from processing.uploads.finishing import finish
from processing.uploads.models import WAITING, UploadSession, UploadState
from processing.uploads.quota import OPEN

STEP = "uploads"
KEPT = timedelta(days=7)  # how long an outcome is told after the end
STRAY_SECONDS = 3600.0
AT_ONCE = 200


def unfinished() -> Q:
    """Uploads of which every byte is here, and which are not taken in yet."""
    return Q(state=UploadState.COMPLETE) & ~Q(kind__in=WAITING)


def _unfinished() -> Q:
    return unfinished() & (Q(retry_at=None) | Q(retry_at__lte=timezone.now()))


def _expired() -> Q:
    waiting = Q(state=UploadState.RECEIVING) | Q(state=UploadState.COMPLETE, kind__in=WAITING)
    needed = UploadSession.objects.filter(sidecar=OuterRef("pk"), state__in=OPEN)
    return waiting & Q(~Exists(needed), expires_at__lte=timezone.now())


def _old() -> Q:
    ended = Q(state__in=(UploadState.ENDED, UploadState.EXPIRED))
    return ended & Q(expires_at__lte=timezone.now() - KEPT)


def sweep() -> None:
    """Ask a worker to look after uploads, where there is something to do. Cheap; call it often."""
    if UploadSession.objects.filter(_unfinished() | _expired() | _old()).exists():
        queue.enqueue(STEP)


def run(_versions: Sequence[Version] = ()) -> None:
    """Finish, expire and forget what is due: the library step `uploads`."""
    for session in UploadSession.objects.filter(_unfinished()).order_by("created_at")[:AT_ONCE]:
        finish(session)
    for session in UploadSession.objects.filter(_expired())[:AT_ONCE]:
        expire(session)
    UploadSession.objects.filter(_old()).delete()
    for path in strays():
        path.unlink(missing_ok=True)


def expire(session: UploadSession) -> bool:
    """End an upload that nobody went on with, unless somebody is just doing so."""
    path = parts.path_of(session.pk)
    try:
        with parts.held(path):
            now = timezone.now()
            ended = UploadSession.objects.filter(_expired(), pk=session.pk).update(
                state=UploadState.EXPIRED, ended_at=now
            )
            if ended:
                path.unlink(missing_ok=True)
    except parts.Busy:
        return False
    return bool(ended)


def strays() -> Iterator[Path]:
    """Yield parts that no open upload knows, an hour after they were last written.

    None where the media folder is not mounted.
    """
    if not storage.mounted():
        return
    old = [
        path
        for path in storage.incoming().glob(f"*{storage.PART}")
        if time.time() - path.stat().st_mtime > STRAY_SECONDS
    ]
    open_states = (UploadState.RECEIVING, UploadState.COMPLETE)
    for path in old:
        known = UploadSession.objects.filter(pk__in=_ids_of(path), state__in=open_states)
        if not known.exists():
            yield path


def _ids_of(path: Path) -> list[UUID]:
    """Return the id in a part's name, if there is one."""
    try:
        return [UUID(path.stem)]
    except ValueError:
        return []
