"""Content credentials (C2PA 2.x): who signed what about a picture, and whether it still holds.

The library checks hashes and signatures. Loupe keeps no list of trusted signers, so a signer's name
is what the certificate says and no more.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import c2pa

from processing.metadata.c2pa_engine import context, known
from processing.metadata.cleaning import MAX_ITEMS, clean_line

State = Literal["valid", "trusted", "invalid", "unreadable", "elsewhere"]
MAX_SHOWN = 30  # actions, ingredients, reasons
MAX_FILE = 4 * 1024**3
_MARKS = (b"c2pa", b"dcterms:provenance")
_AI = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done: ``c2pa.cropped``, by which program, how the result came about."""

    name: str
    software: str = ""
    when: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """What a picture was made from: ``parentOf`` it was changed, ``componentOf`` is part of it."""

    title: str
    relationship: str
    signed: bool
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the active manifest says, and what checking it gave.

    failures are C2PA's codes of what did not hold (``assertion.dataHash.mismatch``). source is the
    last part of an address of IPTC's digital source types; ai whether it or any ingredient's
    manifest says that generative AI made it or parts of it.
    """

    state: State
    title: str = ""
    generator: str = ""
    signer: str = ""
    issuer: str = ""
    algorithm: str = ""
    signed_at: str = ""
    source: str = ""
    ai: bool = False
    actions: tuple[Action, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    failures: tuple[str, ...] = ()


def mentioned(path: Path | str) -> bool:
    """Whether a file may have credentials at all: a search for a word, without parsing."""
    with open(path, "rb") as file:
        if file.seek(0, 2) == 0:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return any(data.find(mark) >= 0 for mark in _MARKS)


def read(path: Path | str, mime: str) -> Credentials | None:
    """Return a file's content credentials, or None where it has none.

    Damage ends in a state, never in an error; only OSError is raised.
    """
    if not known(mime):
        return None
    with open(path, "rb") as file, context() as settings:
        try:
            reader = c2pa.Reader.try_create(mime, file, context=settings)
        except c2pa.C2paError as error:
            return _unread(str(error))
        if reader is None:
            return None
        with reader:
            return _described(json.loads(reader.json()))


def _unread(problem: str) -> Credentials | None:
    if problem.startswith("Remote"):
        return Credentials("elsewhere")
    if problem.startswith(("NotSupported", "ManifestNotFound")):
        return None
    return Credentials("unreadable")


def _described(store: dict[str, Any]) -> Credentials:
    manifests = _mapping(store.get("manifests"))
    active = _mapping(manifests.get(store.get("active_manifest", "")))
    signature = _mapping(active.get("signature_info"))
    actions = tuple(_actions(active))
    sources = [action.source for one in manifests.values() for action in _actions(_mapping(one))]
    return Credentials(
        state=_state(store),
        title=_text(active, "title"),
        generator=_generator(active),
        signer=_text(signature, "common_name"),
        issuer=_text(signature, "issuer"),
        algorithm=_text(signature, "alg"),
        signed_at=_text(signature, "time"),
        source=next((action.source for action in actions if action.source), ""),
        ai=any(source in _AI for source in sources),
        actions=actions[:MAX_SHOWN],
        ingredients=tuple(_ingredients(active))[:MAX_SHOWN],
        failures=_failures(_mapping(store.get("validation_results")).get("activeManifest")),
    )


def _state(store: dict[str, Any]) -> State:
    states: dict[Any, State] = {"Valid": "valid", "Trusted": "trusted"}
    return states.get(store.get("validation_state"), "invalid")


def _generator(manifest: dict[str, Any]) -> str:
    infos = [info for info in _list(manifest.get("claim_generator_info")) if isinstance(info, dict)]
    if not infos:
        return _text(manifest, "claim_generator")
    return f"{_text(infos[0], 'name')} {_text(infos[0], 'version')}".strip()


def _actions(manifest: dict[str, Any]) -> Iterator[Action]:
    for assertion in _list(manifest.get("assertions")):
        label = str(_mapping(assertion).get("label", ""))
        if not label.startswith("c2pa.actions"):
            continue
        for action in _list(_mapping(_mapping(assertion).get("data")).get("actions")):
            said = _mapping(action)
            yield Action(
                name=_text(said, "action"),
                software=_software(said.get("softwareAgent")),
                when=_text(said, "when"),
                source=_text(said, "digitalSourceType").rpartition("/")[2],
            )


def _software(agent: Any) -> str:
    return _text(agent, "name") if isinstance(agent, dict) else clean_line(str(agent or ""), 200)


def _ingredients(manifest: dict[str, Any]) -> Iterator[Ingredient]:
    for one in _list(manifest.get("ingredients")):
        said = _mapping(one)
        results = _mapping(said.get("validation_results")).get("activeManifest")
        yield Ingredient(
            title=_text(said, "title"),
            relationship=_text(said, "relationship"),
            signed=bool(said.get("active_manifest")),
            failures=_failures(results),
        )


def _failures(results: Any) -> tuple[str, ...]:
    codes = [_text(_mapping(row), "code") for row in _list(_mapping(results).get("failure"))]
    return tuple(dict.fromkeys(filter(None, codes)))[:MAX_SHOWN]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:MAX_ITEMS] if isinstance(value, list) else []


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return clean_line(value, 200) if isinstance(value, str) else ""
