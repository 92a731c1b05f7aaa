"""Each check finds the defect that it is for, and lets good pictures pass."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from processing.operators.catalogue import operator
from processing.operators.context import Context
from processing.operators.export.jpeg import Jpeg
from processing.operators.exporter import Encoded
from processing.operators.picture import Picture
from processing.postchecks import catalogue
from processing.postchecks.base import Made, StepTaken, Verdict
from tests.processing.postchecks.cast import (
    cut_out,
    disc,
    made,
    photo,
    product,
    ragged,
    with_rim,
)

GOOD = {
    "photograph": lambda: made(photo(), photo()),
    "cat": lambda: made(photo("chelsea"), photo("chelsea")),
    "product": lambda: made(product(), photo("coffee")),
    "on grey": lambda: made(product(ground=200), photo("coffee")),
    "cut out": lambda: made(cut_out(), photo("coffee")),
}
LOOKING = (
    "blank",
    "near-uniform",
    "content-lost",
    "clipped",
    "halo",
    "ragged-edge",
    "blockiness",
    "upscaled",
)


def look(name: str, what: Made, **parameters: object) -> Verdict:
    kind = catalogue.check(name)
    return kind(**{**kind.example, **parameters}).look(what)


@pytest.mark.parametrize("picture", GOOD)
@pytest.mark.parametrize("name", LOOKING)
def test_good_pictures_pass(name: str, picture: str):
    verdict = look(name, GOOD[picture]())
    assert verdict.passed, verdict.sentence


def white(level: int = 255) -> np.ndarray:
    return np.full((300, 400, 3), level, np.uint8)


def speck() -> np.ndarray:
    pixels = white().copy()
    pixels[140:160, 190:210] = (200, 30, 30)
    return pixels


def clear() -> np.ndarray:
    return np.dstack([photo(), np.zeros(photo().shape[:2], np.uint8)])


def brighter(gain: float) -> np.ndarray:
    return np.clip(photo().astype(np.float32) * gain, 0, 255).astype(np.uint8)


def blocky() -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(photo()).save(buffer, "JPEG", quality=6)
    return np.asarray(Image.open(buffer).convert("RGB"))


def bright_rim() -> np.ndarray:
    return np.where(disc()[:, :, None] > 0.5, with_rim(250), 90).astype(np.uint8)


DEFECTS = {
    "blank": [lambda: made(white()), lambda: made(white(128)), lambda: made(clear())],
    "near-uniform": [lambda: made(speck())],
    "content-lost": [lambda: made(white(), photo()), lambda: made(speck(), photo())],
    "clipped": [lambda: made(brighter(2.2), photo()), lambda: made(brighter(0.004), photo())],
    "halo": [lambda: made(with_rim(20)), lambda: made(bright_rim())],
    "ragged-edge": [lambda: made(product(ragged())), lambda: made(cut_out(ragged()))],
    "blockiness": [lambda: made(blocky(), photo())],
    "upscaled": [lambda: made(photo(), None, StepTaken("resize", {"scale": 2.4}))],
}


@pytest.mark.parametrize(
    ("name", "defect"),
    [(name, index) for name, made_badly in DEFECTS.items() for index in range(len(made_badly))],
)
def test_defects_are_found_and_told(name: str, defect: int):
    verdict = look(name, DEFECTS[name][defect]())
    assert not verdict.passed, verdict.sentence
    assert verdict.name == name
    assert verdict.value is not None
    assert verdict.sentence.endswith(".")


def test_a_threshold_decides():
    steps = [StepTaken("fit", {"scale": 1.5}), StepTaken("resize", {"scale": 1.6})]
    what = made(photo(), None, *steps)
    assert look("upscaled", what).value == pytest.approx(2.4)
    assert look("upscaled", what, most=2.5).passed
    assert not look("upscaled", what, most=2.3).passed


def test_what_cannot_be_measured_passes_and_says_so():
    verdict = look("halo", made(photo()))
    assert (verdict.value, verdict.passed) == (None, True)
    assert "no plain background" in verdict.sentence


def test_pure_white_is_not_off_white():
    assert look("background", made(product())).passed
    verdict = look("background", made(product(ground=249)))
    assert not verdict.passed
    assert verdict.value == 0.0


def test_fill_is_that_of_the_subject():
    assert look("fill", made(product())).value == pytest.approx(0.8, abs=0.01)
    assert not look("fill", made(product()), least=0.85).passed
    assert not look("fill", made(product()), least=0.1, most=0.5).passed
    assert look("fill", made(cut_out())).value == pytest.approx(0.8, abs=0.01)


def jpeg(**parameters: object) -> Made:
    picture = Picture.from_array(photo())
    return Made(Jpeg(**parameters).encode(picture, Context()), photo(), photo())


@pytest.mark.parametrize(
    ("parameters", "passed"),
    [
        ({"width": 512, "height": 512}, True),
        ({"width": 500}, False),
        ({"height": 513}, False),
        ({"least": 512, "most": 512}, True),
        ({"least": 513}, False),
        ({"most": 511}, False),
    ],
)
def test_size(parameters: dict[str, int], passed: bool):
    assert catalogue.check("size")(**parameters).look(jpeg()).passed is passed


def test_format_is_that_of_the_bytes():
    assert look("format", jpeg(), any_of=["jpg"]).passed
    verdict = look("format", jpeg(), any_of=["webp", "png"])
    assert not verdict.passed
    assert verdict.sentence == "It is JPEG, not webp, png."
    nonsense = Made(Encoded(b"nothing", jpeg().encoded.media, 1, 1), photo(), photo())
    assert look("format", nonsense).value == "unknown"


def test_profile_is_that_in_the_file():
    assert look("profile", jpeg()).passed
    assert look("profile", jpeg(profile="display-p3")).value == "Display P3"
    assert look("profile", jpeg(profile="cmyk"), any_of=["CMYK"]).passed
    bare = jpeg(embed=False)
    assert not look("profile", bare).passed
    assert look("profile", bare, embedded=False).passed


def test_bytes_have_bounds():
    size = len(jpeg().encoded.data)
    assert look("bytes", jpeg(), most=size).passed
    assert not look("bytes", jpeg(), most=size - 1).passed
    assert not look("bytes", jpeg(), most=None, least=size + 1).passed


def test_small_pictures_and_one_pixel_do_no_harm():
    for pixels in (white()[:1, :1], white()[:9, :40], photo()[:33, :33]):
        for name in LOOKING:
            assert isinstance(look(name, made(pixels, pixels)), Verdict)


def test_every_check_can_be_explained_and_no_name_is_unknown():
    for name, kind in catalogue.checks().items():
        assert kind.check == name
        assert kind.__doc__
        for field in kind.model_json_schema().get("properties", {}).values():
            assert field["description"]
    with pytest.raises(LookupError, match=r"no check called “halos”; known are: .*halo"):
        catalogue.check("halos")


def test_an_edge_that_is_soft_is_no_halo():
    soft = product(cv2.GaussianBlur(disc(6.0), (0, 0), 2.0))
    assert look("halo", made(soft)).passed


@pytest.mark.parametrize("name", ["resize", "fit", "cover", "contain", "smart-crop", "enlarge"])
def test_every_operator_that_makes_larger_tells_it(name: str):
    """Else a small picture would pass as large enough for print."""
    size = {"width": 300, "height": 300}
    told = {"enlarge": {"factor": 4, "method": "lanczos"}, "resize": {**size, "enlarge": True}}
    small_one = Picture.from_array(np.ascontiguousarray(photo()[:80, :100]))
    outcome = operator(name)(**told.get(name, size)).run(small_one, Context())
    assert outcome.picture.longest >= 300
    verdict = look("upscaled", made(photo(), None, StepTaken(name, outcome.measures)))
    assert not verdict.passed
    assert "enlarged" in verdict.sentence
