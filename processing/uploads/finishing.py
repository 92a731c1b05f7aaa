"""Taking a complete upload into the library, once, whatever is killed on the way.

The outcome is written in the transaction that makes asset and version. So an upload is either still
complete, and can be taken in again, or it has ended and its outcome is told for ever after.
"""

import hmac
import logging
import os
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from dam import storage
from dam.models import Asset
from processing.actions import Outcome, ingest_file
from processing.errors import TransientError
from processing.uploads import parts
from processing.uploads.models import UploadSession, UploadState

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
RETRY_AFTER = timedelta(seconds=30)
RETRY_SOON = timedelta(seconds=3)
LOST = "The server lost what had arrived of this file. Send it again."
ALTERED = "What arrived does not have the SHA-256 that was announced. Nothing of it was kept."
NOT_ALLOWED = "You may not bring files there (any more)."
GONE = "The picture that this version is of is not there any more."
WITHOUT = "Its sidecar was not there any more: bring it again, on the picture's page."
BROKEN = "Something went wrong inside Loupe each time this file was to be taken in."


def finish(session: UploadSession) -> UploadSession:
    """Take a complete upload in and end it; return it as it is then.

    Nothing happens where it is not complete, is a part, or is being finished by somebody else. It
    stays complete while the storage has no room or is away, or too many files are being looked at:
    the sweeper comes back to it.
    """
    if session.state != UploadState.COMPLETE or session.waits:
        return session
    if session.retry_at is not None and session.retry_at > timezone.now():
        return session
    path = parts.path_of(session.pk)
    try:
        # To be read alone: these may be, by a hard link, the bytes of an original already.
        with parts.held(path, flags=os.O_RDONLY | os.O_CREAT) as part:
            session.refresh_from_db()
            if session.state == UploadState.COMPLETE:
                _finish(session, part)
    except parts.Busy:
        session.refresh_from_db()
    return session


def _finish(session: UploadSession, part: parts.Part) -> None:
    # Counted before the work, so that a file that kills its process is counted too.
    session.attempts += 1
    session.save(update_fields=["attempts"])
    if session.attempts > MOST_ATTEMPTS:
        end(session, Outcome("refused", reason=BROKEN))
        return
    if refusal := _refusal(session, part):
        end(session, Outcome("refused", reason=refusal))
        part.path.unlink(missing_ok=True)
        return
    try:
        _take_in(session, part)
    except (storage.StorageFull, storage.StorageAway) as error:
        _wait(session, RETRY_AFTER, error)
    except TransientError as error:
        _wait(session, RETRY_SOON, error)
    else:
        part.path.unlink(missing_ok=True)
        if session.sidecar_id is not None:
            parts.path_of(session.sidecar_id).unlink(missing_ok=True)


def _wait(session: UploadSession, delay: timedelta, error: Exception) -> None:
    """Come back later; it was not the file's fault, so that this try does not count."""
    log.warning("upload %s waits: %s", session.pk, error)
    session.attempts, session.retry_at = session.attempts - 1, timezone.now() + delay
    session.save(update_fields=["attempts", "retry_at"])


def _refusal(session: UploadSession, part: parts.Part) -> str:
    """Say why a complete upload cannot be taken in; empty where it can."""
    if part.size != session.offset:
        return LOST
    if session.asset is not None and not _still_there(session):
        return GONE
    if session.sha256:
        digest = sha256()
        for chunk in part.read():
            digest.update(chunk)
        if not hmac.compare_digest(digest.hexdigest(), session.sha256):
            return ALTERED
    return ""


def _still_there(session: UploadSession) -> bool:
    visible = Asset.objects.visible_to(session.user)
    return visible.filter(pk=session.asset_id or 0).exists()


def _take_in(session: UploadSession, part: parts.Part) -> None:
    try:
        with transaction.atomic():
            sidecar = _sidecar_of(session)
            outcome = ingest_file(
                source=part.path,
                file_name=session.file_name,
                user=session.user,
                brand=session.brand,
                asset=session.asset,
                note=session.note,
                sidecar=sidecar,
                reserved=True,
            )
            if session.sidecar is not None:
                outcome = _with_sidecar(session.sidecar, outcome, came=sidecar is not None)
            end(session, outcome)
    except PermissionDenied:
        end(session, Outcome("refused", reason=NOT_ALLOWED))


def _sidecar_of(session: UploadSession) -> bytes | None:
    """The bytes of the sidecar that an upload names, unless they went away meanwhile."""
    brought = session.sidecar
    if brought is None or brought.state != UploadState.COMPLETE:
        return None
    try:
        data = parts.path_of(brought.pk).read_bytes()
    except FileNotFoundError:
        return None
    return data if len(data) == brought.offset else None


def _with_sidecar(brought: UploadSession, outcome: Outcome, *, came: bool) -> Outcome:
    """End the sidecar's upload as its picture's; say where the picture came without it."""
    if came:
        end(brought, replace(outcome, reason=""))
        return outcome
    return replace(outcome, reason=f"{outcome.reason} {WITHOUT}".strip())


def end(session: UploadSession, outcome: Outcome) -> None:
    """Write what became of an upload."""
    session.state, session.ended_at = UploadState.ENDED, timezone.now()
    session.outcome, session.reason = outcome.outcome, outcome.reason[:500]
    session.result, session.version = outcome.asset, outcome.version
    session.save(update_fields=["state", "ended_at", "outcome", "reason", "result", "version"])
