"""Pictures that somebody asks by: a small copy is kept for a day, so that it has an address."""

import uuid
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from dam.storage import root

KEPT_HOURS = 24
LONGEST_SIDE = 1024
MOST_PIXELS = 80_000_000  # after what a JPEG can be shrunk while it is read
FOLDER = "asked"
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP")


class NoPicture(Exception):
    """What was dropped is no picture; the message is for the person."""


def keep_picture(upload: UploadedFile) -> str:
    """Keep a small copy of a picture that somebody asks by, for a day; return its token.

    Only the reduced, re-encoded copy is kept. Raises NoPicture.
    """
    try:
        with Image.open(upload, formats=FORMATS) as given:
            given.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            if given.width * given.height > MOST_PIXELS:
                raise NoPicture("That picture is too large to search by; a smaller copy will do.")
            picture = ImageOps.exif_transpose(given).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError) as error:
        raise NoPicture("That is not a picture that can be read.") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    folder = _folder()
    _forget_old(folder)
    token = uuid.uuid4().hex
    picture.save(folder / f"{token}.webp", "WEBP", quality=85)
    return token


def _folder() -> Path:
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
