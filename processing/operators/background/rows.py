"""Work on a picture a strip of rows at a time, where what is done depends on the place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats, Picture
from processing.vision.guided import strips

MOST = {8: 255, 16: 65535}


def changed(picture: Picture, change: Callable[[slice, Floats], Floats]) -> Picture:
    """The picture with other colours; ``change`` gets rows and their colours (float32 0..1).

    Alpha stays. Memory is that of the result and of one strip.
    """
    result = picture.array().copy()
    for rows in strips(picture.width, picture.height, 12):
        strip = result[rows, :, :3].astype(np.float32) / np.float32(MOST[picture.depth])
        result[rows, :, :3] = rounded(change(rows, strip), picture.depth)
    return picture.with_array(result)


def rounded(values: Floats, depth: int) -> NDArray:
    """Floats of 0..1 as samples of 8 or 16 bits."""
    kind = np.uint16 if depth == 16 else np.uint8
    return np.rint(np.clip(values, 0.0, 1.0) * MOST[depth]).astype(kind)


def samples(alpha: Floats, depth: int) -> NDArray:
    """A map of 0..1 as samples of 8 or 16 bits, without another whole copy of floats."""
    made = np.empty(alpha.shape, np.uint16 if depth == 16 else np.uint8)
    for rows in strips(alpha.shape[1], alpha.shape[0], 3):
        made[rows] = rounded(alpha[rows], depth)
    return made
