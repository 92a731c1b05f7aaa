"""Perceptual hash and placeholder."""

import base64
import io
import itertools

import numpy as np
import pytest
import thumbhash
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from processing.measures.fingerprint import distance, perceptual_hash, placeholder

from .pictures import PHOTOS, exposed, photo

BIGINT = st.integers(-(2**63), 2**63 - 1)


@pytest.mark.parametrize("name", PHOTOS)
def test_fits_a_bigint_and_is_repeatable(name):
    value = perceptual_hash(photo(name))
    assert value == perceptual_hash(photo(name))
    assert -(2**63) <= value < 2**63


@pytest.mark.parametrize("name", PHOTOS)
def test_copies_are_near(name):
    original = photo(name)
    buffer = io.BytesIO()
    small = Image.fromarray(original).resize((original.shape[1] // 2, original.shape[0] // 2))
    small.save(buffer, "JPEG", quality=40)
    copy = np.asarray(Image.open(buffer))
    for other in (copy, exposed(original, 0.4)):
        assert distance(perceptual_hash(original), perceptual_hash(other)) <= 6


def test_different_pictures_are_far():
    hashes = [perceptual_hash(photo(name)) for name in PHOTOS]
    assert min(distance(*pair) for pair in itertools.combinations(hashes, 2)) > 16


@given(BIGINT, BIGINT)
def test_distance_is_a_metric_on_signed_integers(first, second):
    assert distance(first, second) == distance(second, first)
    assert 0 <= distance(first, second) <= 64
    assert (distance(first, second) == 0) == (first == second)


def test_distance_counts_bits():
    assert distance(0, -1) == 64
    assert distance(0b1011, 0b0001) == 2
    assert distance(-(2**63), 0) == 1


@pytest.mark.parametrize("shape", [(300, 450), (450, 300), (1, 900), (5, 5)])
def test_placeholder_decodes_to_the_average_colour(shape):
    picture = np.full((*shape, 3), (200, 90, 40), np.uint8)
    code = placeholder(picture)
    assert code == placeholder(picture)
    assert len(code) < 60
    average = thumbhash.thumb_hash_to_average_rgba(list(base64.b64decode(code)))
    seen = np.array(average[:3], float)
    seen = seen * 255 if seen.max() <= 1 else seen
    assert np.abs(seen - (200, 90, 40)).max() < 16
