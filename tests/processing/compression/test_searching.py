"""The search: the lowest quality that meets a target, with few encodings."""

from collections.abc import Callable

import numpy as np
import pytest

from processing.compression.searching import MOST_TRIES, Coder, Judge, lowest
from processing.compression.ssimulacra2 import ssimulacra2
from tests.processing.compression.degraded import original


class Told(Judge):
    """Says of a quality what a curve says."""

    def __init__(self, curve: Callable[[int], float]) -> None:
        self.curve = curve

    def score(self, decoded: np.ndarray) -> float:
        return self.curve(int(decoded[0, 0, 0]))


def coder(**bounds: int) -> Coder:
    return Coder(
        encode=lambda quality: bytes([quality]) * quality,
        decode=lambda data: np.full((1, 1, 3), data[0], np.uint8),
        **bounds,
    )


CURVES = {
    "straight": lambda q: q - 5.0,
    "flat": lambda q: 60 + q / 5,
    "bent": lambda q: 100 - 2500 / (q + 10),
    "steep": lambda q: 2.0 * q - 90,
}


@pytest.mark.parametrize("target", [55.0, 70.0, 73.0])
@pytest.mark.parametrize("curve", CURVES)
def test_it_finds_the_lowest_quality_that_meets_the_target(curve: str, target: float):
    found = lowest(Told(CURVES[curve]), coder(), target)
    wanted = next(q for q in range(25, 101) if CURVES[curve](q) >= target)
    assert found.reached
    assert found.trial.score >= target
    assert found.quality <= wanted + 1
    assert len(found.trials) <= MOST_TRIES


def test_what_cannot_be_reached_is_told():
    found = lowest(Told(lambda q: q / 2), coder(most=96), 90.0)
    assert not found.reached
    assert found.quality == 96


def test_it_goes_no_lower_than_allowed():
    found = lowest(Told(lambda q: 99.0), coder(least=40), 73.0)
    assert (found.quality, found.reached) == (40, True)


def test_sizes_between_are_interpolated():
    found = lowest(Told(lambda q: q - 5.0), coder(guess=60), 73.0)
    sizes = [found.size_at(quality) for quality in (60, 70, 78)]
    assert sizes == sorted(sizes)
    assert sizes[0] == pytest.approx(60)


def test_transparent_pictures_are_judged_on_dark_and_light():
    rgb = original()[:96, :96]
    alpha = np.full((96, 96, 1), 128, np.uint8)
    clear = np.dstack([rgb, alpha])
    darker = np.dstack([rgb // 2, alpha])
    assert Judge(clear).score(clear) == 100.0
    on_grounds = [
        np.rint(rgb * (128 / 255) + ground * (127 / 255)).astype(np.uint8) for ground in (26, 230)
    ]
    made = [
        np.rint((rgb // 2) * (128 / 255) + ground * (127 / 255)).astype(np.uint8)
        for ground in (26, 230)
    ]
    worst = min(ssimulacra2(a, b) for a, b in zip(on_grounds, made, strict=True))
    assert Judge(clear).score(darker) == pytest.approx(worst, abs=0.2)
