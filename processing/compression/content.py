"""What kind of content a picture has, as far as compression asks: fine coloured detail, flatness.

Measured on tiles of the picture itself, not on a shrunk copy: shrinking takes away just the fine
detail that matters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from processing import vips
from processing.compression.tiles import mosaic

Bytes3 = NDArray[np.uint8]

# Mean error of colour (of 255) that halving its resolution leaves in the worst hundredth of the
# picture. Kodak's photographs lie at 2 to 20, coloured text on white at 40 and more.
_SHARP_CHROMA = 28.0


def needs_full_chroma(image: vips.Image) -> bool:
    """Whether colour at half resolution would show: sharp coloured edges, as in text and charts."""
    return chroma_error(mosaic(image)) > _SHARP_CHROMA


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
