"""PDF documents by PDFium, through pypdfium2: the first page as a picture, and the text.

PDFium is built without JavaScript; forms are not filled, nothing that a page asks for is fetched.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from pypdfium2 import raw as pdfium

from dam.formats import PDF
from processing import vips
from processing.errors import InputError
from processing.formats.codec import Codec, damaged, to_vips
from processing.formats.header import Header

EDGE = 2048  # pixels of the longer side at which the first page is rendered
MOST_TEXT_PAGES = 200
_TEXT_SECONDS = 20.0
_MILLIMETRES = 25.4 / 72


@contextlib.contextmanager
def opened(path: Path | str) -> Iterator[pypdfium2.PdfDocument]:
    """Open a document. Raises InputError for one that is locked, damaged or without pages."""
    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise InputError(
                "This PDF is locked with a password: save it without one.", detail=str(error)
            ) from error
        raise damaged("PDF", error) from error
    try:
        if len(document) < 1:
            raise InputError("This PDF has no pages.")
        yield document
    finally:
        document.close()


def _first_page(document: pypdfium2.PdfDocument) -> tuple[pypdfium2.PdfPage, float, float]:
    try:
        page = document[0]
        width, height = page.get_size()
    except pypdfium2.PdfiumError as error:
        raise damaged("PDF", error) from error
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise InputError("The first page of this PDF has no size.")
    return page, width, height


def inspect(path: Path | str) -> Header:
    """Read the page count and the size at which the first page is rendered. Raises InputError."""
    with opened(path) as document:
        _, width, height = _first_page(document)
        scale = EDGE / max(width, height)
        sides = max(1, round(width * scale)), max(1, round(height * scale))
        return Header(PDF, *sides, 3, False, "sRGB", 8, "", 1, len(document))


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Render the first page on white, its longer side ``edge`` pixels, at most `EDGE`."""
    with opened(path) as document:
        page, width, height = _first_page(document)
        scale = min(edge or EDGE, EDGE) / max(width, height)
        try:
            bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
            raise damaged("PDF", error) from error
        pixels = bitmap.to_numpy()[..., :3].copy()
    return to_vips(pixels, "srgb")


def properties(path: Path | str) -> dict[str, str]:
    """What a document says of itself: Title, Author, Subject, Creator … Raises InputError."""
    with opened(path) as document:
        return dict(document.get_metadata_dict(skip_empty=True))


def text_of(path: Path | str, most: int) -> tuple[str, list[tuple[str, str]]]:
    """What is written in a document, about ``most`` characters, and its facts as (name, value).

    Reading ends after `MOST_TEXT_PAGES` pages, and after some seconds. Raises InputError.
    """
    end = time.monotonic() + _TEXT_SECONDS
    parts, length = list[str](), 0
    with opened(path) as document:
        _, width, height = _first_page(document)
        facts = [
            ("Pages", f"{len(document):,}"),
            ("Page size", f"{width * _MILLIMETRES:.0f} × {height * _MILLIMETRES:.0f} mm"),
        ]
        for number in range(min(len(document), MOST_TEXT_PAGES)):
            if length >= most or time.monotonic() > end:
                break
            written = _page_text(document, number, most - length)
            parts.append(written)
            length += len(written)
    return "\n".join(parts), facts


def _page_text(document: pypdfium2.PdfDocument, number: int, most: int) -> str:
    """The text of a page; empty where the page is damaged, for the others may be whole."""
    try:
        page = document[number]
        try:
            words = page.get_textpage()
            return words.get_text_range(0, min(most, words.count_chars()))
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return ""


CODEC = Codec(inspect, load, bytes_per_pixel=16)
