"""Tile: repeated in the way that was asked for."""

import numpy as np
import pytest

from processing.operators.geometry.tile import Tile
from processing.operators.picture import Picture, Unfit
from tests.processing.operators import pictures
from tests.processing.operators.geometry.helping import run


def tiled(pattern: str) -> np.ndarray:
    return run(Tile(width=350, height=250, pattern=pattern), pictures.rgb()).picture.array()


def test_a_grid_repeats_in_both_directions():
    array, motif = tiled("grid"), pictures.motif()
    assert array.shape == (250, 350, 3)
    assert np.array_equal(array, np.tile(motif, (3, 3, 1))[:250, :350])


def test_bricks_and_half_drops_are_shifted_by_half():
    motif = pictures.motif()
    brick = tiled("brick")
    assert np.array_equal(brick[:120, :160], motif)
    assert np.array_equal(brick[120:240, 80:240], motif)
    drop = tiled("half-drop")
    assert np.array_equal(drop[60:180, 160:320], motif)


def test_mirrored_edges_meet():
    array = tiled("mirror")
    assert np.array_equal(array[:, 159], array[:, 160])
    assert np.array_equal(array[119], array[120])


def test_a_single_pixel_can_fill_a_size_and_memory_is_bounded():
    dot = Picture.from_array(np.full((1, 1, 3), 5, np.uint8))
    for pattern in ("grid", "brick", "half-drop", "mirror"):
        made = run(Tile(width=33, height=21, pattern=pattern), dot).picture
        assert made.array().shape == (21, 33, 3)
        assert (made.array() == 5).all()
    with pytest.raises(Unfit, match="megapixels"):
        run(Tile(width=30_000, height=30_000), dot)
