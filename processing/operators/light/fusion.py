"""Exposure fusion: the best-exposed parts of several exposures, without an HDR picture between.

T. Mertens, J. Kautz, F. Van Reeth, "Exposure fusion", 2007, by OpenCV; exposures are aligned by
G. Ward, "Fast, robust image registration for compositing high dynamic range photographs from
hand-held exposures", 2003 (median threshold bitmaps).

OpenCV holds pyramids of all exposures in floats. Large pictures are therefore fused at a few
megapixels; what is finer is added by the same weights, a strip at a time. That is the pyramid's own
sum with its finest levels taken as one.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats, Picture
from processing.operators.strips import by_rows
from processing.vision.guided import enlarged_rows

AT_ONCE = 2_500_000  # pixels of each exposure that OpenCV gets
_COARSE = 1600  # pixels of the longer side for the first alignment
_FINE = 1600  # of the square in the middle for the second
_SIGMA = 0.2  # of the weight for good exposure (Mertens and others, section 3.1)

Shift = tuple[int, int]


def shift_between(first: Picture, other: Picture) -> Shift:
    """How many pixels to the right and down the other has to go to lie upon the first."""
    small = [one.proxy(_COARSE) for one in (first, other)]
    scale = first.width / small[0].width
    x, y = _bitmaps(_grey(small[0]), _grey(small[1]), 6)
    coarse = (round(x * scale), round(y * scale))
    if scale == 1:
        return coarse
    left, top = max(0, (first.width - _FINE) // 2), max(0, (first.height - _FINE) // 2)
    wide, high = min(_FINE, first.width), min(_FINE, first.height)
    pair = (first, moved(other, coarse))
    crops = [one.with_image(one.image.crop(left, top, wide, high)) for one in pair]
    x, y = _bitmaps(_grey(crops[0]), _grey(crops[1]), 4)
    return coarse[0] + x, coarse[1] + y


def moved(picture: Picture, shift: Shift) -> Picture:
    """The picture moved in its frame; its edge is repeated where it left it."""
    if shift == (0, 0):
        return picture
    x, y = shift
    image = picture.image.embed(x, y, picture.width, picture.height, extend="copy")
    return picture.with_image(image)


def fused(pictures: Sequence[Picture], powers: tuple[float, float, float]) -> Picture:
    """One picture of several exposures of the same size and depth, without their alpha.

    ``powers`` are the exponents of contrast, saturation and good exposure.
    """
    first = pictures[0]
    share = min(1.0, (AT_ONCE / (first.width * first.height)) ** 0.5)
    edge = max(1, int(first.longest * share))
    small = [one.proxy(edge).floats()[:, :, :3] for one in pictures]
    blended = _mertens(small, powers)
    if share == 1.0:
        return first.with_floats(np.clip(blended, 0.0, 1.0))
    return _with_detail(pictures, small, blended, powers)


def _mertens(exposures: Sequence[Floats], powers: tuple[float, float, float]) -> Floats:
    """OpenCV divides by 255 whatever the numbers are."""
    scaled = [np.ascontiguousarray(one * np.float32(255)) for one in exposures]
    return np.asarray(cv2.createMergeMertens(*powers).process(scaled), np.float32)


def _with_detail(
    pictures: Sequence[Picture],
    small: Sequence[Floats],
    blended: Floats,
    powers: tuple[float, float, float],
) -> Picture:
    """The fused small picture enlarged, and of each exposure what enlarging it loses."""
    first = pictures[0]
    size = (first.width, first.height)
    parts = list(zip(pictures, small, weights(small, powers), strict=True))
    most = np.float32(65535 if first.depth == 16 else 255)

    def change(strip: Floats, rows: slice) -> Floats:
        result = enlarged_rows(blended, rows, *size)
        for picture, exposure, weight in parts:
            own = picture.rows(rows.start, len(strip))[:, :, :3] / most
            own -= enlarged_rows(exposure, rows, *size)
            own *= enlarged_rows(weight, rows, *size)[:, :, None]
            result += own
        return result

    return by_rows(first, change)


def weights(exposures: Sequence[Floats], powers: tuple[float, float, float]) -> NDArray[np.float32]:
    """The share that each exposure has at each pixel, their sum 1 (section 3.1 of the paper)."""
    found = []
    for one in exposures:
        contrast = np.abs(cv2.Laplacian(one.mean(axis=2), cv2.CV_32F))
        well = np.exp(-((one - 0.5) ** 2) / (2 * _SIGMA**2)).prod(axis=2)
        parts = (contrast, one.std(axis=2), well)
        weight = np.ones(contrast.shape, np.float32)
        for part, power in zip(parts, powers, strict=True):
            weight *= np.power(part + 1e-6, power)
        found.append(cv2.GaussianBlur(weight + np.float32(1e-12), (0, 0), 1.5))
    table = np.stack(found)
    return (table / table.sum(axis=0)).astype(np.float32)


def _grey(picture: Picture) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(np.ascontiguousarray(picture.rgb8()), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, np.uint8)


def _bitmaps(first: NDArray[np.uint8], other: NDArray[np.uint8], bits: int) -> Shift:
    bits = max(1, min(bits, int(np.log2(max(2, min(first.shape)))) - 2))
    x, y = cv2.createAlignMTB(max_bits=bits).calculateShift(first, other)
    return int(x), int(y)
