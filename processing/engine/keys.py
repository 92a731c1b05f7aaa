"""The key of a piece of work: whoever has its result need not do it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, JsonValue

from processing.operators.base import Operator
from processing.operators.picture import Point
from processing.recipes.model import Recipe, Step, digest_of

# Raise it when the same recipe would give other pixels, though no operator's version rose.
ENGINE_VERSION = 1


def key_of(
    recipe: Recipe,
    output: str,
    *,
    facts: Mapping[str, JsonValue],
    focus: Point | None = None,
    networks: Mapping[str, str] | None = None,
    references: Mapping[str, str] | None = None,
    companions: Iterable[str] = (),
) -> str:
    """SHA-256 (hex) over everything that decides an output's bytes, apart from the original.

    ``networks`` and ``references`` are the digests of what `networks_of` and `references_of` name.
    Of the facts only those count that a condition asks.
    """
    asked = {name: facts.get(name) for name in sorted(recipe.facts())}
    return digest_of(
        {
            "engine": ENGINE_VERSION,
            "recipe": recipe.digest_for(output),
            "facts": asked,
            "focus": list(focus) if focus else None,
            "networks": dict(networks or {}),
            "references": dict(references or {}),
            "companions": list(companions),
        }
    )


def steps_for(recipe: Recipe, output: str) -> tuple[Step, ...]:
    """The steps on the way to an output: the shared ones, then its own."""
    return (*recipe.steps, *recipe.output(output).steps)


def networks_of(steps: Iterable[Step]) -> frozenset[str]:
    """The neural networks that steps may ask, by their names in the manifest."""
    return frozenset(name for step in steps for name in type(step.operator).networks)


def references_of(steps: Iterable[Step]) -> frozenset[str]:
    """The pictures and files that steps name in their parameters."""
    return frozenset(reference for step in steps for reference in _references(step.operator))


def _references(operator: Operator) -> Iterator[str]:
    for name in _reference_fields(type(operator)):
        value = getattr(operator, name)
        if isinstance(value, str):
            yield value


@cache
def _reference_fields(kind: type[BaseModel]) -> tuple[str, ...]:
    """The fields whose type is `parameters.Reference`, perhaps among others."""
    properties = kind.model_json_schema().get("properties", {})
    return tuple(name for name, told in properties.items() if _is_reference(told))


def _is_reference(told: Mapping[str, Any]) -> bool:
    inner = (told, *told.get("anyOf", ()))
    return any(one.get("format") == "reference" for one in inner)
