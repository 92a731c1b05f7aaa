"""The look of one picture in a few numbers: colour, exposure, framing, size."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from dam.colour import srgb_to_linear, srgb_to_oklab

MIDDLE_GREY = 0.18  # of full reflectance: what exposure meters aim at (ISO 2720)
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
_DARKEST = 1e-3
_EDGE = 0.04  # of the shorter side: the frame from which the background is told
_SEEN = 0.05  # OKLab: what differs less from the background is background
_INNER = (5.0, 95.0)  # percentiles of visual mass that the subject's box holds

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured of a picture.

    Colour: ``a`` and ``b`` are the mean chroma in OKLab by the mean lightness, ``ground_a`` and
    ``ground_b`` those of the background (the median of the frame): by lightness, because light
    times a factor moves all three alike, so that exposure is not counted as colour. Exposure:
    ``stops`` from middle grey, of the geometric mean of luminance; ``ground_l`` is the lightness
    of the background and ``contrast`` the standard deviation of lightness. Framing: the box of
    what differs from the background, as shares of width and height; the whole frame where nothing
    does.
    Size: in pixels, of the picture itself.
    """

    a: float
    b: float
    ground_a: float
    ground_b: float
    ground_l: float
    stops: float
    contrast: float
    left: float
    top: float
    right: float
    bottom: float
    width: float
    height: float

    def __post_init__(self) -> None:
        for field in fields(self):
            if not np.isfinite(getattr(self, field.name)):
                raise ValueError(f"{field.name} of a look is not a number")


def look_at(rgb: Pixels, width: int, height: int) -> Look:
    """Measure uint8 sRGB pixels (height × width × 3) of a picture of that size, or its preview.

    Raises ValueError for an empty picture.
    """
    if rgb.ndim != 3 or rgb.shape[2] != 3 or not rgb.size or min(width, height) < 1:
        raise ValueError(f"No look can be measured of pixels of shape {rgb.shape}.")
    lab = srgb_to_oklab(rgb.reshape(-1, 3)).reshape(rgb.shape)
    ground = np.median(_frame(lab), axis=0)
    luminance = srgb_to_linear(rgb.astype(np.float32) / 255.0) @ _LUMA
    middle = float(np.exp(np.mean(np.log(luminance + _DARKEST), dtype=np.float64)))
    left, top, right, bottom = _box(np.linalg.norm(lab - ground, axis=2))
    return Look(
        a=_by_lightness(lab[..., 1].mean(), lab[..., 0].mean()),
        b=_by_lightness(lab[..., 2].mean(), lab[..., 0].mean()),
        ground_a=_by_lightness(ground[1], ground[0]),
        ground_b=_by_lightness(ground[2], ground[0]),
        ground_l=float(ground[0]),
        stops=float(np.log2(middle / MIDDLE_GREY)),
        contrast=float(lab[..., 0].std()),
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        width=float(width),
        height=float(height),
    )


def _by_lightness(chroma: float, lightness: float) -> float:
    return float(chroma) / max(float(lightness), _DARKEST)


def _frame(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pixels along the four edges."""
    wide = max(1, round(min(lab.shape[:2]) * _EDGE))
    parts = (lab[:wide], lab[-wide:], lab[:, :wide], lab[:, -wide:])
    return np.concatenate([part.reshape(-1, 3) for part in parts])


def _box(difference: NDArray[np.float32]) -> tuple[float, float, float, float]:
    mass = np.where(difference > _SEEN, difference, 0.0)
    if not mass.any():
        return 0.0, 0.0, 1.0, 1.0
    left, right = _inner(mass.sum(axis=0))
    top, bottom = _inner(mass.sum(axis=1))
    return left, top, right, bottom


def _inner(mass: NDArray[np.float32]) -> tuple[float, float]:
    """Where the inner part of a mass along a line begins and ends, as shares of the line."""
    share = np.cumsum(mass, dtype=np.float64) / mass.sum(dtype=np.float64) * 100
    first, last = (int(np.searchsorted(share, at)) for at in _INNER)
    return first / len(mass), (last + 1) / len(mass)
