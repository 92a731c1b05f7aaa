"""The manifest of neural weights: what there is, fetching it once, and checking it.

Nothing is fetched on import. :func:`ensure` may be called by several processes at once: each
entry has a lock file, and every file appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filelock import FileLock

from processing.weights_sources import Source, SourceUnavailable, fetch

MANIFEST = Path(__file__).with_name("weights.toml")
RECORD = "record.json"
CHUNK = 1 << 20


class WeightsError(Exception):
    """Weights are unknown, missing, damaged or not to be had; the message is for people."""


@dataclass(frozen=True)
class FileSpec:
    """One file of an entry: its name in the models folder, its hash, where it comes from."""

    name: str
    sha256: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Entry:
    """One line of the manifest. ``builder`` ("module:function") makes it out of ``needs``."""

    name: str
    task: str
    licence: str
    about: str
    files: tuple[FileSpec, ...] = ()
    needs: tuple[str, ...] = ()
    builder: str = ""


@cache
def manifest() -> Mapping[str, Entry]:
    """Every entry by name, in the order of the file."""
    return _parse(tomllib.loads(MANIFEST.read_text(encoding="utf-8")))


def folder(name: str, models_dir: Path) -> Path:
    """Where the files of ``name`` live. Names may hold ``:`` and ``/``, folders may not."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return Path(models_dir) / safe


def is_present(name: str, models_dir: Path) -> bool:
    """Whether every file of ``name`` is there (its presence only; :func:`verify` hashes)."""
    entry = _entry(name)
    place = folder(name, models_dir)
    if entry.builder:
        return (place / RECORD).is_file()
    return all((place / spec.name).is_file() for spec in entry.files)


def ensure(name: str, models_dir: Path) -> dict[str, Path]:
    """Fetch, check and build what is missing of ``name``; returns its files by name.

    Raises :class:`WeightsError` where no source has a file, or where a fetched file has another
    hash than the manifest says.
    """
    entry = _entry(name)
    for needed in entry.needs:
        ensure(needed, models_dir)
    with locked(name, models_dir):
        if not is_present(name, models_dir):
            _obtain(entry, Path(models_dir))
    return paths(name, models_dir)


def verify(name: str, models_dir: Path) -> dict[str, Path]:
    """Hash every file of ``name`` against what it should be; returns the files by name.

    Raises :class:`WeightsError` naming the file and both hashes where they differ.
    """
    found = paths(name, models_dir)
    for file_name, wanted in _wanted_hashes(name, models_dir).items():
        check_hash(found[file_name], wanted)
    return found


def paths(name: str, models_dir: Path) -> dict[str, Path]:
    """The files of ``name`` by name; raises :class:`WeightsError` where one is missing.

    ``name`` may also be a model that was built here from a local checkpoint.
    """
    place = folder(name, models_dir)
    found = {file_name: place / file_name for file_name in _wanted_hashes(name, models_dir)}
    missing = [str(path) for path in found.values() if not path.is_file()]
    if missing:
        raise WeightsError(f"{name}: missing {', '.join(missing)}; run `manage.py models fetch`")
    return found


def fingerprint(name: str) -> str:
    """What tells an entry's weights apart: SHA-256 (hex) over its files' hashes and its builder.

    From the manifest alone: nothing has to be there. Raises :class:`WeightsError`.
    """
    entry = _entry(name)
    parts = [name, entry.builder, *(spec.sha256 for spec in entry.files)]
    parts += [fingerprint(needed) for needed in entry.needs]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of the file at ``path``."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def check_hash(path: Path, wanted: str) -> None:
    """Raise :class:`WeightsError` where the file's SHA-256 is not ``wanted``."""
    found = sha256_of(path)
    if found != wanted:
        raise WeightsError(f"{path.name} has SHA-256 {found}, but {wanted} was expected: refused")


