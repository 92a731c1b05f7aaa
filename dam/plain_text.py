"""Text that came from elsewhere, made safe to keep, to show and to write into files and headers."""

import re

# Control characters but tab and line feed, lone surrogates, and the marks that reverse the
# direction of text and so disguise it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def plain_line(value: str) -> str:
    """Return a text on one line, without control characters and space at its ends."""
    return _UNSAFE.sub("", " ".join(value.split())).strip()


def plain_lines(value: str) -> str:
    """Return a text with its line breaks (as line feeds), without other control characters."""
    return _UNSAFE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
