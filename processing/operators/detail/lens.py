"""What a lens with an open aperture makes of what lies behind its subject."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats
from processing.operators.shapes import rounded_box

_ENOUGH = 0.02  # share of the disc that must lie on the ground, for it to say a colour
_WIDER = 2.0  # how much larger the next disc is where that is not so
_EDGE = 5  # pixels beside the mask's edge that are still the subject's: it is never exact


def behind(
    light: Floats,
    subject: Floats,
    radius: float,
    *,
    seen: Floats | None = None,
    hidden: NDArray | None = None,
) -> Floats:
    """The ground out of focus, also where the subject hides it.

    ``light`` is rows × columns × 3 of linear light, ``subject`` rows × columns of 0..1, ``radius``
    the disc's in pixels; ``seen`` is the picture's own alpha, and where
    ``hidden`` is true nobody will look. Each pixel counts by the square of
    how much of it is ground (normalised convolution), so that an uncertain mask makes no holes.
    Where a disc finds no ground, wider ones do.
    """
    weight = 1.0 - cv2.dilate(subject, np.ones((_EDGE, _EDGE), np.uint8))
    weight = np.square(np.clip(weight, 0.0, 1.0)).astype(np.float32)
    if seen is not None:
        weight *= seen
    total = float(weight.sum())
    if total <= 0.0:
        return light
    mean = (light * weight[:, :, None]).sum(axis=(0, 1), dtype=np.float64) / total
    result = np.broadcast_to(mean.astype(np.float32), light.shape).copy()
    missing = np.ones(subject.shape, bool) if hidden is None else ~hidden
    while missing.any() and radius < max(subject.shape):
        blurred, share = _disc(light, weight, radius)
        found = missing & (share >= _ENOUGH)
        result[found] = blurred[found] / share[found][:, None]
        missing &= ~found
        radius *= _WIDER
    return result


def _disc(light: Floats, weight: Floats, radius: float) -> tuple[Floats, Floats]:
    """Weighted light and weights, each averaged over a disc; nothing is beyond the edges."""
    # A wide disc is laid on a smaller picture: it is as smooth there.
    step = max(1, int(radius // 12))
    height, width = weight.shape
    size = max(1, width // step), max(1, height // step)
    both = np.dstack([light * weight[:, :, None], weight])
    if step > 1:
        both = cv2.resize(both, size, interpolation=cv2.INTER_AREA)
    edge = 2 * int(np.ceil(radius / step)) + 1
    kernel = rounded_box(edge, edge, radius / step)
    blurred = cv2.filter2D(both, -1, kernel / kernel.sum(), borderType=cv2.BORDER_CONSTANT)
    if step > 1:
        blurred = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.maximum(blurred[:, :, :3], 0), np.clip(blurred[:, :, 3], 0, 1)
