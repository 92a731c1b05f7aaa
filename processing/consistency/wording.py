"""Why a picture, or a whole set, is not like its reference: in sentences with figures."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

from processing.consistency.scoring import FLOORS, TOLERANCES, Aim, Reference

SHOWN_FROM = 1.0  # tolerances: what is nearer is near enough, and nothing is said of it
_BLACK = 0.02  # OKLab: darker is all the same
_WARM, _GREEN = ("cooler", "warmer"), ("greener", "more magenta")
_STEP = 0.25  # stops: where subject and background are off by more, the whole picture is

Figures = Mapping[str, float]
Aims = Mapping[str, Aim]
Nouns = tuple[str, str]  # what the subject is called, and what the background
_OF_ONE: Nouns = ("Its subject is", "Its background is")
_OF_ALL: Nouns = ("Subjects are", "Backgrounds are")


def reasons(figures: Mapping[str, float], reference: Reference) -> dict[str, str]:
    """Why one picture is off: aspect → a sentence, the farthest off first. Nothing for what is
    near enough.
    """
    aims, tolerances = reference.figures, reference.tolerances()
    off = {name: (figures[name] - aims[name].middle) / tolerances[name] for name in tolerances}
    return _worded(figures, aims, off)


def drift(medians: Mapping[str, float], count: int, reference: Reference) -> dict[str, str]:
    """The same of the medians of a set of so many pictures: how it is off as a whole."""
    off = reference.drifts(medians, count)
    return _worded(medians, reference.figures, off, _OF_ALL)


def _worded(
    figures: Mapping[str, float],
    aims: Mapping[str, Aim],
    off: Mapping[str, float],
    nouns: Nouns = _OF_ONE,
) -> dict[str, str]:
    told: list[tuple[float, str, str]] = []
    for aspect, names in TOLERANCES.items():
        worst = max(names, key=lambda name: abs(off[name]))
        if abs(off[worst]) >= SHOWN_FROM:
            by = {name: figures[name] - aims[name].middle for name in names}
            words = _WORDS[aspect](worst, by, figures, aims, nouns)
            told.append((abs(off[worst]), aspect, words))
    return {aspect: sentence for _, aspect, sentence in sorted(told, reverse=True)}


def _colour(name: str, by: Figures, figures: Figures, aims: Aims, nouns: Nouns) -> str:
    word = (_WARM if name in ("b", "ground_b") else _GREEN)[by[name] > 0]
    what = nouns[name.startswith("ground")]
    return f"{what} {_degree(by[name], name)}{word} than the reference's."


def _exposure(name: str, by: Figures, figures: Figures, aims: Aims, nouns: Nouns) -> str:
    if name == "contrast":
        word = "more contrasty" if by[name] > 0 else "flatter"
        return f"{nouns[0]} {_degree(by[name], name)}{word} than the reference's."
    # OKLab's lightness of greys is the cube root of their luminance.
    ground = 3 * log2(max(figures["ground_l"], _BLACK) / max(aims["ground_l"].middle, _BLACK))
    stops = by["stops"] if name == "stops" else ground
    told = f"{_amount(abs(stops))} stops {'lighter' if stops > 0 else 'darker'} than the reference"
    if min(by["stops"], ground) > _STEP or max(by["stops"], ground) < -_STEP:
        return f"{told}."
    return f"{nouns[name == 'ground_l']} {told}'s."


def _framing(name: str, by: Figures, figures: Figures, aims: Aims, nouns: Nouns) -> str:
    """Larger or smaller where opposite sides moved apart or together, else where it moved to."""
    wide = (by["right"] - by["left"], by["bottom"] - by["top"])
    moved = ((by["left"] + by["right"]) / 2, (by["top"] + by["bottom"]) / 2)
    across = max(range(2), key=lambda axis: abs(wide[axis]))
    along = max(range(2), key=lambda axis: abs(moved[axis]))
    if abs(wide[across]) > abs(moved[along]):
        sides = (("left", "right"), ("top", "bottom"))[across]
        before = aims[sides[1]].middle - aims[sides[0]].middle
        now, what = before + wide[across], ("width", "height")[across]
        word = "more" if wide[across] > 0 else "less"
        return f"The subject fills {word} of the {what}: {now:.0%}, not {before:.0%}."
    where = (("to the left", "to the right"), ("up", "down"))[along][moved[along] > 0]
    return f"The subject sits {abs(moved[along]):.0%} of the frame further {where}."


def _size(name: str, by: Figures, figures: Figures, aims: Aims, nouns: Nouns) -> str:
    now, aim = 2 ** figures[name], 2 ** aims[name].middle
    if name == "aspect":
        shape = "wider" if by[name] > 0 else "taller"
        return f"A {shape} frame than the reference's: {now:.2f} to 1, not {aim:.2f} to 1."
    word = "Larger" if by[name] > 0 else "Smaller"
    return f"{word} than the reference: {_amount(now)} megapixels, not {_amount(aim)}."


def _amount(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _degree(by: float, name: str) -> str:
    """How much, by the steps of a figure that are just seen side by side."""
    steps = abs(by) / FLOORS[name]
    if steps < 2:
        return "a little "
    return "" if steps < 5 else "much "


_WORDS = {"colour": _colour, "exposure": _exposure, "framing": _framing, "size": _size}
