"""Pictures that somebody asks by: a small copy is kept for a day, so that it has an address.

All copies together have a bound: the oldest go first.
"""

import contextlib
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.utils import timezone

from dam.bodies import MIB
from dam.models import User
from dam.permissions import require
from dam.storage import incoming, require_mounted, root
from processing.errors import InputError
from search import similar
from search.turns import turn

KEPT_HOURS = 24
MOST_BYTES = 256 * 1024**2  # of all copies together
FOLDER = "asked"
LARGEST_PICTURE = 64 * MIB  # bytes


class NoPicture(Exception):
    """What was dropped is no picture; the message is for the person."""


def keep_picture(upload: UploadedFile, user: User) -> str:
    """Keep a small copy of a picture that somebody asks by, for a day; return its token.

    Only the reduced, re-encoded copy is kept. Raises PermissionDenied, NoPicture, and
    TransientError where the picture cannot be looked at right now or the person's other one is
    being looked at.
    """
    require(user, "library.search_by_picture")
    kept = _folder()
    token = uuid.uuid4().hex
    with turn(user), tempfile.TemporaryDirectory(dir=incoming(), prefix="asked-") as folder:
        given = Path(folder) / "given"
        with given.open("xb") as file:
            shutil.copyfileobj(upload, file)
        try:
            made = similar.reduced(given, Path(folder))
        except InputError as error:
            raise NoPicture(error.sentence) from error
        made.replace(kept / f"{token}.webp")
    forget(kept)
    return token


def most_of_a_form(request: HttpRequest, **address: object) -> float:
    """Return how many bytes a form with such a picture may have.

    For views that ask whether one may search by it before they read it.
    """
    return LARGEST_PICTURE + MIB


def _folder() -> Path:
    require_mounted()
    folder = root() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def forget(folder: Path) -> None:
    """Remove copies that are too old, and the oldest where all together are too many bytes."""
    oldest, room = timezone.now().timestamp() - KEPT_HOURS * 3600, MOST_BYTES
    for made, size, path in sorted(_copies(folder), reverse=True):
        room -= size
        if made < oldest or room < 0:
            path.unlink(missing_ok=True)


def _copies(folder: Path) -> Iterator[tuple[float, int, Path]]:
    for path in folder.glob("*.webp"):
        with contextlib.suppress(FileNotFoundError):  # another request removes it as well
            facts = path.stat()
            yield facts.st_mtime, facts.st_size, path


def picture_path(token: str, user: User) -> Path:
    """Return the file of a kept picture.

    Raises PermissionDenied, and Http404 where there is none (any more).
    """
    require(user, "library.search_by_picture")
    if len(token) != 32 or not token.isalnum():
        raise Http404
    path = _folder() / f"{token}.webp"
    if not path.is_file():
        raise Http404
    return path
