"""What surrounds the networks: tiles without seams, boxes that overlap."""

import numpy as np
import pytest

from processing.operators.picture import Unfit
from processing.vision import enlarging
from processing.vision.enlarging import Enlarger, tiled
from processing.vision.faces import apart


def blurred(tile: np.ndarray) -> np.ndarray:
    """Four times as large, each pixel mixed with those up to 18 pixels away, as a network does."""
    import cv2

    wide = cv2.blur(tile, (37, 37), borderType=cv2.BORDER_REPLICATE)
    return wide.repeat(4, axis=0).repeat(4, axis=1)


@pytest.mark.parametrize("factor", [2, 4])
def test_tiles_show_no_seam(factor, monkeypatch):
    rgb = np.random.default_rng(1).integers(0, 256, (150, 210, 3), dtype=np.uint8)
    monkeypatch.setattr(enlarging, "TILE", 1000)
    whole = tiled(rgb, factor, blurred)
    monkeypatch.setattr(enlarging, "TILE", 64)
    assert whole.shape == (150 * factor, 210 * factor, 3)
    assert np.array_equal(tiled(rgb, factor, blurred), whole)


def test_too_large_a_result_and_odd_factors_are_refused():
    one = object.__new__(Enlarger)
    with pytest.raises(Unfit, match="2 or 4 times"):
        one(np.zeros((4, 4, 3), np.uint8), 3)
    with pytest.raises(Unfit, match="200 megapixels"):
        one(np.broadcast_to(np.uint8(0), (10_000, 2_000, 3)), 4)


def test_of_boxes_on_each_other_the_surest_stays():
    boxes = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [50, 50, 60, 60]], np.float32)
    assert apart(boxes, np.array([0.6, 0.9, 0.7], np.float32)) == [1, 2]
    assert apart(boxes[:0], np.zeros(0, np.float32)) == []
