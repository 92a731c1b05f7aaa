import numpy as np
import pytest

from processing.operators.context import Context
from processing.operators.detail.grain import Grain
from tests.processing.operators.detail.scenes import picture


def grey(value: float, width: int = 200):
    return picture(np.full((150, width, 3), value), 16)


@pytest.mark.parametrize("size", [0.0, 0.7, 2.0])
def test_it_is_as_strong_as_it_shall_be(size: float):
    made = Grain(strength=0.04, size=size).run(grey(0.5), Context()).picture.floats()
    assert (made[:, :, 0] - 0.5).std() == pytest.approx(0.04, rel=0.15)
    assert abs(float(made.mean()) - 0.5) < 0.005
    assert np.array_equal(made[:, :, 0], made[:, :, 2]), "no colour"


def test_larger_grains_hang_together():
    def together(size: float) -> float:
        made = Grain(size=size).run(grey(0.5), Context()).picture.floats()[:, :, 0] - 0.5
        return float((made[:, 1:] * made[:, :-1]).mean() / made.var())

    assert together(0.0) < 0.1 < 0.3 < together(0.7) < together(2.0)


def test_black_and_white_stay_and_the_seed_tells():
    for value in (0.0, 1.0):
        assert (Grain().run(grey(value), Context()).picture.floats() == value).all()
    one, other = (Grain(seed=seed).run(grey(0.5), Context()).picture.array() for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_tiles_do_not_repeat():
    made = Grain().run(grey(0.5, 2100), Context()).picture.floats()[:, :, 0]
    assert abs(np.corrcoef(made[:, :1000].ravel(), made[:, 1024:2024].ravel())[0, 1]) < 0.05
