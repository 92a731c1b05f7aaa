"""What a picture's light is like, measured on a small copy; transparent pixels do not count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processing.operators.light.spaces import linear, luminance
from processing.operators.picture import Floats, Picture

EDGE = 512  # pixels: means and percentiles of it agree with the whole picture's to 1 %


@dataclass(frozen=True, slots=True)
class Sample:
    """Pixels that are seen: ``colours`` sRGB and ``light`` linear, both (n, 3), 0..1."""

    colours: Floats
    light: Floats

    @property
    def luminance(self) -> Floats:
        return luminance(self.light)


def sample(picture: Picture, edge: int = EDGE) -> Sample:
    """The pixels of a small copy that are more opaque than not; all where none is."""
    small = picture.proxy(edge)
    colours = small.floats()[:, :, :3].reshape(-1, 3)
    alpha = small.alpha()
    if alpha is not None and (alpha >= 0.5).any():
        colours = colours[alpha.ravel() >= 0.5]
    colours = np.ascontiguousarray(colours)
    return Sample(colours, linear(colours))
