"""Lists as CSV (RFC 4180), safe to open: what a stranger wrote never becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# What spreadsheets take for the beginning of a formula (CWE-1236; OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it, spreadsheets take UTF-8 for something else


def safe_cell(value: object) -> str:
    """Return a cell's text; an apostrophe leads what would be a formula. Numbers stay numbers."""
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a table line by line, its heads first, as UTF-8 with a byte order mark."""
    yield BYTE_ORDER_MARK + _line(heads)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([safe_cell(cell) for cell in cells])
    return text.getvalue().encode()
