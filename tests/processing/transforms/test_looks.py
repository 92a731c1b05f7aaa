"""What a worker saw of a picture: kept as it was seen, and where a crop goes by it."""

import numpy as np
import pytest

from processing.operators.context import Face, Nothing
from processing.operators.picture import Picture
from processing.transforms.geometry import Original, Region, planned
from processing.transforms.looking import FORMATS, MOST_QUALITY, looked
from processing.transforms.looks import Coding, Look, from_json
from processing.transforms.options import Options

SQUARE = Options(w=100, h=100, fit="cover", g="smart", f="jpg", q=80)
FACE = Face(0.70, 0.30, 0.10, 0.20, 0.9)


def shown(at: int, cells: int = 20) -> np.ndarray:
    """A picture in which one column alone stands out."""
    map_ = np.zeros((10, cells), np.uint8)
    map_[:, at] = 200
    return map_


def left_of(original: Original, options: Options = SQUARE) -> int:
    return planned(options, original).region.left


@pytest.mark.parametrize(("at", "left"), [(0, 0), (19, 1000)])
def test_a_smart_crop_goes_where_something_stands_out(at, left):
    region = planned(SQUARE, Original((2000, 1000), look=Look(shown=shown(at)))).region
    assert region[1:] == (0, 1000, 1000)
    assert abs(region.left - left) <= 100
    assert region.left <= 2000 * at / 20 <= region.left + 1000


def test_faces_weigh_more_than_what_stands_out_and_a_focus_more_than_both():
    seen = Look(faces=(FACE,), shown=shown(1))
    assert left_of(Original((2000, 1000), look=seen)) > 600
    assert left_of(Original((2000, 1000), (0.1, 0.5), seen)) == 0
    assert left_of(Original((2000, 1000), (0.5, 0.5), seen)) == 500


def test_a_part_that_was_cropped_before_is_looked_at_by_itself():
    seen = Look(faces=(FACE,), shown=shown(1))
    cropped = Options(w=100, h=100, fit="cover", g="smart", crop=(0, 0, 1000, 500))
    # The face lies outside of the crop: it is the column at a twentieth that counts.
    assert planned(cropped, Original((2000, 1000), look=seen)).region.left <= 100
    focused = Original((2000, 1000), (0.9, 0.5), seen)
    assert planned(cropped, focused).region == Region(500, 0, 500, 500)


def test_without_a_look_it_is_cut_when_it_is_scaled():
    assert planned(SQUARE, Original((2000, 1000))).cut == (100, 100)


def test_it_is_kept_as_it_was_seen():
    seen = Look({"jpg-small": Coding(71, True)}, (FACE,), shown(3))
    again = from_json(seen.to_json())
    assert again.codings == {"jpg-small": Coding(71, True)}
    assert again.faces == (FACE,)
    assert np.array_equal(again.shown, seen.shown)
    assert from_json(seen.to_json().replace(b'"version": 1', b'"version": 0')) is None


@pytest.fixture(scope="module")
def photograph() -> Picture:
    noise = np.random.default_rng(4).normal(0, 6, (450, 600, 3))
    ramp = np.linspace(40, 200, 600)[None, :, None] + noise
    ramp[100:250, 380:520] += (60, -40, -60)
    return Picture.from_array(np.clip(ramp, 0, 255).astype(np.uint8))


def test_looking_finds_a_quality_for_each_type_and_what_stands_out(photograph):
    from processing.compression.ssimulacra2 import ssimulacra2
    from processing.operators.export.lossy import TARGET
    from processing.transforms.encoding import Finish, encoded
    from processing.vips import Image

    seen = looked(photograph, Nothing())
    assert set(seen.codings) == {
        f"{form}-{size}" for form in FORMATS for size in ("small", "large")
    }
    assert all(25 <= one.quality <= MOST_QUALITY for one in seen.codings.values())
    row, column = np.unravel_index(seen.shown.argmax(), seen.shown.shape)
    assert 100 / 450 <= (row + 0.5) / seen.shown.shape[0] <= 250 / 450
    assert 380 / 600 <= (column + 0.5) / seen.shown.shape[1] <= 520 / 600
    coding = seen.coding("jpg", 600)
    made = encoded(photograph.image, Finish("jpg", coding.quality, full_chroma=coding.full_chroma))
    score = ssimulacra2(photograph.array(), Image.new_from_buffer(made, "").numpy())
    assert abs(score - TARGET) < 4 or coding.quality == MOST_QUALITY


def test_what_is_too_thin_to_be_judged_gets_the_usual_quality():
    thin = Picture.from_array(np.full((4, 900, 3), 90, np.uint8))
    assert looked(thin, Nothing()).codings == {}


def test_drawn_content_is_kept_without_loss():
    drawn = np.full((300, 400, 3), 255, np.uint8)
    drawn[50:60, 40:360] = (200, 0, 0)
    drawn[100:280:12, 40:200] = 0
    seen = looked(Picture.from_array(drawn), Nothing())
    assert seen.codings["webp-small"] == Coding(100, lossless=True)
    assert "webp-large" not in seen.codings
