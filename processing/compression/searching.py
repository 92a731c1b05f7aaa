"""The lowest quality at which a picture still looks right, found with few encodings of a sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processing.compression.ssimulacra2 import Reference

Pixels = NDArray[np.uint8]

# About how many points of SSIMULACRA2 one step of quality is worth between 60 and 90; where the
# search has seen two qualities, it goes by what it saw.
_SLOPE = 0.55
_CLOSE = 0.25  # points above the target that are not worth another encoding
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Coder:
    """One way to code a sample: ``encode`` at a quality, ``decode`` to uint8 pixels again.

    Qualities go from ``least`` to ``most``; ``guess`` is where the search begins. It ends after
    ``most_tries``.
    """

    encode: Callable[[int], bytes]
    decode: Callable[[bytes], Pixels]
    least: int = 25
    most: int = 96
    guess: int = 75
    most_tries: int = MOST_TRIES


@dataclass(frozen=True, slots=True)
class Trial:
    """One encoding of the sample: its size in bytes, and its SSIMULACRA2."""

    quality: int
    size: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The lowest quality that met the target, or the best where none did; all that was tried."""

    trial: Trial
    reached: bool
    trials: tuple[Trial, ...]

    @property
    def quality(self) -> int:
        return self.trial.quality

    def slope(self) -> float:
        """Points of SSIMULACRA2 for a step of quality, around what was found."""
        return _slope(sorted(self.trials, key=lambda one: abs(one.quality - self.quality))[:2])

    def size_at(self, quality: int) -> float:
        """About how many bytes the sample takes at another quality, by those that were tried."""
        known = sorted(self.trials, key=lambda one: one.quality)
        qualities = [one.quality for one in known]
        sizes = np.log([one.size for one in known])
        return float(np.exp(np.interp(quality, qualities, sizes)))


class Judge:
    """Compares a sample with what coders make of it.

    Where there is alpha, on a dark and on a light ground, and the worse one counts, as the
    reference of SSIMULACRA2 does.
    """

    def __init__(self, sample: Pixels) -> None:
        self._grounds = (26, 230) if sample.shape[2] == 4 else (None,)
        self._references = [Reference(_on(sample, ground)) for ground in self._grounds]

    def score(self, decoded: Pixels) -> float:
        pairs = zip(self._references, self._grounds, strict=True)
        return min(one.score(_on(decoded, ground)) for one, ground in pairs)


def lowest(judge: Judge, coder: Coder, target: float) -> Found:
    """Search by regula falsi on whole qualities, with few encodings."""
    tried: dict[int, Trial] = {}
    quality: int | None = coder.guess
    while quality is not None and len(tried) < coder.most_tries:
        data = coder.encode(quality)
        tried[quality] = Trial(quality, len(data), judge.score(coder.decode(data)))
        quality = _next(list(tried.values()), coder, target)
    meeting = [trial for trial in tried.values() if trial.score >= target]
    best = min(meeting, key=lambda trial: trial.quality) if meeting else _best(tried)
    return Found(best, bool(meeting), tuple(tried.values()))


def _best(tried: dict[int, Trial]) -> Trial:
    return max(tried.values(), key=lambda trial: trial.score)


def _next(trials: list[Trial], coder: Coder, target: float) -> int | None:
    """Which quality to try next, or None where it would tell nothing more."""
    over = min((t for t in trials if t.score >= target), key=lambda t: t.quality, default=None)
    under = max((t for t in trials if t.score < target), key=lambda t: t.quality, default=None)
    if over and (over.score - target < _CLOSE or over.quality == coder.least):
        return None
    if over and under:
        return _between(under, over, target)
    only = over or under
    assert only is not None
    if under and under.quality == coder.most:
        return None
    step = (target - only.score) / _slope(trials)
    least_step = 1 if under else -1
    moved = only.quality + (round(step) or least_step)
    return min(max(moved, coder.least), coder.most)


def _between(under: Trial, over: Trial, target: float) -> int | None:
    if over.quality - under.quality <= 1:
        return None
    share = (target - under.score) / (over.score - under.score)
    inside = under.quality + share * (over.quality - under.quality)
    return min(max(int(np.ceil(inside)), under.quality + 1), over.quality - 1)


def _slope(trials: list[Trial]) -> float:
    if len(trials) < 2:
        return _SLOPE
    first, last = trials[-2], trials[-1]
    if first.quality == last.quality:
        return _SLOPE
    seen = (last.score - first.score) / (last.quality - first.quality)
    return min(max(seen, 0.15), 3.0)


def _on(pixels: Pixels, ground: int | None) -> Pixels:
    if ground is None or pixels.shape[2] == 3:
        return np.ascontiguousarray(pixels[:, :, :3])
    alpha = pixels[:, :, 3:].astype(np.float32) / 255.0
    laid = pixels[:, :, :3] * alpha + ground * (1 - alpha)
    return np.rint(laid).astype(np.uint8)
