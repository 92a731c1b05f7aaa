"""Measured facts of a picture: light, colour, sharpness, noise.

Measured on the preview rendition (longest side at most 1024), so that a picture is judged at the
size at which people look at it and originals of any size compare. Thresholds for these figures,
and how they were chosen: ``processing.measures.checks``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dam.colour import srgb_to_oklab

Grey = NDArray[np.float32]
Orientation = Literal["landscape", "portrait", "square"]

FACTS_VERSION = 1

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601, on coded values
_SQUARE_TOLERANCE = 0.02
_TILE = 32

# Ratio of Laplacian to gradient at edges that one-pixel-sharp photographs reach.
_SHARPEST_RATIO = 2.25
_EDGE_SHARE = 97.0
_FAINTEST_EDGE = 2.0

_BLACK, _WHITE = 2, 254
_PAPER_WHITE = 245
_QUIET_TILES = 3.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured.

    brightness: mean OKLab lightness, 0..1. contrast: its standard deviation, 0..0.5.
    highlights: lightness that the brightest hundredth of the pixels reaches, 0..1.
    colourfulness: 0 is grey, about 15 slight, 45 quite, 80 very (Hasler & Süsstrunk 2003).
    sharpness: 0..1, about 0.75 for a good photograph; None where there are no edges to judge by.
    noise: standard deviation in 8-bit levels, of the quietest parts.
    clipped_dark, clipped_light: share of pixels that are black, or have a channel at its maximum.
    overexposure: 0..1, see ``_overexposure``.
    """

    brightness: float
    contrast: float
    highlights: float
    colourfulness: float
    sharpness: float | None
    noise: float
    clipped_dark: float
    clipped_light: float
    overexposure: float
    orientation: Orientation


def measure(rgb: NDArray[np.uint8]) -> Facts:
    """Measure sRGB pixels, uint8 (height, width, 3). Raises ValueError for another shape."""
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise ValueError(f"Expected uint8 pixels (height, width, 3), not {rgb.dtype} {rgb.shape}.")
    lightness = srgb_to_oklab(rgb[::2, ::2])[..., 0]
    highest = np.maximum(np.maximum(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
    grey = rgb.astype(np.float32) @ _LUMA
    return Facts(
        brightness=_rounded(float(lightness.mean(dtype=np.float64))),
        contrast=_rounded(float(lightness.std(dtype=np.float64))),
        highlights=_rounded(float(np.percentile(lightness, 99))),
        colourfulness=_rounded(colourfulness(rgb)),
        sharpness=sharpness(grey),
        noise=_rounded(noise(grey)),
        clipped_dark=_rounded((highest <= _BLACK).mean()),
        clipped_light=_rounded((highest >= _WHITE).mean()),
        overexposure=_rounded(_overexposure(rgb, highest)),
        orientation=orientation(rgb.shape[1], rgb.shape[0]),
    )


def orientation(width: int, height: int) -> Orientation:
    """Landscape, portrait, or square when the sides differ by at most 2 %."""
    if abs(width - height) <= _SQUARE_TOLERANCE * max(width, height):
        return "square"
    return "landscape" if width > height else "portrait"


def colourfulness(rgb: NDArray[np.uint8]) -> float:
    """Metric M3 of Hasler & Süsstrunk, "Measuring colourfulness in natural images", 2003."""
    red, green, blue = (rgb[..., band].astype(np.float32) for band in range(3))
    rg, yb = red - green, (red + green) / 2 - blue
    spread = np.hypot(rg.std(), yb.std())
    return float(spread + 0.3 * np.hypot(rg.mean(), yb.mean()))


def sharpness(grey: Grey) -> float | None:
    """How steep the strongest edges are, 0..1; None where nothing in the picture is an edge.

    The energy of the Laplacian (Pertuz et al., "Analysis of focus measure operators", 2013) over
    that of the gradient, both at the steepest three hundredths of the pixels. The contrast of the
    subject cancels out; what remains is one over the width of an edge in pixels. A soft background
    behind a sharp subject does not count, because the strongest edges are the subject's.
    """
    if min(grey.shape) < 8:
        return None
    inner = grey[1:-1, 1:-1]
    left, right, above, below = grey[1:-1, :-2], grey[1:-1, 2:], grey[:-2, 1:-1], grey[2:, 1:-1]
    gradient = ((right - left) ** 2 + (below - above) ** 2) / 4
    strong = gradient >= np.percentile(gradient, _EDGE_SHARE)
    energy = float(gradient[strong].mean())
    if energy < _FAINTEST_EDGE**2:
        return None
    laplacian = (left + right + above + below - 4 * inner)[strong]
    ratio = np.sqrt(float((laplacian**2).mean()) / (energy + 1.0))
    return _rounded(min(1.0, ratio / _SHARPEST_RATIO))


def noise(grey: Grey) -> float:
    """Noise in 8-bit levels: Immerkær, "Fast noise variance estimation", 1996, tile by tile.

    His operator also answers to texture, so we take the quietest tiles of 32 × 32: noise is
    everywhere, texture is not. Clipped pixels hide noise: they and their neighbours are left out.
    """
    if min(grey.shape) < 8:
        return 0.0
    response = np.abs(_second_difference(_second_difference(grey, 0), 1))
    usable = _three_by_three((grey > 8) & (grey < 247)).astype(np.float32)
    weight = _tile_sums(usable)
    totals = _tile_sums(response * usable)
    enough = weight > min(_TILE, usable.shape[0]) * min(_TILE, usable.shape[1]) / 2
    if not enough.any():
        return 0.0
    levels = np.sqrt(np.pi / 2) / 6 * totals[enough] / weight[enough]
    return float(np.percentile(levels, _QUIET_TILES))


def _three_by_three(fine: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True where a pixel and all its neighbours are; two smaller on either side."""
    rows = fine[:-2] & fine[1:-1] & fine[2:]
    return rows[:, :-2] & rows[:, 1:-1] & rows[:, 2:]


def _second_difference(values: Grey, axis: int) -> Grey:
    return np.diff(values, n=2, axis=axis)


def _tile_sums(values: Grey) -> Grey:
    """Sums over whole tiles; a picture smaller than a tile is one tile."""
    tall, wide = min(_TILE, values.shape[0]), min(_TILE, values.shape[1])
    rows, columns = values.shape[0] // tall, values.shape[1] // wide
    whole = values[: rows * tall, : columns * wide]
    return whole.reshape(rows, tall, columns, wide).sum(axis=(1, 3)).ravel()


def _overexposure(rgb: NDArray[np.uint8], highest: NDArray[np.uint8]) -> float:
    """Light lost to clipping, 0..1.

    White paper and white backgrounds clip in all channels and are meant; too much exposure also
    clips single channels of what should have a colour. So both must be there: this is the geometric
    mean of two shares, each as its square root: that of all pixels with a channel at its maximum,
    and the same among the pixels that are not near white.
    """
    clipped = highest >= _WHITE
    lowest = np.minimum(np.minimum(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
    coloured = lowest < _PAPER_WHITE
    lost_colour = np.count_nonzero(clipped & coloured) / (np.count_nonzero(coloured) + 1)
    return float((clipped.mean() * lost_colour) ** 0.25)


def _rounded(value: float) -> float:
    return round(float(value), 4)
