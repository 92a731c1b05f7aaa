"""What kind of content a picture has, as far as compression asks: fine coloured detail, flatness.

Measured on tiles of the picture itself, not on a shrunk copy: shrinking takes away just the fine
detail that matters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes3 = NDArray[np.uint8]

# Mean error of colour (of 255) that halving its resolution leaves in the worst hundredth of the
# picture. Kodak's photographs lie at 4 to 23, coloured text, charts and logos at 34 to 67.
_SHARP_CHROMA = 28.0
# Kodak's photographs have at most 0.2 of such pixels, graphics mostly more than 0.8.
_FLAT = 0.5


def needs_full_chroma(rgb: Bytes3) -> bool:
    """Whether colour at half resolution would show: sharp coloured edges, as in text and charts."""
    return chroma_error(rgb) > _SHARP_CHROMA


def is_flat(rgb: Bytes3) -> bool:
    """Whether most of it is drawn: areas of one exact colour, as photographs do not have them."""
    return flatness(rgb) > _FLAT


def flatness(rgb: Bytes3) -> float:
    """The share of pixels that are exactly what their left neighbour is, 0..1.

    ``rgb`` is uint8, height × width × 3 or 4.
    """
    same = (rgb[:, 1:] == rgb[:, :-1]).all(axis=2)
    return float(same.mean()) if same.size else 1.0


def chroma_error(rgb: Bytes3) -> float:
    """What 4:2:0 leaves out: the mean over the worst 1 % of pixels of |ΔCb| + |ΔCr|, of 255.

    ``rgb`` is uint8, height × width × 3. BT.601 as JFIF has it; 2 × 2 means, enlarged linearly.
    """
    chroma = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)[:, :, 1:].astype(np.float32)
    height, width = chroma.shape[:2]
    half = cv2.resize(chroma, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    back = cv2.resize(half, (width, height), interpolation=cv2.INTER_LINEAR)
    error = np.abs(back - chroma).sum(axis=2).ravel()
    worst = max(1, error.size // 100)
    return float(np.partition(error, -worst)[-worst:].mean())
