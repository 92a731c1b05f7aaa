"""docs/reference/keyboard.md lists the keys that the scripts register, in the scripts' words."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, codes, document, files, rows, sections, shown

ENTRY = re.compile(r'\{ key: (\[[^\]]*\]|"[^"]*"|\w+)(?:, label: "([^"]*)")?')
SHOWN = {"ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓", "Escape": "Esc"}


def _cap(key: str) -> str:
    """A key as the dialog of keys shows it (static/js/keys.js)."""
    parts = [key] if key == "+" else key.split("+")
    return " ".join(SHOWN.get(part, part.upper() if len(part) == 1 else part) for part in parts)


def _keys(written: str, script: str) -> frozenset[str]:
    if written.isidentifier():
        written = re.search(rf"const {written} = (\[[^\]]*\])", script)[1]
    return frozenset(_cap(key) for key in re.findall(r'"([^"]*)"', written))


def _registered(path: Path) -> tuple[dict[frozenset[str], str], set[str]]:
    """What a script registers: keys → label, and the keys that have none."""
    script = _code(path)
    labelled: dict[frozenset[str], str] = {}
    silent: set[str] = set()
    for written, label in ENTRY.findall(script):
        keys = _keys(written, script)
        if label:
            labelled[keys] = label
        else:
            silent |= keys
    return labelled, silent


def _code(path: Path) -> str:
    """A script without its comments."""
    return re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.M)


def _scripts() -> list[Path]:
    scripts = (path for path in files(".js") if "vendor" not in path.parts)
    return [path for path in scripts if re.search(r"\bregisterKeys\(\[\s*\{ key", _code(path))]


def _documented(path: Path) -> dict[frozenset[str], str]:
    for text in sections(document("reference/keyboard.md")).values():
        if f"`{shown(path)}`" in text:
            return {frozenset(codes(row[0])): row[1] for row in rows(text)}
    return {}


@pytest.mark.parametrize("path", _scripts(), ids=shown)
def test_keys_are_documented_in_the_words_of_the_page(path: Path):
    labelled, silent = _registered(path)
    said = _documented(path)
    assert {keys: said.get(keys) for keys in labelled} == labelled
    others = {key for keys in said if keys not in labelled for key in keys}
    assert _spread(others) <= silent, "documented, but not registered"
    assert not silent - _spread(key for keys in said for key in keys), "registered, not documented"


def _spread(keys: Iterable[str]) -> set[str]:
    """Keys, a range such as 1–7 taken apart into its digits."""
    found = set()
    for key in keys:
        ends = re.fullmatch(r"(\d)–(\d)", key)
        found |= {str(n) for n in range(int(ends[1]), int(ends[2]) + 1)} if ends else {key}
    return found


def test_every_script_that_is_named_registers_keys():
    named = {code for code in codes(document("reference/keyboard.md")) if code.endswith(".js")}
    assert {ROOT / name for name in named} == set(_scripts())
