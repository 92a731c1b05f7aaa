"""The subject of a picture: by the alpha that it has, or by what a network finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, JsonValue

from processing.operators.context import Context
from processing.operators.picture import Floats, Picture, Unfit
from processing.operators.strips import MOST, filled, floats, samples
from processing.vision.guided import boxed, enlarged_rows
from processing.vision.networks import small

NETWORKS = ("u2netp",)
Network = Annotated[str, Field(max_length=60)]

_NOTHING = 5e-4  # share of the picture below which there is no subject
_WIDE, _NARROW = 1 / 12, 1 / 170  # of the longer side: the two blurs that colours are taken from
_PROXY = 1024


@dataclass(frozen=True)
class Subject:
    """``alpha``: samples of the picture's depth, height × width; None where it was given.

    ``measures``: ``area`` (share of the picture), and of a found mask its quality.
    """

    alpha: NDArray
    given: bool
    measures: dict[str, JsonValue]
    confidence: float | None


def subject_of(picture: Picture, context: Context, network: str = "") -> Subject:
    """The subject's alpha. Raises Unfit where nothing is found.

    A picture that has something transparent says itself what its subject is: no network is asked.
    """
    if picture.has_alpha and picture.image.extract_band(3).min() < MOST[picture.depth]:
        alpha = picture.image.extract_band(3).numpy().reshape(picture.height, picture.width)
        measures: dict[str, JsonValue] = {"area": _area(alpha, picture.depth), "mask": "given"}
        return _or_refused(Subject(alpha, True, measures, None))
    found = context.networks.mask(picture.rgb8(), network)
    alpha = samples(found.alpha, picture.depth)
    measures = {
        "area": _area(alpha, picture.depth),
        "mask": found.network,
        "edge_quality": round(found.edge_quality, 4),
        "confidence": round(found.confidence, 4),
    }
    return _or_refused(Subject(alpha, False, measures, found.confidence))


class Cut:
    """The picture with the subject's alpha, some rows at a time: a large one is never there twice.

    Colours of half transparent pixels are replaced by the subject's own where ``decontaminate``
    says so; alpha that was given came with its own colours, which stay. Forte, "Approximate Fast
    Foreground Colour Estimation", ICIP 2021: from blurred colours of both sides, twice, the second
    time from near by. The blurs are made on a small copy.
    """

    def __init__(self, picture: Picture, subject: Subject, *, decontaminate: bool = True) -> None:
        self.picture, self._subject = picture, subject
        self._both = None if subject.given or not decontaminate else _both_sides(picture, subject)

    def rows(self, rows: slice) -> Floats:
        """Some rows of RGB and alpha, float32 0..1."""
        seen = floats(self.picture, rows)
        if self._subject.given:
            return seen
        alpha = self._subject.alpha[rows].astype(np.float32) / np.float32(MOST[self.picture.depth])
        edge = (alpha > 0) & (alpha < 1)
        if self._both is not None and edge.any():
            size = self.picture.width, self.picture.height
            inner, outer = (enlarged_rows(one, rows, *size)[edge] for one in self._both)
            share = alpha[edge][:, None]
            own = inner + share * (seen[edge][:, :3] - share * inner - (1 - share) * outer)
            seen[edge, :3] = own
        return np.dstack([seen[:, :, :3], alpha])

    def whole(self) -> Picture:
        """All of it, in memory."""
        if self._subject.given:
            return self.picture
        frame = self.picture.width, self.picture.height
        return self.picture.with_array(filled(*frame, 4, self.picture.depth, self.rows))


def _both_sides(picture: Picture, subject: Subject) -> tuple[NDArray, NDArray]:
    """The subject's colours and those behind it, at the size of a small copy."""
    image = picture.proxy(_PROXY).floats()[:, :, :3]
    alpha = small(subject.alpha, _PROXY).astype(np.float32) / np.float32(MOST[picture.depth])
    longest = max(image.shape[:2])
    front, back = _sides(image, image, image, alpha, max(2, round(longest * _WIDE)))
    front, back = _sides(image, front, back, alpha, max(1, round(longest * _NARROW)))
    return np.ascontiguousarray(front), np.ascontiguousarray(back)


def _sides(
    image: NDArray, front: NDArray, back: NDArray, alpha: NDArray, radius: int
) -> tuple[NDArray, NDArray]:
    """Colours of the subject and of what is behind it, at each pixel (Forte's equations 4 to 6)."""
    share = alpha[:, :, None]
    inner = boxed(front * share, radius) / np.maximum(boxed(alpha, radius), 1e-5)[:, :, None]
    outer = boxed(back * (1 - share), radius)
    outer = outer / np.maximum(boxed(1 - alpha, radius), 1e-5)[:, :, None]
    own = inner + share * (image - share * inner - (1 - share) * outer)
    return np.clip(own, 0, 1).astype(np.float32), np.clip(outer, 0, 1).astype(np.float32)


def box_of(alpha: NDArray, depth: int) -> tuple[int, int, int, int]:
    """Left, top, width, height of what is at least 5 % opaque. Raises Unfit where nothing is."""
    there = (alpha > MOST[depth] * 0.05).view(np.uint8)
    left, top, width, height = cv2.boundingRect(there)
    if not width:
        raise Unfit("Nothing in this picture is opaque: there is no subject.")
    return left, top, width, height


def _area(alpha: NDArray, depth: int) -> float:
    return round(float(alpha.mean(dtype=np.float64)) / MOST[depth], 5)


def _or_refused(subject: Subject) -> Subject:
    area = subject.measures["area"]
    if isinstance(area, float) and area < _NOTHING:
        raise Unfit("No subject was found in this picture.")
    return subject
