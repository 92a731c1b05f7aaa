"""What a place for originals must be able to do: dam/storage/local.py is one, s3.py another."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from dam.models import Blob
from dam.storage.arriving import StoredFile
from dam.storage.mark import Markable


class Kept(NamedTuple):
    """A file that lies among the originals, whether or not a row knows of it."""

    name: str  # the last part of its key: the SHA-256 of what it should hold
    size: int  # bytes
    changed_at: float  # seconds since the epoch


class Unfinished(NamedTuple):
    """A file that was begun to be written: a killed process leaves it, and it costs room."""

    key: str
    id: str


class Backend(Markable, Protocol):
    """A place for originals. All of it may raise StorageAway."""

    def put(self, stored: StoredFile, key: str, *, known: bool = False, anew: bool = False) -> bool:
        """Place a file under its key, to last. Doing it twice, or by two at once, is harmless.

        What is there already is replaced where its size is wrong or `anew` is set. `known` says
        that a row has it: that the bytes there were proved when it was written. Returns whether
        anything had to be written.
        Raises StorageFull, and StorageDamaged where the place did not take the bytes rightly.
        """

    def local(self, blob: Blob) -> AbstractContextManager[Path]:
        """Give a local file with the blob's bytes. Raises StorageMissing and StorageDamaged."""

    def stream(self, blob: Blob) -> BinaryIO:
        """Open the blob's bytes to be read in pieces. Raises StorageMissing and StorageDamaged."""

    def files(self) -> Iterator[Kept]:
        """Yield everything that lies among the originals, drafts left out."""

    def unfinished(self, older_than: float) -> Iterator[Unfinished]:
        """Yield files of ours that were begun so many seconds ago and have not come to be."""

    def give_up(self, upload: Unfinished) -> None:
        """Let the place forget a file that was begun. Harmless where it is done or gone by now."""
