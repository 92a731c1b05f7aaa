"""Fits the correction that makes measured patches of a card what they ought to be.

Linear: a 3 × 3 matrix by least squares. Root-polynomial of degree 2: G. Finlayson, M. Mackiewicz
and A. Hurlbert, "Color correction using root-polynomial regression", 2015; six terms, of which the
result grows in proportion with the light, as of a matrix.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from processing.operators.light.spaces import luminance
from processing.operators.picture import Floats

Fit = Literal["matrix", "root-polynomial"]

_CLIPPED = 0.97  # linear; a patch with a channel beyond tells nothing
_DARK = 0.02  # luminance, added before weighing: errors are seen by their share of it


def terms(light: Floats, fit: Fit = "matrix") -> Floats:
    """What is weighted and summed: the channels, and for the polynomial their products' roots."""
    if fit == "matrix":
        return light
    r, g, b = np.maximum(light, 0.0).T
    roots = np.sqrt(np.stack([r * g, g * b, r * b], axis=1))
    return np.concatenate([light, roots], axis=1)


def solved(light: Floats, reference: Floats, fit: Fit = "matrix") -> NDArray[np.float32]:
    """Coefficients (3 or 6, 3) with which ``terms(light) @ coefficients`` comes nearest.

    Patches that are burnt out do not count; the others by the inverse of their lightness' slope
    (luminance to 2/3), so that dark patches weigh as they are seen.
    """
    weights = 1.0 / (luminance(np.maximum(reference, 0.0)) + _DARK) ** (2 / 3)
    clear = light.max(axis=1) < _CLIPPED
    if clear.sum() >= 12:
        weights = weights * clear
    left = (terms(light, fit) * weights[:, None]).astype(np.float64)
    right = (reference * weights[:, None]).astype(np.float64)
    return np.linalg.lstsq(left, right, rcond=None)[0].astype(np.float32)
