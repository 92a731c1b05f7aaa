"""Fuse: one picture out of a bracketed series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import JsonValue

from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.light.fusion import fused, moved, shift_between
from processing.operators.light.sample import sample
from processing.operators.parameters import unit
from processing.operators.picture import Picture, Unfit

_MOST = 9  # exposures
_EDGE = 256  # pixels of the copies that movement is looked for in
_CHANGED = 0.12  # of a picture's range, after the histograms were made equal

Power = Annotated[float, unit("exponent", ge=0.0, le=3.0)]


class Fuse(Operator):
    """Fuses a series of exposures into one picture that shows shadows and highlights.

    Exposure fusion (Mertens, Kautz and Van Reeth 2007): each exposure counts where it has
    contrast, colour and a good exposure. The other exposures are the picture's companions; those
    from the hand are aligned first (Ward 2003). What moved between them lowers the confidence.
    """

    operator: ClassVar[str] = "fuse"
    title: ClassVar[str] = "Fuse exposures"
    family: ClassVar[Family] = "light"
    example: ClassVar[Mapping[str, JsonValue]] = {"align": True}

    align: bool = True
    """Whether exposures are moved upon each other first."""
    contrast: Power = 1.0
    """How much local contrast counts."""
    saturation: Power = 1.0
    """How much strong colour counts."""
    exposure: Power = 1.0
    """How much nearness to a middle grey counts."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        series = [picture.opaque(), *(_like(one, picture) for one in context.companions)]
        if not 2 <= len(series) <= _MOST:
            raise Unfit(f"A series has 2 to {_MOST} exposures, not {len(series)}.")
        shifts = [(0, 0)] * len(series)
        if self.align:
            shifts = [shifts[0], *(shift_between(series[0], one) for one in series[1:])]
            series = [moved(one, shift) for one, shift in zip(series, shifts, strict=True)]
        changed = max(_changed(series[0], other) for other in series[1:])
        made = fused(series, (self.contrast, self.saturation, self.exposure))
        alpha = picture.alpha()
        made = made if alpha is None else made.with_alpha(alpha)
        levels = [float(sample(one, _EDGE).luminance.mean()) for one in series]
        measures: dict[str, JsonValue] = {
            "exposures": len(series),
            "range_ev": round(float(np.log2(max(levels) / max(min(levels), 1e-4))), 2),
            "shifts_px": [list(shift) for shift in shifts],
            "moved_share": round(changed, 4),
        }
        return Outcome(made, measures, round(float(np.clip(1.0 - 5.0 * changed, 0.0, 1.0)), 3))


def _like(other: Picture, picture: Picture) -> Picture:
    """An exposure with the depth of the first. Raises Unfit where it is not of the series."""
    if (other.width, other.height) != (picture.width, picture.height) or not other.is_srgb:
        raise Unfit(
            f"Exposures have one size and colour space: {picture.width}×{picture.height} is not "
            f"{other.width}×{other.height}, or one of them is not in sRGB."
        )
    other = other.opaque()
    if other.depth == picture.depth:
        return other
    wide = picture.depth == 16
    scaled = other.array().astype(np.uint16) * 257 if wide else (other.array() / 257).round()
    return Picture.from_array(scaled.astype(np.uint16 if wide else np.uint8))


def _changed(first: Picture, other: Picture) -> float:
    """Which share of the picture is another scene, once the histograms of both are the same.

    What is burnt out or black in one of them cannot be compared and is left out.
    """
    one, two = (each.proxy(_EDGE).floats()[:, :, :3] for each in (first, other))
    seen = ((np.minimum(one, two) > 0.03) & (np.maximum(one, two) < 0.97)).all(axis=2)
    if not seen.any():
        return 0.0
    green, compared = one[seen][:, 1], two[seen][:, 1]
    shares = np.linspace(0.0, 1.0, 65)
    places = np.quantile(compared, shares) + np.arange(65) * 1e-6
    alike = np.interp(compared, places, np.quantile(green, shares))
    return float((np.abs(alike - green) > _CHANGED).mean())
