"""What containers carry, and how damaged ones are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class ContainerError(ValueError):
    """A file that is not built as its format says; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks to write, empty for none: EXIF as a TIFF structure, an XMP packet, IIM data sets.

    ``png`` holds PNG's own text chunks by their keyword.
    """

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    png: Mapping[str, str] = field(default_factory=dict)
