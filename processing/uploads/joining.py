"""One upload out of several that came side by side."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dam import storage
from dam.models import User
from processing.uploads import parts
from processing.uploads.creating import Announcement, described
from processing.uploads.models import UploadSession, UploadState
from processing.uploads.protocol import read_concat
from processing.uploads.quota import require_size
from processing.uploads.refusals import (
    bad_request,
    busy,
    conflict,
    gone,
    no_room_on_disk,
    not_there,
)


def join(*, user: User, pks: Sequence[UUID], announced: Announcement) -> UploadSession:
    """Make one upload of a person's complete parts, in the order of `pks`; the parts end.

    Asking again, for example because the answer was lost, gives the same upload. Raises
    PermissionDenied and Refusal (400, 404, 409, 413, 423, 507).
    """
    session = described(user, announced)
    given = _parts(user, pks)
    if made := _made_already(given):
        return made
    session.length = session.offset = sum(part.offset for part in given)
    session.state = UploadState.COMPLETE
    require_size(session.length)
    target = parts.path_of(session.pk)
    with ExitStack() as undo:
        undo.callback(target.unlink, missing_ok=True)
        _write(target, given)
        made = _settle(session, given)
        if made is session:
            undo.pop_all()
    return made


def _parts(user: User, pks: Sequence[UUID]) -> list[UploadSession]:
    rows = UploadSession.objects.filter(user=user, pk__in=pks).select_related("joined_into")
    known = {row.pk: row for row in rows}
    if len(known) != len(pks):
        raise not_there()
    given = [known[pk] for pk in pks]
    if any(part.kind != UploadSession.Kind.PARTIAL for part in given):
        raise bad_request("Only uploads that began with “Upload-Concat: partial” can be joined.")
    if any(part.state == UploadState.ENDED for part in given) and not _made_already(given):
        raise conflict("A part belongs to another upload by now.", 0)
    for part in given:
        if part.state in {UploadState.RECEIVING, UploadState.EXPIRED}:
            raise conflict(f"The part {part.pk} is not complete.", part.offset)
    return given


def _made_already(given: Sequence[UploadSession]) -> UploadSession | None:
    made = given[0].joined_into
    if made is None:
        return None
    same = read_concat(made.concat).parts == tuple(part.pk for part in given)
    return made if same else None


def _write(target: Path, given: Sequence[UploadSession]) -> None:
    """Copy the parts one after the other into a new file, while nobody else has them."""
    try:
        with ExitStack() as stack, storage.room():
            whole = stack.enter_context(parts.held(target))
            for row in given:
                path = parts.path_of(row.pk)
                part = stack.enter_context(parts.held(path, flags=os.O_RDONLY))
                if part.size != row.offset:
                    raise parts.Lost(f"{path.name} has {part.size} bytes of {row.offset}")
                for chunk in part.read():
                    whole.write(chunk)
            whole.sync()
    except parts.Busy:
        raise busy() from None
    except storage.StorageFull as error:
        raise no_room_on_disk() from error
    except (parts.Lost, FileNotFoundError) as error:
        raise gone() from error


def _settle(session: UploadSession, given: Sequence[UploadSession]) -> UploadSession:
    """Write the row and end the parts; return what another request has made of them meanwhile."""
    pks = [part.pk for part in given]
    with transaction.atomic():
        rows = UploadSession.objects.select_for_update().filter(pk__in=pks).order_by("pk")
        free = all(row.state == UploadState.COMPLETE and not row.joined_into_id for row in rows)
        if free:
            session.save(force_insert=True)
            rows.update(state=UploadState.ENDED, joined_into=session, ended_at=timezone.now())
    if not free:
        made = _made_already(_parts(session.user, pks))
        if made is None:
            raise conflict("A part belongs to another upload by now.", 0)
        return made
    for pk in pks:
        parts.path_of(pk).unlink(missing_ok=True)
    return session
