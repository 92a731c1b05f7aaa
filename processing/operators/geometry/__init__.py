"""Operators: which pixels, and where."""

from processing.operators.base import Operator
from processing.operators.geometry.contain import Contain
from processing.operators.geometry.cover import Cover
from processing.operators.geometry.crop import Crop
from processing.operators.geometry.fit import Fit
from processing.operators.geometry.flip import Flip
from processing.operators.geometry.lens import Lens
from processing.operators.geometry.pad import Pad
from processing.operators.geometry.perspective import Perspective
from processing.operators.geometry.resize import Resize
from processing.operators.geometry.rotate import Rotate
from processing.operators.geometry.smart_crop import SmartCrop
from processing.operators.geometry.straighten import Straighten
from processing.operators.geometry.tile import Tile
from processing.operators.geometry.trim import Trim

OPERATORS: tuple[type[Operator], ...] = (
    Resize,
    Fit,
    Cover,
    Contain,
    Crop,
    SmartCrop,
    Pad,
    Trim,
    Rotate,
    Flip,
    Straighten,
    Perspective,
    Lens,
    Tile,
)
