"""What a document or data file is made of: facts in words, and its text for the search.

Everything is bounded: at most `READ` bytes are read or unpacked of a file, and `MAX_TEXT`
characters kept. Markup is read by parsers that resolve no entities (defusedxml, html.parser).
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from dam import formats as known
from dam.formats import MediaType
from processing.formats import zipped
from processing.formats.others import separator_of
from processing.formats.texts import Decoded, decode
from processing.metadata.cleaning import clean_text

READ = 16 * 1024**2
MAX_TEXT = 40_000
_NAMES_LISTED = 500


@dataclass(frozen=True, slots=True)
class Extracted:
    """Facts as (name, value) for people, in their order, and text of at most `MAX_TEXT`.

    ``lines`` says that the text reads as lines of a file, and may be shown as its beginning.
    """

    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    lines: bool = False
    problems: tuple[str, ...] = field(default=())


def extract(path: Path | str, media: MediaType) -> Extracted:
    """Read facts and text of a file of a known type; nothing where its type has none.

    Damage is named in ``problems``. Raises InputError for a PDF that cannot be opened, and OSError
    where the file itself cannot be read.
    """
    if not has_words(media):
        return Extracted()
    return _READERS.get(media, _plain)(path)


def has_words(media: MediaType) -> bool:
    """Whether there is anything that `extract` can say of files of this type."""
    return media in _READERS or media.family in ("text", "code")


def _beginning(path: Path | str) -> tuple[Decoded, float]:
    """The text of the first `READ` bytes, and which part of the file they are."""
    with open(path, "rb") as file:
        data = file.read(READ)
    share = len(data) / max(1, os.path.getsize(path))
    return decode(data) or Decoded("", "unknown"), share


def _count(number: float, share: float) -> str:
    return f"{number:,.0f}" if share >= 1 else f"about {float(f'{number / share:.2g}'):,.0f}"


def _plain(path: Path | str) -> Extracted:
    decoded, share = _beginning(path)
    number = decoded.text.count("\n") + (not decoded.text.endswith("\n"))
    facts = (("Lines", _count(number, share)), ("Encoding", decoded.encoding))
    return Extracted(facts, clean_text(decoded.text, MAX_TEXT), lines=True)


def _table(path: Path | str) -> Extracted:
    decoded, share = _beginning(path)
    separator = separator_of(decoded.text, sure=True) or ","
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(decoded.text), delimiter=separator)]
    except csv.Error:
        problem = "The table has a line that cannot be read."
        return Extracted((("Encoding", decoded.encoding),), problems=(problem,))
    rows = len([width for width in widths if width])
    facts = (
        ("Rows", _count(rows, share)),
        ("Columns", f"{max(widths, default=0):,}"),
        ("Encoding", decoded.encoding),
    )
    return Extracted(facts, clean_text(decoded.text, MAX_TEXT), lines=True)


def _json(path: Path | str) -> Extracted:
    plain = _plain(path)
    decoded, share = _beginning(path)
    if share < 1:
        return plain
    try:
        value = json.loads(decoded.text)
    except (ValueError, RecursionError):
        return Extracted(plain.facts, plain.text, True, ("It is not valid JSON.",))
    if isinstance(value, list | dict):
        holds = f"{len(value):,} {'items' if isinstance(value, list) else 'keys'}"
        return Extracted((("Holds", holds), *plain.facts), plain.text, lines=True)
    return plain


class _Words(HTMLParser):
    """Collects what a web page says, without scripts and styles; nothing is run or fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.parts.append(data.strip())


def _html(path: Path | str) -> Extracted:
    plain, words = _plain(path), _Words()
    words.feed(_beginning(path)[0].text[: 20 * MAX_TEXT])
    return Extracted(plain.facts, clean_text("\n".join(words.parts), MAX_TEXT))


def _archive(path: Path | str) -> Extracted:
    archive = zipped.look(path)
    if archive is None:
        return Extracted(problems=("Its list of files is damaged.",))
    files = [entry for entry in archive.entries if not entry.name.endswith("/")]
    facts = [
        (
            "Files",
            f"{len(files):,}" if len(archive.entries) == archive.count else f"{archive.count:,}",
        )
    ]
    if len(archive.entries) == archive.count:
        facts.append(("Unpacked", _bytes(sum(entry.size for entry in files))))
    names = "\n".join(entry.name for entry in files[:_NAMES_LISTED])
    return Extracted(tuple(facts), clean_text(names, MAX_TEXT), lines=True)


def _bytes(number: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 1024 or unit == "GB":
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:,.1f} {unit}"
        number /= 1024
    raise AssertionError("unreachable")


# Where the text of each office format is, and after which elements a new line begins.
_PARTS: dict[MediaType, tuple[str, ...]] = {
    known.DOCX: ("word/document.xml",),
    known.XLSX: ("xl/sharedStrings.xml",),
    known.PPTX: ("ppt/slides/slide",),
    known.ODT: ("content.xml",),
    known.ODS: ("content.xml",),
    known.ODP: ("content.xml",),
}
_COUNTED = {
    known.XLSX: ("Sheets", "xl/worksheets/sheet"),
    known.PPTX: ("Slides", "ppt/slides/slide"),
}
_BREAKS = frozenset({"p", "h", "si", "table-row", "br"})


def _office(media: MediaType) -> Callable[[Path | str], Extracted]:
    return lambda path: _read_office(path, media)


def _read_office(path: Path | str, media: MediaType) -> Extracted:
    archive = zipped.look(path)
    if archive is None:
        return Extracted(problems=("Its list of parts is damaged.",))
    facts: tuple[tuple[str, str], ...] = ()
    if media in _COUNTED:
        name, begin = _COUNTED[media]
        facts = ((name, str(len([e for e in archive.entries if e.name.startswith(begin)]))),)
    texts, problems, room = list[str](), list[str](), READ
    for entry in archive.entries:
        if (
            entry.name.startswith(_PARTS[media])
            and room > 0
            and sum(len(text) for text in texts) < MAX_TEXT
        ):
            data = zipped.unpack(path, entry, room)
            room -= len(data)
            try:
                texts.append(_xml_text(data))
            except (ParseError, DefusedXmlException):
                problems.append("A part of its text cannot be read.")
    text = clean_text("\n".join(texts), MAX_TEXT)
    return Extracted(facts, text, problems=tuple(dict.fromkeys(problems)))


def _xml_text(data: bytes) -> str:
    """The text of a part, a line for each paragraph. Raises ParseError, DefusedXmlException."""
    parts, length = list[str](), 0
    for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
        if element.text:
            parts.append(element.text)
            length += len(element.text)
        if element.tag.rpartition("}")[2] in _BREAKS:
            parts.append("\n")
        if length > MAX_TEXT:
            break
        element.clear()
    return "".join(parts)


def _pdf(path: Path | str) -> Extracted:
    from processing.formats.pdf import text_of  # the library behind it is loaded when it is wanted

    text, facts = text_of(path, MAX_TEXT)
    return Extracted(tuple(facts), clean_text(text, MAX_TEXT))


_READERS: dict[MediaType, Callable[[Path | str], Extracted]] = {
    known.CSV: _table,
    known.TSV: _table,
    known.JSON: _json,
    known.HTML: _html,
    known.ZIP: _archive,
    known.PDF: _pdf,
    **{media: _office(media) for media in _PARTS},
}
