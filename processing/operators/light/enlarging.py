"""A small table of numbers enlarged to a picture's size, a strip of rows at a time."""

from __future__ import annotations

import cv2
import numpy as np

from processing.operators.picture import Floats


def enlarged_rows(small: Floats, start: int, count: int, size: tuple[int, int]) -> Floats:
    """``count`` rows from ``start`` of a table enlarged to ``size`` (height, width), linearly.

    ``small`` is height × width, or × bands; places are of pixels' centres, edges are held.
    """
    height, width = size
    place = (np.arange(start, start + count) + 0.5) * small.shape[0] / height - 0.5
    place = np.clip(place, 0.0, small.shape[0] - 1)
    above = place.astype(np.int64)
    below = np.minimum(above + 1, small.shape[0] - 1)
    share = (place - above).astype(np.float32).reshape(-1, *[1] * (small.ndim - 1))
    lines = np.ascontiguousarray(small[above] * (1 - share) + small[below] * share)
    wide = cv2.resize(lines, (width, count), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32).reshape(count, width, *small.shape[2:])
