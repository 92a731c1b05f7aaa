"""From one white to another: chromatic adaptation in linear sRGB.

Bradford: the matrix of CIECAM97s without its blue exponent (Lam 1985), as ICC.1:2010 annex E has
it. Von Kries with the cones of Hunt, Pointer and Estévez, normalised to D65.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from processing.operators.light.spaces import D65_XYZ, RGB_TO_XYZ, XYZ_TO_RGB

Adaptation = Literal["bradford", "von-kries", "rgb"]

CONES = {
    "bradford": np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    ),
    "von-kries": np.array(
        [[0.40024, 0.70760, -0.08081], [-0.22630, 1.16532, 0.04570], [0.0, 0.0, 0.91822]]
    ),
    "rgb": XYZ_TO_RGB,
}


def adapting(
    white: NDArray[np.float64], adaptation: Adaptation = "bradford"
) -> NDArray[np.float64]:
    """3 × 3 matrix for linear sRGB that makes light of the colour ``white`` neutral.

    ``white`` is linear sRGB; with luminance 1, the luminance of neutral things stays.
    """
    cones = CONES[adaptation]
    seen = np.maximum(cones @ RGB_TO_XYZ @ white, 1e-4)
    gains = np.diag((cones @ D65_XYZ) / seen)
    return XYZ_TO_RGB @ np.linalg.inv(cones) @ gains @ cones @ RGB_TO_XYZ
