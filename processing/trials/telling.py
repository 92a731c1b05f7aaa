"""What a trial found, in words and in figures that a page can draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processing.recipes.diffing import shown

SURE, UNSURE = 0.8, 0.5


def result(told: Mapping[str, Any]) -> dict[str, Any]:
    """One asset's result with its outputs' steps as bars, in words."""
    return {**told, "outputs": [_output(one, told) for one in told["outputs"]]}


def _output(told: Mapping[str, Any], asset: Mapping[str, Any]) -> dict[str, Any]:
    steps = [_step(number, one) for number, one in enumerate(told["steps"], 1)]
    steps.insert(0, _bar("decoding", "Decoding", asset.get("decoding", 0.0)))
    if told["checks"]:
        steps.append(_bar("checks", "Checks", told.get("checking", 0.0)))
    most = max(one["ms"] for one in steps) or 1.0
    for one in steps:
        one["share"] = round(100 * one["ms"] / most, 1)
    return {
        **told,
        "steps": steps,
        "total": sum(one["ms"] for one in steps),
        "sure": in_words(told["confidence"]),
        "failed": [one for one in told["checks"] if not one["passed"]],
    }


def _bar(kind: str, label: str, milliseconds: float) -> dict[str, Any]:
    return {"kind": kind, "label": label, "ms": milliseconds, "skipped": False, "measures": []}


def _step(number: int, told: Mapping[str, Any]) -> dict[str, Any]:
    last = told["operator"] == "export"
    label = f"Export of “{told['label']}”" if last else told.get("label") or told["operator"]
    return {
        "kind": "export" if last else "step",
        "number": None if last else number,
        "label": label,
        "ms": told.get("milliseconds", 0.0),
        "skipped": told.get("skipped", False),
        "measures": [
            (name.replace("_", " "), _figure(value))
            for name, value in told.get("measures", {}).items()
        ],
        "sure": in_words(told.get("confidence")),
        "confidence": told.get("confidence"),
    }


def in_words(confidence: float | None) -> str:
    """How sure a step is: a probability as people say it."""
    if confidence is None:
        return ""
    return "sure" if confidence >= SURE else "unsure" if confidence < UNSURE else "fairly sure"


def _figure(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_figure(one) for one in value[:8]) + (" …" if len(value) > 8 else "")
    return shown(value)
