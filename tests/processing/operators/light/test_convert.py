"""Conversions through profiles: colours stay what they are, or it is said how much they do not."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from skimage.color import deltaE_ciede2000

from processing import vips
from processing.icc import REC2020, matrix_profile, read_profile
from processing.operators.context import Context
from processing.operators.light.convert import Convert, _lab
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.light.photographs import photograph
from tests.processing.operators.pictures import press, rgba, wide


class Folder:
    def __init__(self, folder: Path, data: bytes) -> None:
        self.path = folder / "p.icc"
        self.path.write_bytes(data)

    def file(self, reference: str) -> Path:
        return self.path


def scene() -> Picture:
    return Picture.from_array(photograph("coffee"))


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("display-p3", "Display P3"),
        ("adobe-rgb", "Adobe RGB"),
        ("rec2020", "Rec. 2020"),
        ("prophoto", "ProPhoto RGB"),
    ],
)
def test_larger_spaces_hold_all_colours(to: str, name: str):
    before = scene()
    outcome = Convert(to=to).run(before, Context())
    made = outcome.picture
    assert read_profile(made.profile).colour_space == name == outcome.measures["colour_space"]
    assert not made.is_srgb
    assert made.is_rgb
    assert not np.array_equal(made.array(), before.array()), "numbers change"
    assert deltaE_ciede2000(_lab(before), _lab(made)).mean() < 0.5, "colours do not"
    assert outcome.measures["out_of_gamut_share"] < 0.02
    back = Convert(to="srgb").run(made, Context()).picture
    assert back.is_srgb
    assert np.abs(back.array().astype(int) - before.array()).mean() < 1


def test_16_bits_and_focus_stay():
    picture = Picture(wide().image, focus=(0.2, 0.7))
    made = Convert(to="adobe-rgb").run(picture, Context()).picture
    assert made.depth == 16
    assert made.focus == (0.2, 0.7)
    assert len(np.unique(made.array())) > 256


def test_the_press_has_four_inks_and_no_transparency():
    outcome = Convert(to="cmyk").run(rgba(), Context())
    made = outcome.picture
    assert made.image.interpretation == "cmyk"
    assert made.image.bands == 4
    assert not made.has_alpha
    assert made.array()[0, 0].max() <= 5, "what was transparent is bare paper"
    assert read_profile(made.profile).kind == "CMYK"
    assert outcome.measures["delta_e_mean"] > 0


def test_the_press_cannot_show_a_pure_blue():
    blue = Picture.from_array(np.tile(np.uint8([[[0, 0, 255]]]), (20, 20, 1)))
    grey = Picture.from_array(np.full((20, 20, 3), 128, np.uint8))
    lost, kept = (Convert(to="cmyk").run(one, Context()).measures for one in (blue, grey))
    assert lost["out_of_gamut_share"] == 1
    assert lost["delta_e_mean"] > 10
    assert kept["out_of_gamut_share"] == 0


def test_from_the_press_to_the_screen():
    made = Convert(to="srgb").run(press(), Context()).picture
    assert made.is_srgb
    assert made.image.bands == 3


@pytest.mark.parametrize("kind", [rgba, press], ids=["rgba", "press"])
def test_grey_has_three_equal_channels(kind):
    made = Convert(to="grey").run(kind(), Context()).picture
    assert np.ptp(made.array()[:, :, :3].astype(int), axis=2).max() == 0
    assert made.is_srgb


def test_grey_keeps_luminance():
    green = Picture.from_array(np.tile(np.uint8([[[0, 255, 0]]]), (4, 4, 1)))
    made = Convert(to="grey").run(green, Context()).picture
    assert made.array()[0, 0, 0] == 220  # 0.7152, coded


def test_a_printers_profile(tmp_path):
    library = Folder(tmp_path, matrix_profile(REC2020, gamma=2.0))
    made = Convert(profile="p.icc").run(scene(), Context(library=library))
    assert made.picture.profile == library.path.read_bytes()
    assert made.measures["colour_space"] == "Rec. 2020"
    press_too = Folder(tmp_path, bytes(vips.Operation.call("profile_load", "cmyk")))
    inked = Convert(profile="p.icc").run(scene(), Context(library=press_too)).picture
    assert inked.image.interpretation == "cmyk"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no profile", "no ICC profile"),
        (b"", "no ICC profile"),
        (b"x" * (16 * 1024**2 + 1), "16 MB"),
    ],
)
def test_bad_profiles_are_refused(tmp_path, data: bytes, said: str):
    with pytest.raises(Unfit, match=said):
        Convert(profile="p.icc").run(scene(), Context(library=Folder(tmp_path, data)))


def test_a_grey_profile_is_refused(tmp_path):
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    with pytest.raises(Unfit, match="a profile for Lab"):
        Convert(profile="p.icc").run(scene(), Context(library=Folder(tmp_path, lab)))


def test_a_space_or_a_profile():
    for wrong in ({}, {"to": "srgb", "profile": "p.icc"}):
        with pytest.raises(ValidationError, match="one of them"):
            Convert(**wrong)
