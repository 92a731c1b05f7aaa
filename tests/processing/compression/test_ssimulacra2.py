"""SSIMULACRA2 against its reference, and what it promises."""

import numpy as np
import pytest

from processing.compression.ssimulacra2 import Reference, ssimulacra2
from tests.processing.compression.degraded import KINDS, blurred, noisy, original

# What ``ssimulacra2`` of libjxl's tools, version 0.11.2, says of the same pixels as PNG files.
REFERENCE = {
    "coarse 8": 79.614,
    "coarse 32": 17.458,
    "noisy 4": 87.045,
    "noisy 20": 42.036,
    "blurred": 61.990,
    "shifted": 22.550,
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_the_reference_says(kind: str):
    assert ssimulacra2(original(), KINDS[kind]()) == pytest.approx(REFERENCE[kind], abs=0.1)


def test_small_pictures_have_fewer_scales():
    corner = slice(0, 41), slice(0, 37)
    assert ssimulacra2(original()[corner], blurred()[corner]) == pytest.approx(73.082, abs=0.1)


def test_the_same_picture_has_a_hundred():
    assert ssimulacra2(original(), original().copy()) == 100.0


def test_a_reference_is_computed_once_and_serves_many():
    reference = Reference(original())
    assert reference.score(noisy(4)) == ssimulacra2(original(), noisy(4))
    assert reference.score(noisy(20)) == ssimulacra2(original(), noisy(20))


def test_another_size_is_refused():
    with pytest.raises(ValueError, match="cannot be compared"):
        Reference(original()).score(np.zeros((10, 10, 3), np.uint8))
