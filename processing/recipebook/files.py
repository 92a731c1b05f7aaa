"""Recipes in files: read with what lies beside them, and written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from processing.recipes.faults import Fault, RecipeError
from processing.recipes.tree import LONGEST

ENDINGS = (".yaml", ".yml")
MOST_FILES = 500


def read_file(path: Path) -> str:
    """A file's text. Raises RecipeError where it is no text or too long, OSError."""
    with path.open("rb") as file:
        data = file.read(4 * LONGEST + 1)
    if len(data) > 4 * LONGEST:
        raise RecipeError([Fault(1, 1, "The file is too long to be a recipe.")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RecipeError([Fault(line, 1, "Here the file is no text in UTF-8.")]) from error


def found_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, and the recipes of folders (not of those in them), in order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS)
        else:
            yield path


class Beside(Mapping[str, str]):
    """The recipes that lie in a file's folder, by file name; each is read when asked for."""

    def __init__(self, path: Path, own: Mapping[str, str] | None = None) -> None:
        self.folder, self.own = path.parent, dict(own or {})

    def __getitem__(self, name: str) -> str:
        if name in self.own:
            return self.own[name]
        path = self._path(name)
        if path is None:
            raise KeyError(name)
        return read_file(path)

    def __contains__(self, name: object) -> bool:
        return name in self.own or self._path(str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter({**self.own, **dict.fromkeys(self._names())})

    def __len__(self) -> int:
        return len({**self.own, **dict.fromkeys(self._names())})

    def _names(self) -> list[str]:
        found = (one.stem for one in self.folder.iterdir() if one.suffix.lower() in ENDINGS)
        return sorted(found)[:MOST_FILES]

    def _path(self, name: str) -> Path | None:
        if not re.fullmatch(r"[a-z0-9-]+", name):
            return None
        paths = (self.folder / f"{name}{ending}" for ending in ENDINGS)
        return next((path for path in paths if path.is_file()), None)
