"""Why a picture, or a whole set, is not like its reference: in sentences with figures."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

from processing.consistency.scoring import FLOORS, TOLERANCES, Aim, Reference

SHOWN_FROM = 1.0  # tolerances: what is nearer is near enough, and nothing is said of it
_BLACK = 0.02  # OKLab: darker is all the same
_WARM, _GREEN = ("cooler", "warmer"), ("greener", "more magenta")
_DIRECTIONS: Mapping[str, tuple[str, str]] = {
    "a": _GREEN,
    "ground_a": _GREEN,
    "b": _WARM,
    "ground_b": _WARM,
    "contrast": ("flatter", "more contrasty"),
}


def reasons(figures: Mapping[str, float], reference: Reference) -> dict[str, str]:
    """Why one picture is off: aspect → a sentence, the farthest off first. Nothing for what is
    near enough.
    """
    aims, tolerances = reference.figures, reference.tolerances()
    off = {name: (figures[name] - aims[name].middle) / tolerances[name] for name in tolerances}
    return _worded(figures, aims, off)


def drift(medians: Mapping[str, float], count: int, reference: Reference) -> dict[str, str]:
    """The same of the medians of a set of so many pictures: how it is off as a whole."""
    return _worded(medians, reference.figures, reference.drifts(medians, count))


def _worded(
    figures: Mapping[str, float], aims: Mapping[str, Aim], off: Mapping[str, float]
) -> dict[str, str]:
    told: list[tuple[float, str, str]] = []
    for aspect, names in TOLERANCES.items():
        worst = max(names, key=lambda name: abs(off[name]))
        if abs(off[worst]) >= SHOWN_FROM:
            framed = aspect == "framing"
            words = _framing(figures, aims) if framed else _said(worst, figures, aims)
            told.append((abs(off[worst]), aspect, words))
    return {aspect: sentence for _, aspect, sentence in sorted(told, reverse=True)}


def _said(name: str, figures: Mapping[str, float], aims: Mapping[str, Aim]) -> str:
    by = figures[name] - aims[name].middle
    if name == "stops":
        return f"{_amount(abs(by))} stops {'lighter' if by > 0 else 'darker'} than the reference."
    if name == "megapixels":
        return _size(2 ** figures[name], 2 ** aims[name].middle)
    if name == "aspect":
        shape = "wider" if by > 0 else "taller"
        told = f"{2 ** figures[name]:.2f} to 1, not {2 ** aims[name].middle:.2f} to 1"
        return f"A {shape} frame than the reference's: {told}."
    if name == "ground_l":
        # OKLab's lightness of greys is the cube root of their luminance.
        stops = 3 * log2(max(figures[name], _BLACK) / max(aims[name].middle, _BLACK))
        word = "lighter" if by > 0 else "darker"
        return f"Its background is {_amount(abs(stops))} stops {word} than the reference's."
    word = _DIRECTIONS[name][by > 0]
    degree = _degree(abs(by) / FLOORS[name])
    if name.startswith("ground"):
        return f"Its background is {degree}{word} than the reference's."
    return f"{degree}{word} than the reference.".capitalize()


def _framing(figures: Mapping[str, float], aims: Mapping[str, Aim]) -> str:
    """Larger or smaller where opposite sides moved apart or together, else where it moved to."""
    by = {side: figures[side] - aims[side].middle for side in TOLERANCES["framing"]}
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


def _size(now: float, aim: float) -> str:
    word = "Larger" if now > aim else "Smaller"
    return f"{word} than the reference: {_amount(now)} megapixels, not {_amount(aim)}."


def _amount(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _degree(steps: float) -> str:
    """How much, in steps that are just seen side by side."""
    if steps < 2:
        return "a little "
    return "" if steps < 5 else "much "
