"""How near looks are to a reference: 0 to 100, in all and for each of four aspects.

Each figure's distance from the reference's median is taken in tolerances: a difference that a
practised eye just accepts, or the reference's own spread where that is wider. An aspect's score is
100 · 2^−(d/3)², with d the largest of its distances: 93 at one tolerance, 50 at three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log2

import numpy as np

from processing.consistency.looks import Look

FEWEST = 3  # pictures that make a reference
HALF_AT = 3.0  # tolerances at which a score is 50
_SPREAD = 1.4826  # median absolute deviation → standard deviation, of a normal distribution

# Aspect → figure → tolerance. Colours: 0.02 in OKLab is about what is seen side by side (Ottosson
# 2020); a third of a stop is the step of cameras; shares of the frame; doublings of the size.
TOLERANCES: Mapping[str, Mapping[str, float]] = {
    "colour": {"a": 0.015, "b": 0.015, "ground_a": 0.015, "ground_b": 0.015},
    "exposure": {"stops": 1 / 3, "ground_l": 0.07, "contrast": 0.03},
    "framing": {"left": 0.03, "top": 0.03, "right": 0.03, "bottom": 0.03},
    "size": {"megapixels": 0.1, "aspect": 0.02},
}
ASPECTS = tuple(TOLERANCES)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a set should look like: figure → (median, tolerance)."""

    figures: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, looks: Sequence[Look]) -> Reference:
        """The reference that some pictures make. Raises ValueError for fewer than three."""
        if len(looks) < FEWEST:
            raise ValueError(f"A reference needs at least {FEWEST} pictures.")
        rows = [figures_of(look) for look in looks]
        return cls({name: _middle([row[name] for row in rows], name) for name in rows[0]})


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100, in all and by aspect; ``worst`` is the figure that is farthest off, and by how
    many tolerances (with its sign).
    """

    overall: float
    aspects: Mapping[str, float]
    worst: str
    off_by: float


def figures_of(look: Look) -> dict[str, float]:
    """The figures that are compared: sizes as logarithms, so that twice is as far as half."""
    told = asdict(look)
    width, height = told.pop("width"), told.pop("height")
    return {**told, "megapixels": log2(width * height / 1e6), "aspect": log2(width / height)}


def score(look: Look, reference: Reference) -> Score:
    """How near one picture is to the reference."""
    distances = _distances(look, reference)
    aspects = {
        aspect: _points([distances[name] for name in names]) for aspect, names in TOLERANCES.items()
    }
    worst = max(distances, key=lambda name: abs(distances[name]))
    overall = sum(aspects.values()) / len(aspects)
    return Score(round(overall, 1), aspects, worst, round(distances[worst], 2))


def score_of_set(scores: Sequence[Score]) -> dict[str, float]:
    """The mean of each aspect and of the whole over a set. Raises ValueError for none."""
    if not scores:
        raise ValueError("A set without pictures has no score.")
    means = {aspect: _mean([one.aspects[aspect] for one in scores]) for aspect in ASPECTS}
    return {"overall": _mean([one.overall for one in scores]), **means}


def _distances(look: Look, reference: Reference) -> dict[str, float]:
    told = figures_of(look)
    return {
        name: (told[name] - middle) / tolerance
        for name, (middle, tolerance) in reference.figures.items()
    }


def _middle(values: Sequence[float], name: str) -> tuple[float, float]:
    middle = float(np.median(values))
    spread = _SPREAD * float(np.median(np.abs(np.asarray(values) - middle)))
    least = next(names[name] for names in TOLERANCES.values() if name in names)
    return middle, max(spread, least)


def _points(distances: Sequence[float]) -> float:
    farthest = max(abs(one) for one in distances)
    return round(100.0 * 2.0 ** -((farthest / HALF_AT) ** 2), 1)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 1)
