"""What any other file is: documents, tables, archives, sound, video, text.

Judged by content (signatures from the formats' own specifications). Only among plain texts, which
have no signature, does the name's ending choose between names for them: a table, a list, a program.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from dam import formats as known
from dam.formats import MediaType
from processing.formats import zipped
from processing.formats.texts import decode

HEAD_BYTES = 4096
_TEXT_BYTES = 65_536

Matches = Callable[[bytes], bool]


def _starts(*beginnings: bytes) -> Matches:
    return lambda head: head.startswith(beginnings)


def _riff(form: bytes) -> Matches:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _ftyp(*brands: bytes) -> Matches:
    return lambda head: head[4:8] == b"ftyp" and (not brands or head[8:12] in brands)


def _ebml(kind: bytes) -> Matches:
    return lambda head: head[:4] == b"\x1aE\xdf\xa3" and kind in head[:64]


def _mpeg_audio(head: bytes) -> bool:
    """ID3 tag, or two frame headers' worth of sync bits with a possible rate (ISO 11172-3)."""
    if head[:3] == b"ID3":
        return True
    return len(head) > 4 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2, 0xFA)


SIGNATURES: tuple[tuple[MediaType, Matches], ...] = (
    (known.GZIP, _starts(b"\x1f\x8b\x08")),
    (known.BZIP2, lambda head: head[:3] == b"BZh" and head[4:10] == b"1AY&SY"),
    (known.XZ, _starts(b"\xfd7zXZ\0")),
    (known.ZSTD, _starts(b"\x28\xb5\x2f\xfd")),
    (known.SEVEN_ZIP, _starts(b"7z\xbc\xaf\x27\x1c")),
    (known.RAR, _starts(b"Rar!\x1a\x07")),
    (known.TAR, lambda head: head[257:262] == b"ustar"),
    (known.OLD_OFFICE, _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    (known.RTF, _starts(b"{\\rtf")),
    (known.POSTSCRIPT, _starts(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    (known.PARQUET, _starts(b"PAR1")),
    (known.SQLITE, _starts(b"SQLite format 3\0")),
    (known.WAV, _riff(b"WAVE")),
    (known.AVI, _riff(b"AVI ")),
    (known.FLAC, _starts(b"fLaC")),
    (known.OGG, _starts(b"OggS")),
    (known.MIDI, _starts(b"MThd")),
    (known.M4A, _ftyp(b"M4A ", b"M4B ")),
    (known.QUICKTIME, _ftyp(b"qt  ")),
    (known.MP4, _ftyp()),
    (known.WEBM, _ebml(b"webm")),
    (known.MATROSKA, _ebml(b"")),
    (known.MPEG, _starts(b"\0\0\x01\xba", b"\0\0\x01\xb3")),
    (known.JPEG_2000, lambda head: head[4:8] == b"jP  " or head[:4] == b"\xffO\xffQ"),
    (known.ICON, lambda head: head[:4] == b"\0\0\x01\0" and 0 < head[4] < 64 and head[5] == 0),
    (known.FONT, _starts(b"OTTO", b"wOFF", b"wOF2", b"true\0", b"\0\x01\0\0\0")),
    (known.PROGRAM, _starts(b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")),
    (known.MP3, _mpeg_audio),
)

# The entry that tells an office document, and what it is then.
_INSIDE: tuple[tuple[str, MediaType], ...] = (
    ("word/document.xml", known.DOCX),
    ("xl/workbook.xml", known.XLSX),
    ("ppt/presentation.xml", known.PPTX),
)
_OPEN_DOCUMENTS = {media.mime: media for media in (known.ODT, known.ODS, known.ODP, known.EPUB)}

CODE_ENDINGS = {
    "py": "Python", "js": "JavaScript", "mjs": "JavaScript", "ts": "TypeScript", "css": "CSS",
    "scss": "SCSS", "c": "C", "h": "C", "cpp": "C++", "hpp": "C++", "cs": "C#", "java": "Java",
    "go": "Go", "rs": "Rust", "rb": "Ruby", "php": "PHP", "sh": "Shell", "bash": "Shell",
    "sql": "SQL", "r": "R", "swift": "Swift", "kt": "Kotlin", "lua": "Lua", "pl": "Perl",
    "toml": "TOML", "yaml": "YAML", "yml": "YAML", "ini": "INI", "tex": "TeX", "m": "MATLAB",
}  # fmt: skip


def recognise(path: Path | str, name: str = "") -> MediaType:
    """Return the type of a file that is no picture. Raises OSError where it cannot be read."""
    with open(path, "rb") as file:
        head = file.read(_TEXT_BYTES)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zipped(path)
    for media, matches in SIGNATURES:
        if matches(head[:HEAD_BYTES]):
            return media
    text = decode(head)
    return known.UNKNOWN if text is None else _written(text.text, name)


def _zipped(path: Path | str) -> MediaType:
    archive = zipped.look(path)
    if archive is None:
        return known.ZIP
    names = {entry.name for entry in archive.entries}
    for name, media in _INSIDE:
        if name in names:
            return media
    said = archive.find("mimetype")
    mime = zipped.unpack(path, said, 200).decode("ascii", "replace").strip() if said else ""
    return _OPEN_DOCUMENTS.get(mime, known.ZIP)


def _written(text: str, name: str) -> MediaType:
    """Return what a text is: by how it begins, then by its name, then by how its lines look."""
    begin, ending = text[:1024].lstrip("\ufeff \t\r\n").lower(), name.rpartition(".")[2].lower()
    if begin.startswith(("<!doctype html", "<html")) or "<html" in begin:
        return known.HTML
    if begin.startswith("<?php") or text.startswith("#!") or ending in CODE_ENDINGS:
        return known.CODE
    if begin.startswith("<?xml"):
        return known.XML
    if _is_json(text, ending):
        return known.JSON
    if ending == "md":
        return known.MARKDOWN
    separator = separator_of(text, sure=ending in ("csv", "tsv"))
    if separator is None or ending in ("txt", "log"):
        return known.TEXT
    return known.TSV if separator == "\t" else known.CSV


def _is_json(text: str, ending: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    if ending in ("json", "geojson", "ipynb"):
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def separator_of(text: str, *, sure: bool = False) -> str | None:
    """Return what separates a table's columns, or None where the lines are no table.

    A table has the same number of columns in all of its first lines: two at least where its name
    says that it is one (``sure``), else three in three lines, so that prose is not taken for one.
    """
    lines = text.splitlines()[:21]
    if len(text) >= _TEXT_BYTES // 4:
        lines = lines[:-1] or lines
    least_lines, least = (1, 2) if sure else (3, 3)
    if len([line for line in lines if line.strip()]) < least_lines:
        return None
    best, most = None, least - 1
    for separator in ",;\t|":
        columns = _columns(lines, separator)
        if columns > most:
            best, most = separator, columns
    return best


def _columns(lines: list[str], separator: str) -> int:
    """How many columns all lines have; 0 where they differ."""
    try:
        widths = {
            len(row)
            for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
            if row
        }
    except csv.Error:
        return 0
    return widths.pop() if len(widths) == 1 else 0
