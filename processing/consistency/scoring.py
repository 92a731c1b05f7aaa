"""How near looks are to a reference: 0 to 100, in all and for each of four aspects.

Each figure's distance from the reference's median is taken in tolerances: a difference that a
practised eye just accepts, or the reference's own spread where that is wider. An aspect's score is
100 · 2^−(d/3)², with d the largest of its distances: 93 at one tolerance, 50 at three. In all, a
score is half the mean of the four aspects and half the lowest of them: three that are right do not
make up for one that is wrong.

A set has the mean of its pictures' scores, but no more than its drift has: the distance of its
median from the reference's. Where pictures differ among themselves, each may be near enough while
all of them together are a third of a stop too dark; a median over many tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log2, pi, sqrt

import numpy as np

from processing.consistency.looks import Look

FEWEST = 3  # pictures that make a reference
HALF_AT = 3.0  # tolerances at which a score is 50
# Median absolute deviation → standard deviation of a normal distribution, and what few values
# understate it by, from two on (Croux and Rousseeuw 1992, "Time-efficient algorithms for two
# highly robust estimators of scale", section 3); of more, n / (n − 0.8).
_SPREAD = 1.4826
_OF_FEW = {2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}
_WITHIN = 1.5  # standard deviations of the reference that count as one tolerance

# Aspect → figure → tolerance. Colours: 0.02 in OKLab is about what is seen side by side (Ottosson
# 2020); a third of a stop is the step of cameras; shares of the frame; doublings of the size.
TOLERANCES: Mapping[str, Mapping[str, float]] = {
    "colour": {"a": 0.015, "b": 0.015, "ground_a": 0.015, "ground_b": 0.015},
    "exposure": {"stops": 1 / 3, "ground_l": 0.07, "contrast": 0.03},
    "framing": {"left": 0.03, "top": 0.03, "right": 0.03, "bottom": 0.03},
    "size": {"megapixels": 0.2, "aspect": 0.02},
}
ASPECTS = tuple(TOLERANCES)
FIGURES = tuple(name for names in TOLERANCES.values() for name in names)
FLOORS: Mapping[str, float] = {
    name: least for names in TOLERANCES.values() for name, least in names.items()
}


@dataclass(frozen=True, slots=True)
class Aim:
    """One figure of a reference: its median, and how the reference spreads around it.

    ``spread`` is a robust standard deviation, ``count`` of how many pictures.
    """

    middle: float
    spread: float
    count: int

    def tolerance(self, least: float) -> float:
        """For one picture: that of the figure, or the reference's spread where that is wider."""
        return max(least, _WITHIN * self.spread)

    def drift_tolerance(self, least: float, count: int) -> float:
        """For the median of so many pictures: the wider of the figure's and of two standard errors
        of the difference of two medians, each π/2 · variance / n (Kendall and Stuart).
        """
        error = self.spread * sqrt(pi / 2 * (1 / self.count + 1 / max(1, count)))
        return max(least, 2 * error)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a set should look like: figure → where to aim."""

    figures: Mapping[str, Aim]

    @classmethod
    def of(cls, looks: Sequence[Look]) -> Reference:
        """The reference that some pictures make. Raises ValueError for fewer than three."""
        if len(looks) < FEWEST:
            raise ValueError(f"A reference needs at least {FEWEST} pictures.")
        return cls.of_figures([figures_of(look) for look in looks])

    @classmethod
    def of_figures(cls, rows: Sequence[Mapping[str, float]]) -> Reference:
        """The same from what `figures_of` gave. Raises ValueError for fewer than three."""
        if len(rows) < FEWEST:
            raise ValueError(f"A reference needs at least {FEWEST} pictures.")
        return cls({name: _aim([row[name] for row in rows]) for name in FIGURES})

    def tolerances(self) -> dict[str, float]:
        """Figure → what counts as one step away from the reference, for one picture."""
        return {name: aim.tolerance(FLOORS[name]) for name, aim in self.figures.items()}

    def drifts(self, medians: Mapping[str, float], count: int) -> dict[str, float]:
        """How far the medians of a set of so many pictures are off, in tolerances, with signs."""
        return {
            name: (medians[name] - aim.middle) / aim.drift_tolerance(FLOORS[name], count)
            for name, aim in self.figures.items()
        }


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 100, in all and by aspect; ``off_by`` has every figure's distance in tolerances, with
    its sign, and ``worst`` is the figure that is farthest off.
    """

    overall: float
    aspects: Mapping[str, float]
    worst: str
    off_by: Mapping[str, float]


def figures_of(look: Look) -> dict[str, float]:
    """The figures that are compared: sizes as logarithms, so that twice is as far as half."""
    told = asdict(look)
    width, height = told.pop("width"), told.pop("height")
    return {**told, "megapixels": log2(width * height / 1e6), "aspect": log2(width / height)}


def score(look: Look, reference: Reference) -> Score:
    """How near one picture is to the reference."""
    told, tolerances = figures_of(look), reference.tolerances()
    aims = reference.figures
    return _scored({name: (told[name] - aims[name].middle) / tolerances[name] for name in FIGURES})


def score_of_set(looks: Sequence[Look], reference: Reference) -> dict[str, float]:
    """A set's score by aspect and ``overall``, from 0 to 100. Raises ValueError for no pictures."""
    if not looks:
        raise ValueError("A set without pictures has no score.")
    scores = [score(look, reference) for look in looks]
    rows = [figures_of(look) for look in looks]
    medians = {name: float(np.median([row[name] for row in rows])) for name in FIGURES}
    means = {aspect: sum(one.aspects[aspect] for one in scores) / len(scores) for aspect in ASPECTS}
    return together(means, reference.drifts(medians, len(looks)))


def together(means: Mapping[str, float], drifts: Mapping[str, float]) -> dict[str, float]:
    """A set's score from the mean scores of its pictures by aspect, and from its drift."""
    drifted = _scored(drifts).aspects
    held = {aspect: round(min(means[aspect], drifted[aspect]), 1) for aspect in ASPECTS}
    return {"overall": overall(held), **held}


def overall(aspects: Mapping[str, float]) -> float:
    """What scores by aspect are in all: half their mean, half the lowest."""
    values = aspects.values()
    return round((sum(values) / len(values) + min(values)) / 2, 1)


def points(distance: float) -> float:
    """0 to 100 for a distance in tolerances."""
    return 100.0 * 2.0 ** -((distance / HALF_AT) ** 2)


def _scored(distances: Mapping[str, float]) -> Score:
    aspects = {
        aspect: round(points(max(abs(distances[name]) for name in names)), 1)
        for aspect, names in TOLERANCES.items()
    }
    worst = max(distances, key=lambda name: abs(distances[name]))
    off_by = {name: round(distance, 2) for name, distance in distances.items()}
    return Score(overall(aspects), aspects, worst, off_by)


def _aim(values: Sequence[float]) -> Aim:
    count = len(values)
    middle = float(np.median(values))
    spread = float(np.median(np.abs(np.asarray(values) - middle)))
    of_few = _OF_FEW.get(count, count / (count - 0.8))
    return Aim(middle, _SPREAD * of_few * spread, count)
