"""Loupe's own starting vocabulary: one TOML file a facet, read and checked as a whole.

Each file names its ``facet``, the ``prompts`` its terms are put into, and ``[terms]``: a table by
name, each with an optional ``parent`` (a term of the same file), ``synonyms`` and own ``prompts``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.encoders.base import FACETS

FOLDER = Path(__file__).parent
FIELDS = frozenset({"parent", "synonyms", "prompts"})


class VocabularyError(Exception):
    """The vocabulary contradicts itself; the message names the file and the term."""


@dataclass(frozen=True)
class TermEntry:
    """One term: its ``name`` (unique in the whole vocabulary), facet, place and other words.

    ``prompts`` are sentences with one ``{}`` where a name goes.
    """

    name: str
    facet: str
    parent: str | None = None
    synonyms: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ("a photo of {}",)

    def texts(self) -> list[str]:
        """What an encoder is to read: every prompt with the name and with each synonym."""
        words = (self.name, *self.synonyms)
        return [prompt.replace("{}", word) for prompt in self.prompts for word in words]


def load(folder: Path = FOLDER) -> list[TermEntry]:
    """Every term of the files in ``folder``, parents before their children.

    Raises :class:`VocabularyError` for a facet that no one knows, a name or synonym used twice, a
    parent that is not there, a circle of parents, or a prompt without its place for the name.
    """
    entries: list[TermEntry] = []
    for path in sorted(folder.glob("*.toml")):
        entries += _read(path)
    _refuse_doubles(entries)
    return _parents_first(entries)


def _read(path: Path) -> list[TermEntry]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"{path.name}: {error}") from error
    facet = raw.get("facet", "")
    if facet not in FACETS:
        raise VocabularyError(f"{path.name}: no facet is called {facet!r}")
    prompts = tuple(raw.get("prompts", ()))
    return [
        _term(path.name, facet, prompts, name, fields)
        for name, fields in raw.get("terms", {}).items()
    ]


def _term(
    file: str, facet: str, prompts: tuple[str, ...], name: str, fields: Mapping[str, Any]
) -> TermEntry:
    if unknown := set(fields) - FIELDS:
        raise VocabularyError(f"{file}: {name!r} has the unknown field {min(unknown)!r}")
    own = tuple(fields.get("prompts", prompts))
    if not own or any(prompt.count("{}") != 1 for prompt in own):
        raise VocabularyError(f"{file}: {name!r} needs prompts with one {{}} each")
    return TermEntry(
        name=name,
        facet=facet,
        parent=fields.get("parent"),
        synonyms=tuple(fields.get("synonyms", ())),
        prompts=own,
    )


def _refuse_doubles(entries: Iterable[TermEntry]) -> None:
    owners: dict[str, str] = {}
    for entry in entries:
        for word in (entry.name, *entry.synonyms):
            key = word.casefold().strip()
            if not key:
                raise VocabularyError(f"{entry.name!r} has an empty name or synonym")
            if key in owners:
                raise VocabularyError(
                    f"{word!r} stands twice: under {owners[key]!r} and {entry.name!r}"
                )
            owners[key] = entry.name


def _parents_first(entries: list[TermEntry]) -> list[TermEntry]:
    facets = {entry.name: entry.facet for entry in entries}
    for entry in entries:
        if entry.parent is not None and facets.get(entry.parent) != entry.facet:
            raise VocabularyError(
                f"{entry.name!r}: its parent {entry.parent!r} is no term of facet {entry.facet}"
            )
    placed: dict[str, TermEntry] = {}
    waiting = entries
    while waiting:
        ready = [entry for entry in waiting if entry.parent is None or entry.parent in placed]
        if not ready:
            raise VocabularyError(f"{waiting[0].name!r} is among its own ancestors")
        placed.update((entry.name, entry) for entry in ready)
        waiting = [entry for entry in waiting if entry.name not in placed]
    return list(placed.values())
