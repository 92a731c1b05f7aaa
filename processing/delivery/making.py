"""The file of a download: made once for the words of today, kept until they change."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dam.storage import incoming, path_of
from processing import sandbox
from processing.delivery import keeping
from processing.delivery.keeping import FOLDER
from processing.renditions import reading

MOST_BYTES = 32 * 1024**2  # four times what the largest rendition's pixels could need


def key_of(version_id: int, purpose: str, digest: str, extension: str) -> str:
    """Return the key of a download: beside it lie those of the same version."""
    return f"{FOLDER}/{version_id % 1000:03d}/{version_id}/{purpose}-{digest[:32]}{extension}"


def kept(key: str, make: Callable[[], bytes]) -> BinaryIO:
    """Open a download, making it first where it is not there. Raises what `make` does, StorageFull.

    One is kept for each version, purpose and type: older words go when newer ones are written.
    """
    path = path_of(key)
    try:
        return keeping.opened(path)
    except FileNotFoundError:
        source = keeping.placed(path, make())
    _tidy(path)
    return source


def _tidy(path: Path) -> None:
    purpose = path.name.rpartition("-")[0]
    with contextlib.suppress(FileNotFoundError):  # trimmed meanwhile, its folder too
        for other in path.parent.glob(f"{purpose}-*{path.suffix}"):
            if other != path:
                other.unlink(missing_ok=True)


def as_jpeg(path: Path) -> bytes:
    """Return one of our own renditions as a JPEG in sRGB, transparency on white.

    It is made from the rendition and not from the original, so that the cost does not grow with the
    original; in a cell, because a cell made the rendition. Raises ProcessingError, and
    FileNotFoundError where the rendition is gone.
    """
    with tempfile.TemporaryDirectory(dir=incoming(), prefix="jpeg-") as folder:
        made = sandbox.call(reading.as_jpeg, path, folder)
        if made.stat().st_size > MOST_BYTES:
            raise sandbox.Crashed("The smaller copy of this picture cannot be read.")
        return made.read_bytes()