def write_record(place: Path, facts: Mapping[str, object]) -> None:
    """Finish a built folder: hash its files into record.json, beside ``facts`` about the build.

    The record is written last and by renaming, so that a folder with a record is a whole one.
    """
    files = {
        path.name: sha256_of(path)
        for path in sorted(place.iterdir())
        if path.is_file() and path.name != RECORD
    }
    text = json.dumps({"files": files, **facts}, indent=1, sort_keys=True)
    temporary = place / f"{RECORD}.{os.getpid()}"
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(place / RECORD)


def put_in_place(work: Path, place: Path) -> None:
    """Make the finished folder ``work`` the folder ``place`` by renaming (same file system)."""
    if place.exists():
        shutil.rmtree(place)
    work.rename(place)


def read_record(name: str, models_dir: Path) -> dict:
    """What the build of ``name`` recorded: ``files`` and the facts its builder measured."""
    path = folder(name, models_dir) / RECORD
    if not path.is_file():
        raise WeightsError(f"{name} is not built here; run `manage.py models fetch {name}`")
    return json.loads(path.read_text(encoding="utf-8"))


def built(models_dir: Path) -> tuple[str, ...]:
    """Names of everything that was built in ``models_dir``, from the manifest or not."""
    records = sorted(Path(models_dir).glob(f"*/{RECORD}"))
    return tuple(json.loads(path.read_text(encoding="utf-8"))["key"] for path in records)


@contextmanager
def locked(name: str, models_dir: Path) -> Iterator[None]:
    """Hold the inter-process lock of ``name``: one fetches or builds, the others wait."""
    locks = Path(models_dir) / ".locks"
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"{folder(name, models_dir).name}.lock"):
        yield


def _obtain(entry: Entry, models_dir: Path) -> None:
    if entry.builder:
        module, _, function = entry.builder.partition(":")
        getattr(importlib.import_module(module), function)(entry.name, models_dir)
        return
    place = folder(entry.name, models_dir)
    place.mkdir(parents=True, exist_ok=True)
    for spec in entry.files:
        if not (place / spec.name).is_file():
            _fetch_file(spec, place)


def _fetch_file(spec: FileSpec, place: Path) -> None:
    reasons = []
    temporary = place / f".{spec.name}.{os.getpid()}.part"
    try:
        for source in spec.sources:
            try:
                fetch(source, temporary)
            except SourceUnavailable as error:
                reasons.append(f"{source}: {error}")
                continue
            check_hash(temporary, spec.sha256)
            temporary.replace(place / spec.name)
            return
    finally:
        temporary.unlink(missing_ok=True)
    raise WeightsError(f"{spec.name} cannot be had from any source. {'; '.join(reasons)}")


def _wanted_hashes(name: str, models_dir: Path) -> dict[str, str]:
    entry = manifest().get(name)
    if entry is not None and not entry.builder:
        return {spec.name: spec.sha256 for spec in entry.files}
    if entry is None and not (folder(name, models_dir) / RECORD).is_file():
        _entry(name)
    return dict(read_record(name, models_dir)["files"])


def _entry(name: str) -> Entry:
    found = manifest().get(name)
    if found is None:
        known = ", ".join(manifest())
        raise WeightsError(f"no weights are called {name!r}; the manifest has {known}")
    return found


def _parse(raw: Mapping[str, Mapping]) -> dict[str, Entry]:
    entries = {}
    for name, fields in raw.items():
        files = tuple(
            FileSpec(one["name"], one["sha256"], tuple(Source(**s) for s in one["sources"]))
            for one in fields.get("files", ())
        )
        rest = {key: value for key, value in fields.items() if key not in {"files", "needs"}}
        entries[name] = Entry(name=name, files=files, needs=tuple(fields.get("needs", ())), **rest)
    for entry in entries.values():
        if unknown := [needed for needed in entry.needs if needed not in entries]:
            raise WeightsError(f"{entry.name} needs {unknown[0]!r}, which the manifest lacks")
    return entries
