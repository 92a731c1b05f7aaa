"""The look of one picture in a few numbers: colour, exposure, framing, size."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from dam.colour import srgb_to_linear, srgb_to_oklab

LOOK_VERSION = 1  # raise it when the same picture gives other numbers: looks are measured again
MIDDLE_GREY = 0.18  # of full reflectance: what exposure meters aim at (ISO 2720)
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
_DARKEST = 1e-3
_EDGE = 0.04  # of the shorter side: the frame from which the background is told
_SEEN = 0.05  # OKLab: what differs less from the background is background
_FEW = 0.005  # of the pixels: fewer are no subject, but dust
_INNER = (5.0, 95.0)  # percentiles of visual mass that the subject's box holds
_LONGEST = 384  # pixels: finer, all of these numbers stay the same

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured of a picture: of its subject, which is what differs from its background.

    Colour: ``a`` and ``b`` are the subject's mean chroma in OKLab by its mean lightness,
    ``ground_a`` and ``ground_b`` those of the background (the median of the frame): by lightness,
    because light times a factor moves all three alike, so that exposure is not counted as colour.
    Exposure: ``stops`` from middle grey, of the geometric mean of the subject's luminance;
    ``ground_l`` is the lightness of the background and ``contrast`` the standard deviation of the
    subject's lightness. Of the subject and not of the frame: a larger subject is framing, and no
    other exposure. Framing: the subject's box, as shares of width and height. Where nothing
    differs from the background, the whole frame is the subject.
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
    rgb = _smaller(rgb)
    lab = srgb_to_oklab(rgb.reshape(-1, 3)).reshape(rgb.shape)
    ground = np.median(_frame(lab), axis=0)
    difference = np.linalg.norm(lab - ground, axis=2)
    inside = difference > _SEEN
    if inside.mean() < _FEW:
        inside[:] = True
    luminance = srgb_to_linear(rgb)[inside] @ _LUMA
    middle = float(np.exp(np.mean(np.log(luminance + _DARKEST), dtype=np.float64)))
    lightness, a, b = (lab[inside][:, band].astype(np.float64) for band in range(3))
    left, top, right, bottom = _box(np.where(inside, difference, 0.0))
    return Look(
        a=_by_lightness(a.mean(), lightness.mean()),
        b=_by_lightness(b.mean(), lightness.mean()),
        ground_a=_by_lightness(ground[1], ground[0]),
        ground_b=_by_lightness(ground[2], ground[0]),
        ground_l=float(ground[0]),
        stops=float(np.log2(middle / MIDDLE_GREY)),
        contrast=float(lightness.std()),
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        width=float(width),
        height=float(height),
    )


def _smaller(rgb: Pixels) -> Pixels:
    """Means of blocks, so that the longer side has at most `_LONGEST` pixels."""
    by = -(-max(rgb.shape[:2]) // _LONGEST)
    rows, columns = rgb.shape[0] // by, rgb.shape[1] // by
    if by == 1 or not rows or not columns:
        return rgb
    blocks = rgb[: rows * by, : columns * by].reshape(rows, by, columns, by, 3)
    return np.rint(blocks.mean(axis=(1, 3), dtype=np.float32)).astype(np.uint8)


def _by_lightness(chroma: float, lightness: float) -> float:
    return float(chroma) / max(float(lightness), _DARKEST)


def _frame(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pixels along the four edges."""
    wide = max(1, round(min(lab.shape[:2]) * _EDGE))
    parts = (lab[:wide], lab[-wide:], lab[:, :wide], lab[:, -wide:])
    return np.concatenate([part.reshape(-1, 3) for part in parts])


def _box(mass: NDArray[np.float32]) -> tuple[float, float, float, float]:
    if mass.max() <= _SEEN:
        return 0.0, 0.0, 1.0, 1.0
    left, right = _inner(mass.sum(axis=0))
    top, bottom = _inner(mass.sum(axis=1))
    return left, top, right, bottom


def _inner(mass: NDArray[np.float32]) -> tuple[float, float]:
    """Where the inner part of a mass along a line begins and ends, as shares of the line."""
    share = np.cumsum(mass, dtype=np.float64) / mass.sum(dtype=np.float64) * 100
    first, last = (int(np.searchsorted(share, at)) for at in _INNER)
    return first / len(mass), (last + 1) / len(mass)
