"""What the tests of geometry share."""

import numpy as np

from processing.operators.base import Operator, Outcome
from processing.operators.context import Context
from processing.operators.picture import Picture


def run(operator: Operator, picture: Picture, context: Context | None = None) -> Outcome:
    return operator.run(picture, context or Context())


def size(picture: Picture) -> tuple[int, int]:
    return picture.width, picture.height


def with_focus(pixels: np.ndarray, x: float, y: float) -> Picture:
    """A picture whose focus is the pixel (x, y), marked in pure green."""
    marked = pixels.copy()
    marked[y - 2 : y + 3, x - 2 : x + 3] = (0, 255, 0)
    height, width = pixels.shape[:2]
    return Picture(Picture.from_array(marked).image, ((x + 0.5) / width, (y + 0.5) / height))


def at_focus(picture: Picture) -> np.ndarray:
    """The pixel that the focus points to."""
    assert picture.focus is not None
    x = min(int(picture.focus[0] * picture.width), picture.width - 1)
    y = min(int(picture.focus[1] * picture.height), picture.height - 1)
    return picture.array()[y, x].astype(int)


def is_marked(picture: Picture) -> bool:
    red, green, blue = at_focus(picture)[:3]
    return bool(green - max(red, blue) > 120)


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Decibels between pictures of 8 bits."""
    error = np.mean((one.astype(float) - other.astype(float)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))
