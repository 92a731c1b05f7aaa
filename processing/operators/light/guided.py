"""A picture's base, without its texture and with its edges: the fast guided filter.

K. He, J. Sun, "Fast guided filter", 2015 (after He, Sun and Tang, "Guided image filtering", 2010):
the filter's coefficients are found on a small copy and enlarged; the base is then linear in the
picture itself, at its full size, and follows its edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.light.enlarging import enlarged_rows
from processing.operators.picture import Floats


@dataclass(frozen=True, slots=True)
class Guide:
    """``base = slope * value + level``, both of a small copy's size (height × width)."""

    slope: Floats
    level: Floats

    def base(self, values: Floats, start: int, height: int) -> Floats:
        """The base of rows (n × width) that begin at ``start`` in a picture of ``height`` rows."""
        size = (height, values.shape[1])
        slope, level = (
            enlarged_rows(one, start, values.shape[0], size) for one in (self.slope, self.level)
        )
        return slope * values + level


def guide(values: Floats, radius: int, edge: float) -> Guide:
    """The filter for values (height × width) of a small copy.

    ``radius`` in its pixels is the size of texture; what varies by more than ``edge`` is an edge.
    """
    box = (2 * radius + 1, 2 * radius + 1)
    mean = _mean(values, box)
    variance = np.maximum(_mean(values * values, box) - mean * mean, 0.0)
    slope = variance / (variance + np.float32(edge**2))
    return Guide(_mean(slope, box), _mean(mean * (1.0 - slope), box))


def _mean(values: NDArray, box: tuple[int, int]) -> Floats:
    even = np.ascontiguousarray(values, np.float32)
    return np.asarray(cv2.blur(even, box, borderType=cv2.BORDER_REFLECT), np.float32)
