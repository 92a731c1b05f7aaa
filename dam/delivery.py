"""What leaves the library as a download: renditions with the library's words written into them.

Writing into files is processing's work, which registers it here: dam imports no other room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from dam.models import BrandProfileVersion, Rendition, Version
from dam.storage import path_of

# What a download may come as instead of what its rendition is: name → media type, ending.
FORMATS = {"jpeg": ("image/jpeg", ".jpg"), "webp": ("image/webp", ".webp")}


class Undeliverable(Exception):
    """A download that cannot be made as it should be; the message is a sentence for the person."""


class UnknownFormat(Undeliverable):
    """A type that downloads do not come as."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A download that was looked up and not yet made. `tag` stands for its bytes.

    `open` makes them where they are not there yet. It raises FileNotFoundError where the rendition
    is gone, and Undeliverable.
    """

    tag: str
    media_type: str
    extension: str  # with its dot
    open: Callable[[], BinaryIO]


class Writer(Protocol):
    """What processing registers."""

    def plan(self, made: Rendition, *, format: str) -> Delivery:
        """Look a download up: questions to the database alone. Raises Undeliverable."""

    def written(self, version: Version, rules: BrandProfileVersion) -> list[tuple[str, str]]:
        """Say what would be written into a version's renditions: label and text of each field."""


_writer: Writer | None = None


def register(writer: Writer) -> None:
    """Let `writer` make the downloads from now on."""
    global _writer
    _writer = writer


def plan(made: Rendition, *, format: str = "") -> Delivery:
    """Look up the download of a rendition, as it is or as `format`. Raises Undeliverable."""
    if _writer is not None:
        return _writer.plan(made, format=format)
    path = path_of(made.key)
    return Delivery(made.sha256[:32], made.media_type, path.suffix, lambda: path.open("rb"))


def written(version: Version, rules: BrandProfileVersion) -> list[tuple[str, str]]:
    """Say what a version's downloads would carry under some rules, which need not be saved."""
    return _writer.written(version, rules) if _writer is not None else []
