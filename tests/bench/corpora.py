"""The optional photographs that LOUPE_CORPORA points to, read the way measurements need them."""

from __future__ import annotations

import csv
import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from search.vocabulary import TermEntry

SETTING = "LOUPE_CORPORA"


def root() -> Path | None:
    """The folder of the corpora, or None where the setting is absent."""
    place = os.environ.get(SETTING)
    return Path(place) if place else None


def models_dir() -> Path:
    """Where weights are: LOUPE_MODELS, else models/ of LOUPE_HOME, else of var/."""
    home = Path(os.environ.get("LOUPE_HOME", "var"))
    return Path(os.environ.get("LOUPE_MODELS", home / "models"))


def captions(place: Path) -> list[tuple[str, str]]:
    """(caption, file name) pairs, five for each photograph."""
    lines = (place / "captions" / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["query"], row["relevant"][0]) for row in rows]


def captioned(place: Path) -> list[Path]:
    """The captioned photographs, by name."""
    return sorted((place / "captions").glob("*.jpg"))


def labelled(place: Path) -> list[tuple[Path, int]]:
    """The labelled photographs, by name, each with its class number."""
    with (place / "labelled" / "labels.csv").open(encoding="utf-8") as lines:
        rows = {row["file"]: int(row["class_index"]) for row in csv.DictReader(lines)}
    return [(place / "labelled" / name, rows[name]) for name in sorted(rows)]


def upright(path: Path) -> Image.Image:
    """The picture as a person would see it."""
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


@dataclass(frozen=True)
class Truth:
    """Which terms hold of which pictures, and which of these are counted: both (n, terms)."""

    right: NDArray[np.bool_]
    counted: NDArray[np.bool_]


class TruthTable:
    """Fills :class:`Truth` for a list of terms, ancestors included."""

    def __init__(self, terms: list[TermEntry]) -> None:
        self._terms = terms
        self._places = {term.name: at for at, term in enumerate(terms)}
        path = Path(__file__).with_name("tag_truth.toml")
        self._raw = tomllib.loads(path.read_text(encoding="utf-8"))

    def of_classes(self, classes: list[int]) -> Truth:
        """What our judgement of each class says."""
        return self._fill([(set(), self._raw["labelled"][str(number)]) for number in classes])

    def of_captions(self, texts: list[str]) -> Truth:
        """What all captions of each photograph name together, by words."""
        told = [{term.name for term in self._terms if _named(term, text)} for text in texts]
        more = [self._raw["captioned"].get(str(at), {}) for at in range(len(texts))]
        return self._fill(list(zip(told, more, strict=True)))

    def _fill(self, rows: list[tuple[set[str], dict[str, list[str]]]]) -> Truth:
        right = np.zeros((len(rows), len(self._terms)), dtype=bool)
        unclear = np.zeros_like(right)
        for at, (told, more) in enumerate(rows):
            for name in told | set(more.get("right", ())):
                right[at, self._line(name)] = True
            for name in more.get("open", ()):
                unclear[at, self._line(name)] = True
        return Truth(right, right | ~unclear)

    def _line(self, name: str | None) -> list[int]:
        line = []
        while name in self._places:
            line.append(self._places[name])
            name = self._terms[line[-1]].parent
        return line


def _named(term: TermEntry, text: str) -> bool:
    words = (term.name, *term.synonyms)
    return any(re.search(rf"\b{re.escape(word.lower())}(?:s|es)?\b", text) for word in words)
