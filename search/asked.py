"""Pictures that somebody asks by: a small copy is kept for a day, so that it has an address."""

import shutil
import tempfile
import uuid
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils import timezone

from dam.storage import incoming, require_mounted, root
from processing import sandbox
from processing.decode import inspect
from processing.errors import InputError
from processing.limits import limits
from processing.operators.renditions import RenditionSpec, render

KEPT_HOURS = 24
COPY = RenditionSpec("asked", 1024, quality=85)
FOLDER = "asked"


class NoPicture(Exception):
    """What was dropped is no picture; the message is for the person."""


def keep_picture(upload: UploadedFile) -> str:
    """Keep a small copy of a picture that somebody asks by, for a day; return its token.

    Only the reduced, re-encoded copy is kept. Raises NoPicture, and TransientError where the
    picture cannot be looked at right now.
    """
    kept = _folder()
    _forget_old(kept)
    token = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(dir=incoming(), prefix="asked-") as folder:
        given = Path(folder) / "given"
        with given.open("xb") as file:
            shutil.copyfileobj(upload, file)
        try:
            sandbox.call(inspect, given, limits())
            made = sandbox.call(render, given, [COPY], folder)[0]
        except InputError as error:
            raise NoPicture(error.sentence) from error
        made.path.replace(kept / f"{token}.webp")
    return token


def _folder() -> Path:
    require_mounted()
    folder = root() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _forget_old(folder: Path) -> None:
    oldest = timezone.now().timestamp() - KEPT_HOURS * 3600
    for path in folder.glob("*.webp"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def picture_path(token: str) -> Path:
    """Return the file of a kept picture. Raises Http404 where there is none (any more)."""
    if len(token) != 32 or not token.isalnum():
        raise Http404
    path = _folder() / f"{token}.webp"
    if not path.is_file():
        raise Http404
    return path
