import numpy as np
import pytest

from processing.operators.context import Context
from processing.operators.marks.fonts import cleaned
from processing.operators.marks.text import Text
from processing.operators.marks.wrapping import shortened, wrapped
from processing.operators.picture import Unfit
from tests.processing.operators.marks.grounds import changed, holding, plain, see_through

LONG = "A sentence that is rather long, so that it must be broken into several lines to fit. " * 3
ODD = {
    "right to left": "שלום עולם — مرحبا بالعالم",
    "both directions": "Sale עד 50% — today",
    "emoji": "👩‍👩‍👧‍👦 🎉 ok 🇩🇪",
    "one long word": "Donaudampfschifffahrtsgesellschaftskapitän" * 4,
    "no spaces": "写真を処理するための長い文章です" * 8,
    "control characters": "a\x00b\x07c\u202ed\u200f",
    "accents piled up": "Z" + "\u0301" * 60 + "algo",
    "never assigned": "a\uffffb\U000e01efc",
    "line separators": "a\u2028b\u2029c\r\nd\re\tf",
    "many lines": "\n".join("line" for _ in range(120)),
}


@pytest.mark.parametrize("anchor", ["top-left", "bottom", "centre", "right"])
@pytest.mark.parametrize("words", ["Hi", "Agjpq ÅÉ", LONG, ODD["one long word"]])
def test_text_stays_in_the_safe_area(words: str, anchor: str):
    before = plain()
    text = Text(text=words, size=0.2, safe_area=0.1, anchor=anchor, outline="#000", box="#333333")
    left, top, right, bottom = changed(before, text.run(before, Context()).picture)
    assert left >= 40
    assert top >= 30
    assert right <= 360
    assert bottom <= 270


@pytest.mark.parametrize("kind", ODD)
def test_odd_text_is_drawn_or_told(kind: str):
    before = plain()
    outcome = Text(text=ODD[kind], size=0.1).run(before, Context())
    left, top, right, bottom = changed(before, outcome.picture)
    assert left >= 20
    assert top >= 15
    assert right <= 380
    assert bottom <= 285
    if outcome.measures["missing_characters"] or outcome.measures["cut"]:
        assert outcome.confidence <= 0.5
    else:
        assert outcome.confidence == 1.0


def test_characters_that_the_font_lacks_are_told():
    outcome = Text(text="ok שלום").run(plain(), Context())
    assert outcome.measures["missing_characters"] == "שלום"
    assert outcome.confidence <= 0.5
    western = Text(text="Größe 42 – 15 € · Žluťoučký · Привет · Ελλάδα").run(plain(), Context())
    assert western.measures["missing_characters"] == ""
    assert western.confidence == 1.0


def test_it_shrinks_to_fit_and_cuts_at_the_last():
    short = Text(text="Hi", size=0.2, smallest=0.05).run(plain(), Context()).measures
    assert short["text_size_px"] == 60
    assert not short["cut"]
    longer = Text(text=LONG, size=0.2, smallest=0.02).run(plain(), Context()).measures
    assert 6 <= longer["text_size_px"] < 60
    assert longer["lines"] > 3
    before = plain()
    outcome = Text(text=LONG * 3, size=0.2, smallest=0.15, safe_area=0.1).run(before, Context())
    left, top, right, bottom = changed(before, outcome.picture)
    assert left >= 40
    assert top >= 30
    assert right <= 360
    assert bottom <= 270
    assert outcome.measures["cut"]
    assert outcome.measures["text_size_px"] == 45
    assert outcome.confidence < 0.5


def test_the_wanted_size_is_the_letters_size():
    before = plain(600, 600)
    _, top, _, bottom = changed(before, Text(text="H", size=0.2).run(before, Context()).picture)
    assert bottom - top == pytest.approx(0.711 * 120, abs=2), "Roboto's capitals are 0.711 em high"


def test_box_outline_and_shadow_are_there():
    def colours(**style: object) -> set[tuple[int, ...]]:
        made = Text(text="HHH", size=0.3, colour="#ff0000", **style).run(plain(), Context())
        return {
            tuple(one) for one in np.unique(made.picture.array().reshape(-1, 3), axis=0).tolist()
        }

    assert (255, 0, 0) in colours()
    assert (0, 0, 255) in colours(box="#0000ff")
    assert (0, 255, 0) in colours(outline="#00ff00", outline_width=0.1)
    darker = [one for one in colours(shadow="#000000") if max(one) < 100]
    assert darker


@pytest.mark.parametrize("depth", [8, 16])
def test_letters_on_nothing_have_no_fringe(depth: int):
    made = Text(text="Hello", size=0.3, colour="#ff0000").run(see_through(depth=depth), Context())
    pixels = made.picture.array()
    seen = pixels[:, :, 3] > 0
    assert seen.any()
    assert pixels[seen][:, 1].max() == 0, "no green of what nobody saw"


def test_contrast_is_told():
    on_box = Text(text="x", colour="#ffffff", box="#000000").run(plain(), Context())
    assert on_box.measures["contrast_ratio"] == 21.0
    on_ground = Text(text="x", colour="#808080").run(plain(), Context())
    assert on_ground.measures["contrast_ratio"] == 1.0


def test_a_font_of_the_library(tmp_path):
    from processing.operators.marks.fonts import typeface

    (tmp_path / "own.ttf").write_bytes(typeface(None, "black", Context()))
    (tmp_path / "bad.ttf").write_bytes(b"\x00\x01\x00\x00" + b"no font" * 9)
    (tmp_path / "logo.svg").write_bytes(b"<svg/>")
    there = holding(folder=tmp_path)
    own = Text(text="Hi", font="own.ttf", size=0.3).run(plain(), there).picture
    bold = Text(text="Hi", weight="black", size=0.3).run(plain(), Context()).picture
    thin = Text(text="Hi", weight="light", size=0.3).run(plain(), Context()).picture
    assert np.array_equal(own.array(), bold.array())
    assert (thin.array() != 128).sum() < (bold.array() != 128).sum()
    for name, sentence in {"bad.ttf": "cannot be read", "logo.svg": "is no TrueType"}.items():
        with pytest.raises(Unfit, match=sentence):
            Text(text="Hi", font=name).run(plain(), there)
    with pytest.raises(Unfit, match="no file"):
        Text(text="Hi", font="gone.ttf").run(plain(), there)


def test_nothing_to_write_changes_nothing():
    before = plain()
    assert Text(text=" \n\x00").run(before, Context()).picture is before


def test_large_pictures_are_lettered_too(monkeypatch):
    monkeypatch.setattr("processing.operators.marks.lettered.LARGEST", 10_000)
    before = plain()
    outcome = Text(text="Hi", size=0.2, safe_area=0.1).run(before, Context())
    assert outcome.measures["text_size_px"] == pytest.approx(60, abs=4)
    left, _, right, bottom = changed(before, outcome.picture)
    assert left >= 40
    assert right <= 360
    assert bottom <= 270


def test_lines_break_at_spaces_and_long_words_between_characters():
    assert wrapped("aa bb cc", 5, len) == (["aa bb", "cc"], False)
    assert wrapped("aa\n\nbb", 5, len) == (["aa", "", "bb"], False)
    assert wrapped("abcdefg hi", 3, len) == (["abc", "def", "g", "hi"], True)
    family = "👩‍👩‍👧‍👦"
    assert wrapped(family * 2, 1, len) == ([family, family], True)
    assert shortened("abcdef", 4, len) == "abc…"


def test_cleaning_keeps_words():
    assert cleaned("a\tb\r\nc\x00\ud800") == "a b\nc�"
