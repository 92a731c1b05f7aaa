"""The pixels of a version as later steps want them: from its renditions, not the original.

Nothing is decoded here: that is done in a cell, and what comes out of it is numbers.
"""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from dam.models import Version
from dam.storage import incoming, path_of, require_mounted
from processing import sandbox
from processing.errors import TransientError
from processing.renditions import reading
from processing.renditions.making import LADDER

MOST_EDGE = max(spec.longest_edge for spec in LADDER)


def rendition(version: Version, purpose: str = "preview") -> Image.Image:
    """Return a rendition as RGB, what is transparent laid on white. Raises as `pixels` does."""
    return Image.fromarray(pixels(version, purpose))


def pixels(version: Version, purpose: str = "preview") -> np.ndarray:
    """Return a rendition as an array of uint8, height × width × 3, sRGB.

    Raises TransientError where the rendition is not there (any more) or damaged: it can be made
    again. Raises NotMounted where that is because its disk is not there.
    """
    row = version.renditions.filter(purpose=purpose).order_by("-id").first()
    if row is None or not path_of(row.key).exists():
        require_mounted()
        raise TransientError(f"The {purpose} of this picture is missing; it has to be made again.")
    return read(path_of(row.key))


def read(path: Path) -> np.ndarray:
    """Return a file of a rendition's kind as `pixels` does. Raises TransientError, and InputError
    where the cell answers nonsense.
    """
    with tempfile.TemporaryDirectory(dir=incoming(), prefix="pixels-") as folder:
        told = sandbox.call(reading.pixels, path, folder)
        size = told.height * told.width * 3
        fits = min(told.width, told.height) > 0 and max(told.width, told.height) <= MOST_EDGE
        if not fits or told.path.stat().st_size != size:
            raise sandbox.Crashed("The smaller copy of this picture cannot be read.")
        data = told.path.read_bytes()
    return np.frombuffer(data, np.uint8).reshape(told.height, told.width, 3)
