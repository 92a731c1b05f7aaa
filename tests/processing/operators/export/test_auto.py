"""Quality “auto”: the target is met in the file, with fewer bytes than fixed settings take."""

import numpy as np
import pytest
from skimage import data

from processing.compression.ssimulacra2 import ssimulacra2
from processing.operators.context import Context
from processing.operators.export.jpeg import Jpeg
from processing.operators.export.webp import Webp
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.export.decoding import pixels_of
from tests.processing.operators.export.test_jpeg import coloured_text
from tests.processing.operators.pictures import press, rgba


def photo() -> Picture:
    return Picture.from_array(np.ascontiguousarray(data.astronaut()))


@pytest.mark.parametrize("kind", [Jpeg, Webp])
@pytest.mark.parametrize("target", [60.0, 73.0, 82.0])
def test_the_target_is_met_and_little_less_would_not_do(kind: type[Jpeg | Webp], target: float):
    made = kind(quality="auto", target=target).encode(photo(), Context())
    score = ssimulacra2(photo().array(), pixels_of(made))
    assert score >= target
    assert made.measures["ssimulacra2"] == pytest.approx(score, abs=0.01)
    assert made.measures["target_met"] is True
    more = {"subsampling": made.measures["subsampling"]} if kind is Jpeg else {}
    less = kind(quality=made.measures["quality"] - 5, **more).encode(photo(), Context())
    assert ssimulacra2(photo().array(), pixels_of(less)) < target


def test_a_large_picture_is_searched_on_tiles_and_verified_as_a_whole():
    tiled = np.tile(data.astronaut(), (2, 3, 1))
    made = Jpeg(quality="auto").encode(Picture.from_array(tiled), Context())
    assert ssimulacra2(tiled, pixels_of(made)) == pytest.approx(73.0, abs=2.5)
    assert made.measures["encodings"] <= 3


def test_what_is_saved_is_told_and_true():
    made = Webp(quality="auto", mode="lossy").encode(photo(), Context())
    usual = Webp(quality=80).encode(photo(), Context())
    saved = 1 - len(made.data) / len(usual.data)
    assert made.measures["saved_against_quality_80"] == pytest.approx(saved, abs=0.01)


def test_drawings_become_lossless_where_that_is_possible():
    made = Webp(quality="auto").encode(coloured_text(), Context())
    assert made.measures["mode"] == "lossless"
    assert np.array_equal(pixels_of(made), coloured_text().array())
    assert Webp(quality="auto").encode(photo(), Context()).measures["mode"] == "lossy"
    assert Jpeg(quality="auto").encode(coloured_text(), Context()).measures["subsampling"] == "444"


def test_transparency_and_budgets_go_with_it():
    made = Webp(quality="auto", mode="lossy").encode(rgba(), Context())
    assert made.measures["ssimulacra2"] > 72
    tight = Jpeg(quality="auto", max_bytes=12_000).encode(photo(), Context())
    assert len(tight.data) <= 12_000
    assert tight.measures["target_met"] is False


def test_cmyk_wants_a_number():
    with pytest.raises(Unfit, match="give a number for CMYK"):
        Jpeg(quality="auto", profile="keep").encode(press(), Context())


def test_the_same_bytes_each_time():
    first, second = (Webp(quality="auto").encode(photo(), Context()) for _ in range(2))
    assert first == second
