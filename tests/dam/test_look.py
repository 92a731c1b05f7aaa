"""The look holds together: classes, icons and style sheets that templates name are there."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from dam.plain_words import browser_in_words
from dam.templatetags.loupe import (
    ASPECT_LEAST,
    ASPECT_MOST,
    ASPECT_STEP,
    aspect_class,
    percent,
    query,
    rendition_width,
)

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def size(width: int, height: int) -> SimpleNamespace:
    return SimpleNamespace(width=width, height=height, aspect=width / height)


def test_every_aspect_has_its_class():
    rules = (ROOT / "static/css/aspects.css").read_text()
    found = dict(re.findall(r"\.(ar-\d+)\{--ar:([\d.]+)\}", rules))
    expected = range(ASPECT_LEAST, ASPECT_MOST + 1, ASPECT_STEP)
    assert found == {f"ar-{n}": f"{n / 100:g}" for n in expected}


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [(3000, 2000, "ar-150"), (1, 1, "ar-100"), (10_000, 100, "ar-400"), (100, 10_000, "ar-40")],
)
def test_a_picture_gets_the_nearest_box(width, height, name):
    assert aspect_class(size(width, height)) == name


def test_a_rendition_is_never_wider_than_its_version():
    assert rendition_width(size(3000, 2000), 400) == 400
    assert rendition_width(size(2000, 3000), 400) == 267
    assert rendition_width(size(300, 200), 400) == 300


def test_small_helpers():
    assert percent(0.876) == "88 %"
    assert percent(None) == ""
    assert query("/x", q="a b", n="") == "/x?q=a+b"
    assert query("/x") == "/x"


def test_every_icon_that_a_template_draws_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="(\w+)"', (ROOT / "static/icons.svg").read_text()))
    drawn = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "(\w+)"', path.read_text())
    }
    assert drawn
    assert drawn <= known


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_templates_obey_the_content_security_policy(path):
    text = re.sub(r"{%.*?%}", " ", path.read_text())  # what browsers get to see
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "hx-on" not in text


def _luminance(hex_: str) -> float:
    parts = [int(hex_[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _themes() -> list[dict[str, str]]:
    text = (ROOT / "static/css/tokens.css").read_text()
    blocks = re.findall(r"color-scheme: \w+;([^}]*)}", text)
    return [dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks]


@pytest.mark.parametrize("theme", _themes(), ids=["dark", "light", "system light"])
def test_contrast_meets_wcag_aa(theme):
    surfaces = [theme[f"surface-{n}"] for n in (0, 1, 2)]
    for surface in surfaces:
        assert _contrast(theme["text"], surface) >= 7
        assert _contrast(theme["text-muted"], surface) >= 4.5
        assert _contrast(theme["accent"], surface) >= 4.5
        assert _contrast(theme["line-strong"], surface) >= 3
    assert _contrast(theme["on-accent"], theme["accent"]) >= 4.5
    for tone in ("ok", "warn", "danger", "accent"):
        assert _contrast(theme[tone], theme[f"{tone}-soft"]) >= 4.5


def test_greys_have_no_tint():
    for theme in _themes():
        for name in ("surface-0", "surface-1", "surface-2", "surface-3", "well", "text"):
            assert len({theme[name][n : n + 2] for n in (1, 3, 5)}) == 1, name


def test_both_light_themes_are_one():
    _dark, light, system = _themes()
    assert light == system


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.9", "curl/8.9"),
        ("", "An unknown program"),
    ],
)
def test_browsers_have_names(said, words):
    assert browser_in_words(said) == words
