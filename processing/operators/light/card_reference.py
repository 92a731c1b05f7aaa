"""The colours of the 24-patch card (ColorChecker Classic), as its maker published them.

CIE L*a*b* for D50 and the 2° observer: "Colorimetric values for ColorChecker family of targets",
X-Rite, for cards made from November 2014 on and for those before. Rows from the upper left, dark
skin first, the six greys last.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from processing.icc import D50_XYZ
from processing.operators.light.spaces import D65_XYZ, XYZ_TO_RGB
from processing.operators.picture import Floats

Edition = Literal["2014", "2005"]

COLUMNS, ROWS = 6, 4
GREYS = slice(18, 24)

_LAB: dict[str, tuple[tuple[float, float, float], ...]] = {
    "2014": (
        *((37.54, 14.37, 14.92), (64.66, 19.27, 17.50), (49.32, -3.82, -22.54)),
        *((43.46, -12.74, 22.72), (54.94, 9.61, -24.79), (70.48, -32.26, -0.37)),
        *((62.73, 35.83, 56.50), (39.43, 10.75, -45.17), (50.57, 48.64, 16.67)),
        *((30.10, 22.54, -20.87), (71.77, -24.13, 58.19), (71.51, 18.24, 67.37)),
        *((28.37, 15.42, -49.80), (54.38, -39.72, 32.27), (42.43, 51.05, 28.62)),
        *((81.80, 2.67, 80.41), (50.63, 51.28, -14.12), (49.57, -29.71, -28.32)),
        *((95.19, -1.03, 2.93), (81.29, -0.57, 0.44), (66.89, -0.75, -0.06)),
        *((50.76, -0.13, 0.14), (35.63, -0.46, -0.48), (20.64, 0.07, -0.46)),
    ),
    "2005": (
        *((37.986, 13.555, 14.059), (65.711, 18.130, 17.810), (49.927, -4.880, -21.925)),
        *((43.139, -13.095, 21.905), (55.112, 8.844, -25.399), (70.719, -33.397, -0.199)),
        *((62.661, 36.067, 57.096), (40.020, 10.410, -45.964), (51.124, 48.239, 16.248)),
        *((30.325, 22.976, -21.587), (72.532, -23.709, 57.255), (71.941, 19.363, 67.857)),
        *((28.778, 14.179, -50.297), (55.261, -38.342, 31.370), (42.101, 53.378, 28.190)),
        *((81.733, 4.039, 79.819), (51.935, 49.986, -14.574), (51.038, -28.631, -28.638)),
        *((96.539, -0.425, 1.186), (81.257, -0.638, -0.335), (66.766, -0.734, -0.504)),
        *((50.867, -0.153, -0.270), (35.656, -0.421, -1.231), (20.461, -0.079, -0.973)),
    ),
}
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@cache
def reference_light(edition: Edition = "2014") -> Floats:
    """The patches as linear sRGB, 24 × 3, adapted from D50 to D65 by Bradford's matrix.

    Cyan lies outside of sRGB and keeps its negative red.
    """
    lab = np.array(_LAB[edition])
    fy = (lab[:, 0] + 16) / 116
    f = np.stack([fy + lab[:, 1] / 500, fy, fy - lab[:, 2] / 200], axis=1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * D50_XYZ
    white = XYZ_TO_RGB @ _d50_to_d65()
    return (xyz @ white.T).astype(np.float32)


def _d50_to_d65() -> NDArray[np.float64]:
    gains = np.diag((_BRADFORD @ D65_XYZ) / (_BRADFORD @ D50_XYZ))
    return np.linalg.inv(_BRADFORD) @ gains @ _BRADFORD
