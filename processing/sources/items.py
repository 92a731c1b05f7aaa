"""What sources yield and hand over, whatever kind they are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from processing.sources.looks import Look
from processing.sources.names import is_sidecar, key_hash, shown


@dataclass(frozen=True, slots=True)
class Item:
    """A file as it was found: its key, and the signature by which it is known again."""

    key: str
    size: int
    signature: str
    look: Look | None = None

    @property
    def hash(self) -> str:
        return key_hash(self.key)

    @property
    def is_sidecar(self) -> bool:
        return is_sidecar(self.key)

    @property
    def shown(self) -> str:
        return shown(self.key)

    @property
    def name(self) -> str:
        """The file's own name, as text."""
        return shown(self.key.rpartition("/")[2])


class Put(NamedTuple):
    """Where a decided file is now: its whereabouts, and the path or key that it was moved to."""

    place: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """A file that is open: its bytes, its sidecar's, and its SHA-256 where somebody asks."""

    source: BinaryIO | Path
    sidecar: bytes | None
    sha256: Callable[[], str]
