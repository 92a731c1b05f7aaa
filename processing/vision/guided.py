"""The guided filter, which makes a map follow the edges of a picture.

He, Sun and Tang, "Guided Image Filtering", IEEE TPAMI 35(6), 2013, with a grey guide or one in
colour (their section 3.5); its coefficients are found on a small copy and used at full size as in
He and Sun, "Fast Guided Filter", arXiv:1505.00996, 2015.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]  # of float32; what OpenCV returns says less

_STRIP_BYTES = 24 * 1024**2


def coefficients(guide: Floats, target: Floats, radius: int, smooth: float) -> Floats:
    """What makes ``target`` out of the guide around each pixel: height × width × 4.

    The target is then about ``sum(guide × c[..., :3]) + c[..., 3]``. ``guide`` is float32 0..1,
    height × width × 3; ``smooth`` (the paper's ε) is the variance below which the guide counts as
    flat.
    """
    mean_guide, mean_target = boxed(guide, radius), boxed(target, radius)
    covariance = boxed(guide * target[:, :, None], radius) - mean_guide * mean_target[:, :, None]
    slope = _solved(_spread(guide, mean_guide, radius, smooth), covariance)
    offset = mean_target - np.einsum("ijk,ijk->ij", slope, mean_guide)
    return boxed(np.dstack([slope, offset]), radius)


def applied(guide: Floats, found: Floats) -> Floats:
    """The filtered map, 0..1, from a guide and coefficients of the same size."""
    return np.clip(np.einsum("ijk,ijk->ij", guide, found[..., :3]) + found[..., 3], 0.0, 1.0)


def by_grey(guide: Floats, target: Floats, radius: int, smooth: float) -> tuple[Floats, Floats]:
    """Slope and offset that make ``target`` out of a grey guide around each pixel.

    ``guide`` is height × width; ``target`` too, or × bands: so are the results. The target is then
    about ``slope × guide + offset``. ``smooth`` is the paper's ε, as in `coefficients`.
    """
    wide = (slice(None), slice(None), None) if target.ndim == 3 else ...
    mean, mean_target = boxed(guide, radius), boxed(target, radius)
    variance = np.maximum(boxed(guide * guide, radius) - mean * mean, 0)
    covariance = boxed(target * guide[wide], radius) - mean_target * mean[wide]
    slope = covariance / (variance + np.float32(smooth))[wide]
    return boxed(slope, radius), boxed(mean_target - slope * mean[wide], radius)


@dataclass(frozen=True, slots=True)
class Base:
    """A picture's base, without its texture and with its edges: linear in the picture itself.

    ``slope`` and ``level`` have a small copy's size (height × width) and serve the large picture.
    """

    slope: Floats
    level: Floats

    @classmethod
    def of(cls, values: Floats, radius: int, edge: float) -> Base:
        """For values (height × width) of the small copy.

        ``radius`` in its pixels is the size of texture; what varies by more than ``edge`` is none.
        """
        return cls(*by_grey(values, values, radius, edge**2))

    def rows(self, values: Floats, rows: slice, height: int) -> Floats:
        """The base of some rows (their values, n × width) of a picture of ``height`` rows."""
        width = values.shape[1]
        slope, level = (enlarged_rows(one, rows, width, height) for one in (self.slope, self.level))
        return slope * values + level


def boxed(values: Floats, radius: int) -> Floats:
    """The mean of the square of 2·radius+1 pixels around each."""
    return cv2.boxFilter(values, -1, (2 * radius + 1,) * 2, borderType=cv2.BORDER_REFLECT)


def strips(width: int, height: int, bands: int) -> Iterator[slice]:
    """Rows of a picture so many at a time that as many float32 bands stay within a bound."""
    rows = max(1, _STRIP_BYTES // (width * bands * 4))
    for start in range(0, height, rows):
        yield slice(start, min(start + rows, height))


def enlarged_rows(small: NDArray, rows: slice, width: int, height: int) -> Floats:
    """Some rows of ``small`` made ``width`` × ``height``, linearly, without making the others.

    ``small`` is height × width, or × bands. Places are those of pixels' centres; edges are held.
    """
    count, last = rows.stop - rows.start, small.shape[0] - 1
    place = (np.arange(rows.start, rows.stop) + 0.5) * small.shape[0] / height - 0.5
    place = np.clip(place, 0.0, last)
    above = place.astype(np.int64)
    share = (place - above).astype(np.float32).reshape(-1, *[1] * (small.ndim - 1))
    lines = small[above] * (1 - share) + small[np.minimum(above + 1, last)] * share
    wide = cv2.resize(lines, (width, count), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32).reshape(count, width, *small.shape[2:])


def _spread(guide: Floats, mean: Floats, radius: int, smooth: float) -> dict[str, Floats]:
    """The covariances of the guide's colours around each pixel, by the two colours' letters."""
    made = {}
    for one, first in enumerate("rgb"):
        for other, second in list(enumerate("rgb"))[one:]:
            product = boxed(guide[:, :, one] * guide[:, :, other], radius)
            made[first + second] = product - mean[:, :, one] * mean[:, :, other]
        made[first + first] += np.float32(smooth)
    return made


def _solved(spread: dict[str, Floats], wanted: Floats) -> Floats:
    """Solve the symmetric 3 × 3 system of each pixel by its cofactors: ten times as fast."""
    rr, rg, rb, gg, gb, bb = (spread[name] for name in ("rr", "rg", "rb", "gg", "gb", "bb"))
    minors = (
        (gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg),
        (rb * gb - rg * bb, rr * bb - rb * rb, rb * rg - rr * gb),
        (rg * gb - rb * gg, rb * rg - rr * gb, rr * gg - rg * rg),
    )
    whole = rr * minors[0][0] + rg * minors[0][1] + rb * minors[0][2]
    r, g, b = cv2.split(wanted)
    return np.dstack([(one[0] * r + one[1] * g + one[2] * b) / whole for one in minors])
