"""Doubts about what a recipe made: checks that failed, and the step that is least sure."""

from __future__ import annotations

from typing import Any

from dam.models import Version
from processing.models import Provenance
from review.doubts import Doubt

SURE_ENOUGH = 0.6  # a step that is less sure of its result is looked at


def made_doubts(version: Version) -> list[Doubt]:
    """What speaks against a version that a recipe made; nothing where a person brought it."""
    how = Provenance.objects.filter(version=version).first()
    return doubts_about(how) if how is not None else []


def doubts_about(how: Provenance) -> list[Doubt]:
    """What speaks against a rendition or version by how it was made."""
    return [_failed(check) for check in how.checks if not check["passed"]] + _unsure(how.steps)


def _failed(check: dict[str, Any]) -> Doubt:
    measured, threshold = (_number(check[name]) for name in ("value", "threshold"))
    return Doubt(f"made_{check['name']}", check["sentence"], measured, threshold)


def _unsure(steps: list[dict[str, Any]]) -> list[Doubt]:
    told = [step for step in steps if "confidence" in step]
    if not told:
        return []
    least = min(told, key=lambda step: step["confidence"])
    confidence, name = least["confidence"], least["operator"]
    if confidence >= SURE_ENOUGH:
        return []
    called = least.get("label") or name
    sentence = f"The step “{called}” is only {confidence:.0%} sure of its result."
    return [Doubt(f"step_{name}", sentence, confidence, SURE_ENOUGH, confidence)]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
