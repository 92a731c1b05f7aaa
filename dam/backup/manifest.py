"""What a backup says of itself."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
FILES = "files.tsv"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a file


class Unusable(Exception):
    """A backup that cannot be used, or not here; the message says why."""


class Entry(NamedTuple):
    """A file of the library, named by its key in the storage."""

    key: str
    sha256: str
    size: int


@dataclass(slots=True)
class Manifest:
    """A snapshot: when it was taken, of what, and the hashes of its own files."""

    created_at: str
    installation: str
    migrations: list[list[str]]
    database_sha256: str
    files_sha256: str
    originals: int
    renditions: int
    bytes: int
    secret_key: bool
    problems: list[str] = field(default_factory=list)
    format: int = FORMAT

    def as_text(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def of_text(cls, text: str) -> "Manifest":
        """Read a manifest. Raises Unusable."""
        try:
            said: dict[str, Any] = json.loads(text)
            if said["format"] > FORMAT:
                raise Unusable("This backup was made by a newer Loupe: restore it with that one.")
            return cls(**said)
        except (ValueError, TypeError, KeyError) as error:
            raise Unusable(f"The backup's manifest cannot be read ({error}).") from error


def write_entries(entries: Iterable[Entry]) -> str:
    """Return a list of files, a line each."""
    return "".join(f"{one.sha256}\t{one.size}\t{one.key}\n" for one in entries)


def read_entries(text: str) -> Iterator[Entry]:
    """Yield the files of a list. Raises Unusable."""
    for line in text.splitlines():
        try:
            sha256, size, key = line.split("\t")
            yield Entry(key, sha256, int(size))
        except ValueError as error:
            raise Unusable(f"The backup's list of files cannot be read ({line[:80]!r}).") from error
