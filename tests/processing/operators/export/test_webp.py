"""WebP: its modes, transparency, effort."""

import numpy as np
import pytest

from processing.operators.context import Context
from processing.operators.export.webp import Webp
from processing.operators.picture import Unfit
from tests.processing.operators.export.decoding import pixels_of
from tests.processing.operators.export.test_jpeg import photo
from tests.processing.operators.pictures import press, rgba


def test_lossless_keeps_every_pixel_that_can_be_seen():
    made = Webp(mode="lossless").encode(rgba(), Context())
    shown, wanted = pixels_of(made), rgba().array()
    assert np.array_equal(shown[..., 3], wanted[..., 3])
    seen = wanted[..., 3] > 0
    assert np.array_equal(shown[seen], wanted[seen])
    assert "quality" not in made.measures


def test_near_lossless_lies_between():
    sizes = {
        mode: len(Webp(mode=mode, quality=40).encode(photo(), Context()).data)
        for mode in ("lossy", "near-lossless", "lossless")
    }
    assert sizes["lossy"] < sizes["near-lossless"] < sizes["lossless"]
    near = pixels_of(Webp(mode="near-lossless", quality=40).encode(photo(), Context()))
    assert np.abs(near.astype(int) - photo().array()).max() <= 16


def test_more_effort_takes_fewer_bytes():
    fast, slow = (len(Webp(effort=e).encode(photo(), Context()).data) for e in (0, 6))
    assert slow < fast


def test_a_lossless_file_over_its_budget_is_refused():
    with pytest.raises(Unfit, match="make the picture smaller"):
        Webp(mode="lossless", max_bytes=1000).encode(photo(), Context())


def test_cmyk_is_refused_in_words():
    with pytest.raises(Unfit, match="cannot hold CMYK"):
        Webp().encode(press(), Context())
    with pytest.raises(Unfit, match="cannot hold CMYK"):
        Webp(profile="cmyk").encode(photo(), Context())
