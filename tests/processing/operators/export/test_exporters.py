"""What every exporter promises: any kind of picture or a sentence, the same bytes, its limits."""

import inspect

import numpy as np
import pytest

from processing import vips
from processing.media import sniff_bytes
from processing.operators import catalogue
from processing.operators.base import Operator
from processing.operators.context import Context
from processing.operators.export.auto import Auto
from processing.operators.export.avif import Avif
from processing.operators.exporter import Encoded, Exporter
from processing.operators.picture import Picture, Unfit
from tests.processing.operators.export.decoding import pixels_of
from tests.processing.operators.pictures import KINDS, motif

EVERY = sorted(catalogue.exporters())


def example(name: str, **more: object) -> Exporter:
    kind = catalogue.exporter(name)
    return kind(**{**kind.example, **more})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EVERY)
def test_any_kind_of_picture_or_a_sentence(name: str, kind: str):
    picture = KINDS[kind]()
    before, refused = picture.array().copy(), ""
    try:
        made = example(name).encode(picture, Context())
    except Unfit as refusal:
        refused = str(refusal)
    if refused:
        assert refused.endswith("."), "a sentence"
        assert kind == "press", f"{name} takes ordinary pictures: {refused}"
        return
    assert sniff_bytes(made.data) == made.media
    assert (made.width, made.height) == (picture.width, picture.height)
    assert made.measures["bytes"] == len(made.data)
    assert np.array_equal(picture.array(), before), "its input stays as it was"
    shown = pixels_of(made)
    wanted = picture.with_image(picture.image).rgb8() if picture.is_rgb else None
    if wanted is not None:
        seen = Picture.from_array(shown).rgb8().astype(int)
        assert np.abs(seen - wanted.astype(int)).mean() < 5


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("kind", ["rgba", "16 bits"])
def test_twice_the_same_bytes(name: str, kind: str):
    first, second = (example(name).encode(KINDS[kind](), Context()) for _ in range(2))
    assert first.data == second.data
    assert first.measures == second.measures


@pytest.mark.parametrize("name", EVERY)
def test_it_can_be_explained(name: str):
    kind = catalogue.exporter(name)
    assert kind.title[0].isupper()
    assert inspect.getdoc(kind) != inspect.getdoc(Exporter), "a docstring of its own"
    assert inspect.getfile(kind).endswith(f"/operators/export/{name}.py")
    for field in kind.model_json_schema()["properties"].values():
        assert field["description"]


@pytest.mark.parametrize("name", EVERY)
def test_the_byte_budget_is_kept_or_refused(name: str):
    picture = Picture.from_array(motif(400, 300))
    free = example(name).encode(picture, Context())
    enough = example(name, max_bytes=len(free.data), metadata="none")
    assert len(enough.encode(picture, Context()).data) == len(free.data)
    with pytest.raises(Unfit, match=r"bytes, more than the 90 that the picture may take: .*\.$"):
        example(name, max_bytes=100).encode(picture, Context())


@pytest.mark.parametrize("name", EVERY)
def test_too_large_is_refused_before_any_work(name: str):
    edge = catalogue.exporter(name).most_edge
    lazy = vips.Image.black(edge + 1, 8, bands=3).copy(interpretation="srgb")
    with pytest.raises(Unfit, match=r"pixels a side; this picture has .*\.$"):
        example(name).encode(Picture(lazy), Context())


def test_megapixels_are_bounded_too_and_told_so_that_the_difference_shows():
    lazy = vips.Image.black(16_384, 4_883, bands=3).copy(interpretation="srgb")
    with pytest.raises(Unfit, match=r"up to 80 megapixels; .* 16384 × 4883, which is 80\.01:"):
        example("avif").encode(Picture(lazy), Context())


def test_what_one_format_cannot_hold_another_takes(monkeypatch):
    monkeypatch.setattr(Avif, "most_pixels", 1000)
    picture = Picture.from_array(motif(64, 48))
    made = Auto(among=("avif", "jpeg")).encode(picture, Context())
    assert made.measures["format"] == "JPEG"


def test_unknown_fields_are_refused_and_operators_are_something_else():
    with pytest.raises(ValueError, match="quallity"):
        catalogue.exporter("jpeg")(quallity=3)
    assert not issubclass(catalogue.exporter("jpeg"), Operator)
    assert Encoded.__doc__
