"""The pattern language: what it reads, what it writes, what it says of what does not fit."""

import string
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dam.naming import FormatError, Pattern, PatternError, safe_name
from dam.naming.downloads import with_ending, write

SKU = r"{brand}_{sku:[A-Z]{3}\d{4}}[_{view:front|back|detail}]_v{version:02}.{ext}"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "ACME_ABC1234_front_v02.jpg",
            {"brand": "ACME", "sku": "ABC1234", "view": "front", "version": 2, "ext": "jpg"},
        ),
        (
            "ACME_ABC1234_v123.jpg",
            {"brand": "ACME", "sku": "ABC1234", "version": 123, "ext": "jpg"},
        ),
        ("Müller-Söhne_ABC1234_v01.tif", None),
    ],
)
def test_fields_are_read(name: str, fields: dict | None):
    found = Pattern.parse(SKU).match(name).fields
    assert found == (fields or found)
    assert found is not None
    assert found["sku"] == "ABC1234"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "ACME_12AB_front_v02.jpg",
            "After “ACME_” sku (three capital letters and four digits) was expected, "
            "but “12AB” is there.",
        ),
        ("ACMEABC.jpg", "After “ACMEABC” “_” was expected, but “.jpg” is there."),
        (
            "ACME_ABC1234_side_v02.jpg",
            "After “ACME_ABC1234_” view (“front”, “back” or “detail”) was expected, "
            "but “side” is there.",
        ),
        (
            "ACME_ABC1234_v02.jpg.bak",
            "After “ACME_ABC1234_v02.jpg” the end of the name was expected, but “.bak” is there.",
        ),
        (
            "",
            "At the beginning brand (letters, digits or hyphens) was expected, "
            "but the name ends there.",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_words(name: str, reason: str):
    match = Pattern.parse(SKU).match(name)
    assert not match
    assert match.reason == reason


@pytest.mark.parametrize(
    ("pattern", "position", "said"),
    [
        ("{sku", 0, "no “}”"),
        ("{Sku}", 1, "small letters"),
        ("a_{sku:[A-}", 7, "no “]”"),
        ("{a}[_final]", 3, "needs a field"),
        ("a]{c}", 1, "no “[”"),
        ("{a:2}", 3, "like 02"),
        ("{a:(x}", 3, "no “)”"),
        ("{a:x{999}}", 4, "64"),
        ("{a:x{3,1}}", 4, "larger number"),
        ("{a:*}", 3, "nothing to stand after"),
        ("{a}{a}", 3, "there already"),
        ("in/{a}", 2, "cannot be in a file name"),
        ("{a!big}", 2, "!upper"),
        ("only text", 9, "a field"),
        ("{d:YYYYMMDDMM}", 3, "one month"),
        ("{a:[^]}", 3, "no character"),
        ("{a:" + "(x{60}){60}" + "}", 15, "too large"),
        ("[" * 6 + "{a}" + "]" * 6, 5, "deep"),
        ("{a}" + "x" * 300, 300, "300"),
    ],
)
def test_a_pattern_that_cannot_be_read_names_the_place(pattern: str, position: int, said: str):
    with pytest.raises(PatternError) as error:
        Pattern.parse(pattern)
    assert said in str(error.value)
    assert error.value.position == position
    assert f"At character {position + 1}:" in str(error.value)


def test_dates_are_of_the_calendar():
    pattern = Pattern.parse("{shot:YYYYMMDD}_{n:03}.{ext}")
    assert pattern.match("20240229_007.jpg").fields == {"shot": "2024-02-29", "n": 7, "ext": "jpg"}
    assert "in no calendar" in pattern.match("20230229_007.jpg").reason
    assert pattern.format({"shot": "2024-02-29", "n": 7, "ext": "jpg"}) == "20240229_007.jpg"
    assert Pattern.parse("{d:DD.MM.YY}").match("24.12.26").fields == {"d": "2026-12-24"}


def test_case_rules():
    upper = Pattern.parse("{brand!upper}_{view:front|back!nocase}")
    assert upper.match("ACME_Front").fields == {"brand": "ACME", "view": "Front"}
    assert "in capitals" in upper.match("acme_front").reason
    assert upper.format({"brand": "acme", "view": "front"}, exact=False) == "ACME_front"


def test_literal_braces_and_brackets():
    pattern = Pattern.parse(r"\[{sku}\]\{x\}")
    assert pattern.match("[A1]{x}").fields == {"sku": "A1"}


def test_numbers_have_one_spelling():
    pattern = Pattern.parse("v{version:02}")
    assert pattern.match("v07")
    assert pattern.match("v107")
    assert not pattern.match("v7")
    assert not pattern.match("v007")
    assert pattern.format({"version": 7}) == "v07"
    with pytest.raises(FormatError, match="is not a number"):
        pattern.format({"version": "x"})


def test_what_is_missing_is_named():
    with pytest.raises(FormatError, match="no sku and no version"):
        Pattern.parse(SKU).format({"brand": "ACME", "ext": "jpg"})


def test_a_name_that_would_be_read_otherwise_is_refused():
    pattern = Pattern.parse("{a}{b}")
    with pytest.raises(FormatError, match="other fields"):
        pattern.format({"a": "x", "b": "yz"})


def test_no_expression_makes_it_slow():
    pattern = Pattern.parse("{e:((a|a)*(a|aa)*)*b}")
    start = time.monotonic()
    assert not pattern.match("a" * 300)
    assert time.monotonic() - start < 1.0


@pytest.mark.parametrize("part", ["(.?.?.?.?.?.?.?.?.?.?){64}x", "((.*)(.*)(.*)(.*)){64}x"])
def test_a_pattern_that_is_much_work_says_so_in_time(part):
    pattern = Pattern.parse(f"{{name:{part}}}.{{ext}}")
    start = time.monotonic()
    said = pattern.match("a" * 250 + ".jpg")
    with pytest.raises(FormatError, match="too large"):
        pattern.format({"name": "a" * 250, "ext": "jpg"})
    assert "too large" in said.reason
    assert time.monotonic() - start < 2.0


WORDS = st.text(string.ascii_letters + string.digits + "-äßÉ日", min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    brand=WORDS,
    sku=st.from_regex(r"[A-Z]{3}[0-9]{4}", fullmatch=True),
    view=st.sampled_from(["front", "back", "detail", None]),
    version=st.integers(0, 10**6),
    ext=st.sampled_from(["jpg", "tiff"]),
)
def test_writing_and_reading_are_inverse(brand, sku, view, version, ext):
    fields = {"brand": unicodedata.normalize("NFC", brand), "sku": sku, "view": view}
    fields |= {"version": version, "ext": ext}
    pattern = Pattern.parse(SKU)
    name = pattern.format(fields)
    known = {key: value for key, value in fields.items() if value is not None}
    assert pattern.match(name).fields == known
    assert pattern.format(pattern.match(name).fields) == name


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_parser_and_what_fits_is_written_back(text: str):
    try:
        match = Pattern.parse(text).match("a_1")
    except PatternError as error:
        found = error.position
    else:
        found = match.position
        assert match or match.reason
    assert 0 <= found <= max(len(text), 3)


PIECES = ["{a}", "{b:02}", "[-{c:[a-c]+}]", "{d:x|yy|z}", "_", ".", "{e:YYYYMMDD}", "[_{f:\\w?}]"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, unique=True), st.data())
def test_every_name_that_fits_is_written_back_as_it_was(pieces: list[str], data):
    text = "".join(pieces)
    if "{" not in text:
        return
    pattern = Pattern.parse(text)
    name = data.draw(st.text("abcxyz0123_-.", max_size=14))
    match = pattern.match(name)
    if match and safe_name(name) == name and "" not in match.fields.values():
        assert pattern.format(match.fields, exact=False) == name


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_a_safe_name_is_safe_everywhere(text: str):
    name = safe_name(text)
    assert name
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\r\n\0')
    assert name[0] != "."
    assert name[-1] not in ". "
    assert name.split(".")[0].strip().lower() not in {"con", "nul", "aux", "prn", "com1", "lpt9"}
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON.jpg", "_CON.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x\r\nSet-Cookie: a", "xSet-Cookie_ a"),
        ("", "unnamed"),
        ("é" * 200 + ".jpeg", "é" * 125 + ".jpeg"),
    ],
)
def test_unsafe_names(given: str, safe: str):
    assert safe_name(given) == safe


def test_what_is_written_is_made_to_fit():
    facts = {"title": "A boat / at sea: dawn", "ext": "jpg", "n": 7}
    assert write("{title}_{n:03}", facts) == "A-boat-at-sea-dawn_007.jpg"
    assert write("{title:text} {n:03}", facts) == "A boat _ at sea_ dawn 007.jpg"
    assert len(write("{title}_{n:03}", facts | {"title": "long " * 100}).encode()) < 255
    assert with_ending("{a}") == "{a}.{ext}"
