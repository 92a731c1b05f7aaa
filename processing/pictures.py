"""The pixels of a version as later steps want them: from its renditions, not the original."""

import numpy as np
from PIL import Image

from dam.models import Version
from dam.storage import path_of, require_mounted
from processing.errors import TransientError

BACKDROP = (255, 255, 255)


def rendition(version: Version, purpose: str = "preview") -> Image.Image:
    """Return a rendition as RGB, what is transparent laid on white.

    Raises TransientError where the rendition is not there (any more): it can be made again. Raises
    NotMounted where that is because its disk is not there.
    """
    row = version.renditions.filter(purpose=purpose).order_by("-id").first()
    if row is None or not path_of(row.key).exists():
        require_mounted()
        raise TransientError(f"The {purpose} of this picture is missing; it has to be made again.")
    with Image.open(path_of(row.key)) as picture:
        if picture.mode == "RGB":
            return picture.copy()
        rgba = picture.convert("RGBA")
    ground = Image.new("RGB", rgba.size, BACKDROP)
    ground.paste(rgba, mask=rgba.getchannel("A"))
    return ground


def pixels(version: Version, purpose: str = "preview") -> np.ndarray:
    """Return a rendition as an array of uint8, height × width × 3, sRGB."""
    return np.asarray(rendition(version, purpose))
