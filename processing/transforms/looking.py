"""Looking at a picture for later requests, in a worker: qualities, faces, what stands out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from processing.operators.context import Context, Networks
from processing.operators.geometry.attention import faces_of
from processing.operators.geometry.saliency import saliency
from processing.operators.picture import Picture
from processing.transforms.encoding import quick
from processing.transforms.looks import LARGE, SMALL, SMALL_UP_TO, Coding, Look

FORMATS = ("jpg", "webp", "avif")
# What stands for a class of sizes: the longer side, in pixels.
_STANDS_FOR = {SMALL: 360, LARGE: 1280}
MOST_QUALITY = 90  # beyond, a picture that never meets the target only takes more bytes
_CELLS = 48  # along the longer side, of what is kept of the saliency
_MOST_FACES = 40
_LEAST_EDGE = 16  # pixels of the shorter side: what is thinner cannot be judged


def looked(picture: Picture, networks: Networks) -> Look:
    """See what requests ask later; about two seconds of one core.

    ``picture`` is all of it, upright, in sRGB.
    """
    small = picture.proxy(_STANDS_FOR[LARGE])
    faces, _missing = faces_of(small, networks)
    plain = tuple(replace(face, landmarks=()) for face in faces[:_MOST_FACES])
    return Look(_codings(small), plain, _cells(small))


def _codings(picture: Picture) -> dict[str, Coding]:
    """By type and class of size, for what the picture is large enough to be."""
    if min(picture.width, picture.height) < _LEAST_EDGE:
        return {}
    classes = [SMALL, LARGE] if picture.longest > SMALL_UP_TO else [SMALL]
    proxies = {name: picture.proxy(_STANDS_FOR[name]) for name in classes}
    return {f"{form}-{name}": _coding(proxies[name], form) for name in classes for form in FORMATS}


def _coding(proxy: Picture, form: str) -> Coding:
    """What the exporter finds to be enough for its target of SSIMULACRA2."""
    told = quick(form, None).encode(proxy, Context()).measures
    if told.get("mode") == "lossless":
        return Coding(100, lossless=True)
    quality = told["quality"]
    assert isinstance(quality, int)
    return Coding(min(quality, MOST_QUALITY), told.get("subsampling") == "444")


def _cells(picture: Picture) -> np.ndarray:
    """The saliency in few cells, of 0..255."""
    shown = saliency(picture)
    high, wide = shown.shape
    step = max(1, -(-max(high, wide) // _CELLS))
    rows = np.add.reduceat(shown, np.arange(0, high, step), axis=0)
    cells = np.add.reduceat(rows, np.arange(0, wide, step), axis=1)
    return np.rint(cells / cells.max() * 255).astype(np.uint8)
