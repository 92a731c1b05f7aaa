"""Work on a picture a strip of rows at a time, where what is done depends on the place.

Memory is that of the result and of a few strips of floats, however large the picture is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats, Picture
from processing.vision.guided import strips

MOST = {8: 255, 16: 65535}
_KINDS = {8: np.uint8, 16: np.uint16}


def by_rows(picture: Picture, change: Callable[[Floats, slice], Floats]) -> Picture:
    """As `Picture.by_strips`, for changes that depend on where a pixel is; alpha stays.

    ``change`` gets colours (rows × width × 3, float32 0..1) and which rows they are.
    """
    start = 0

    def here(strip: Floats) -> Floats:
        nonlocal start
        rows = slice(start, start + len(strip))
        start = rows.stop
        return change(strip, rows)

    return picture.by_strips(here)


def filled(
    width: int, height: int, bands: int, depth: int, make: Callable[[slice], Floats]
) -> NDArray:
    """Samples of a whole picture; ``make`` gives some rows of them, float32 0..1."""
    made = np.empty((height, width, bands), _KINDS[depth])
    for rows in strips(width, height, 4 * bands):
        made[rows] = rounded(make(rows), depth)
    return made


def floats(picture: Picture, rows: slice) -> Floats:
    """All bands of some rows as float32, 0..1."""
    samples = picture.rows(rows.start, rows.stop - rows.start)
    return samples.astype(np.float32) / np.float32(MOST[picture.depth])


def rounded(values: Floats, depth: int) -> NDArray:
    """Floats of 0..1 as samples of 8 or 16 bits."""
    return np.rint(np.clip(values, 0.0, 1.0) * MOST[depth]).astype(_KINDS[depth])


def samples(alpha: Floats, depth: int) -> NDArray:
    """A map of 0..1 as samples of 8 or 16 bits, without another whole copy of floats."""
    made = np.empty(alpha.shape, _KINDS[depth])
    for rows in strips(alpha.shape[1], alpha.shape[0], 3):
        made[rows] = rounded(alpha[rows], depth)
    return made
