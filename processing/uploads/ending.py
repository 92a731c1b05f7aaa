"""Ending an upload before it is complete, because its sender says so."""

from uuid import UUID

from dam.models import User
from processing.uploads import parts
from processing.uploads.creating import mine
from processing.uploads.models import UploadSession, UploadState
from processing.uploads.receiving import turn
from processing.uploads.refusals import gone


def terminate(*, user: User, pk: UUID) -> None:
    """Forget a person's unfinished upload and what came of it. Raises Refusal (404, 410, 423)."""
    session = mine(user, pk)
    if session.state in {UploadState.ENDED, UploadState.EXPIRED}:
        raise gone()
    with turn(session) as part:
        session.refresh_from_db()
        if session.state == UploadState.ENDED:
            raise gone()
        session.delete()
        part.path.unlink(missing_ok=True)
    if session.sidecar is not None and not session.sidecar.pictures.exists():
        _forget_sidecar(session.sidecar)


def _forget_sidecar(sidecar: UploadSession) -> None:
    """A sidecar that no picture names any more goes too; one that is in use expires by itself."""
    ended = UploadSession.objects.filter(pk=sidecar.pk, state=UploadState.COMPLETE).delete()[0]
    if ended:
        parts.path_of(sidecar.pk).unlink(missing_ok=True)
