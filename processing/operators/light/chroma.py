"""What the colours of a picture say of its light: chromas in the logarithm of Bradford's cones.

Another light moves all of them by the same amount (von Kries' hypothesis), so that a cast is a
shift, and the statistics of a picture under it are those of the picture, shifted.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from processing.operators.light.adaptation import CONES
from processing.operators.light.spaces import RGB_TO_XYZ
from processing.operators.picture import Floats

Numbers = NDArray[np.float64]

_TO_CONES = CONES["bradford"] @ RGB_TO_XYZ
_TO_CONES = _TO_CONES / _TO_CONES.sum(axis=1, keepdims=True)  # white is (1, 1, 1)
_DARK, _BURNT = (
    0.01,
    0.96,
)  # of a pixel's brightest channel, linear; others say nothing of the light
_FEWEST = 64  # pixels
_LEAST = 1e-4
_NORMS = (1, 3, 6)
_BRIGHT = (98.0, 99.7)  # per cent of each cone
_SHARES = (5.0, 25.0, 50.0, 75.0, 95.0)  # per cent of the chromas
_BANDS = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)  # of the pixels, from dark to light


def chroma(cones: Numbers) -> Numbers:
    """Responses (…, 3) to (log M/L, log M/S) (…, 2); white is (0, 0)."""
    logs = np.log(np.maximum(cones, _LEAST))
    return logs[..., 1:2] - logs[..., [0, 2]]


def chroma_of(light: Numbers) -> Numbers:
    """The chroma of a light that is given as linear sRGB (3)."""
    return chroma(_TO_CONES @ light)


def light_of(found: Numbers) -> Numbers:
    """Linear sRGB (3) of a chroma (2), of the luminance that it happens to have."""
    cones = np.array([np.exp(-found[0]), 1.0, np.exp(-found[1])])
    return np.maximum(np.linalg.solve(_TO_CONES, cones), 1e-3)


def statistics(light: Floats) -> Numbers:
    """44 numbers about linear pixels (n, 3): chromas of 18 means, medians and quantiles, and eight
    on how the chromas are spread and hang together with lightness.
    """
    most = light.max(axis=1)
    telling = (most > _DARK) & (most < _BURNT)
    kept = light[telling] if int(telling.sum()) >= _FEWEST else light
    cones = np.maximum(kept.astype(np.float64) @ _TO_CONES.T, _LEAST)
    chromas = chroma(cones)
    means = [np.exp(np.log(cones).mean(axis=0))]
    means += [(cones**norm).mean(axis=0) ** (1 / norm) for norm in _NORMS]
    means += list(np.percentile(cones, _BRIGHT, axis=0))
    found = [chroma(np.array(means)), np.percentile(chromas, _SHARES, axis=0)]
    found.append(_by_lightness(chromas, cones[:, 1]))
    return np.concatenate([np.concatenate(found).ravel(), _spread(chromas, cones[:, 1], most)])


def _by_lightness(chromas: Numbers, light: Numbers) -> Numbers:
    """Medians of the chromas of dark to light pixels, (bands, 2)."""
    order = np.argsort(light, kind="stable")
    cuts = [round(share * len(order)) for share in _BANDS]
    bands = [order[start : max(end, start + 1)] for start, end in pairwise(cuts)]
    return np.array([np.median(chromas[band], axis=0) for band in bands])


def _spread(chromas: Numbers, light: Numbers, most: Floats) -> Numbers:
    logs = np.log(light)
    both = np.column_stack([chromas, logs])
    deviation = both.std(axis=0)
    centred = (both - both.mean(axis=0)) / np.maximum(deviation, 1e-4)
    together = centred.T @ centred / len(both)
    return np.array(
        [
            *deviation[:2],
            light.mean(),
            light.std(),
            float((most >= _BURNT).mean()),
            together[0, 1],
            together[0, 2],
            together[1, 2],
        ]
    )
