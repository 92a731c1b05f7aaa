"""Links and pictures in the documents lead somewhere, and every page can be found."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.reading import DOCS, ROOT, document, files, first_codes, shown, without_fences

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = ("http://", "https://", "mailto:")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
IMAGES = DOCS / "images"
# A path of a document as comments and docstrings name it.
NAMED = re.compile(r"\bdocs/[\w/.-]+\.md\b")


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links to, each with the heading it means."""
    for target in LINK.findall(without_fences(page.read_text(encoding="utf-8"))):
        if not target.startswith(ELSEWHERE):
            path, _, heading = target.partition("#")
            yield ((page.parent / path).resolve() if path else page), heading


def _anchors(page: Path) -> set[str]:
    """The anchors that headings get: lower case, hyphens for spaces, punctuation dropped."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    headings = re.findall(r"^#+ +(.*?) *$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document_path", PAGES, ids=shown)
def test_links_lead_somewhere(document_path: Path):  # `page` is the browser's fixture
    for target, heading in _links(document_path):
        if target.parent == IMAGES and target.suffix == ".webp":
            continue  # a screenshot: see below
        assert target.exists(), f"it links to {target}, which is not there"
        if heading:
            assert heading in _anchors(target), f"{shown(target)} has no heading #{heading}"


def _screenshots() -> set[str]:
    linked = {path for page in PAGES for path, _ in _links(page) if path.parent == IMAGES}
    return {path.name for path in linked if path.suffix == ".webp"}


def test_screenshots_are_listed():
    there = {path.name for path in IMAGES.glob("*.webp")}
    assert _screenshots() | there == first_codes(document("images/README.md"))


def test_screenshots_are_there_once_they_have_been_made():
    # They come from the running program, all at once: docs/images/README.md says how.
    there = {path.name for path in IMAGES.glob("*.webp")}
    assert not there or there >= _screenshots()


def test_every_page_is_linked_from_the_index():
    index = {path for path, _ in _links(DOCS / "README.md")}
    decisions = {path for path, _ in _links(DOCS / "decisions" / "README.md")}
    pages = {path for path in DOCS.rglob("*.md") if path != DOCS / "README.md"}
    assert pages <= index | decisions


def test_decisions_have_numbers_of_their_own():
    numbers = [path.name[:4] for path in (DOCS / "decisions").glob("0*.md")]
    assert len(numbers) == len(set(numbers))
    assert len(numbers) > 3


def test_documents_that_the_code_names_are_there():
    named = {
        (shown(path), name)
        for path in files(".py", ".js", ".css", ".html", ".toml", "Makefile")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if "vendor" not in path.parts
    }
    assert {pair for pair in named if not (ROOT / pair[1]).exists()} == set()


def test_examples_in_json_are_json():
    for page in PAGES:
        for block in re.findall(r"^```json\n(.*?)^```", page.read_text(), re.S | re.M):
            json.loads(block)
