"""Recipes as plain JSON: one form for command, API and pages."""

from __future__ import annotations

from typing import Any

from processing.models import Recipe, RecipeVersion
from processing.recipes.faults import RecipeError
from processing.recipes.model import Recipe as Read
from processing.recipes.model import Step


def told(recipe: Recipe) -> dict[str, Any]:
    """What a list shows of a recipe of the library."""
    newest = recipe.newest
    return {
        "name": recipe.name,
        "title": recipe.title,
        "brand": recipe.brand.slug if recipe.brand else None,
        "archived": recipe.archived,
        "version": newest.number,
        "digest": newest.digest,
        "author": newest.author.username if newest.author else None,
    }


def told_version(version: RecipeVersion) -> dict[str, Any]:
    """One version without its text."""
    return {
        "version": version.number,
        "digest": version.digest,
        "includes": version.includes,
        "author": version.author.username if version.author else None,
        "note": version.note,
        "created_at": version.created_at.isoformat(),
    }


def told_read(read: Read) -> dict[str, Any]:
    """What a text was read as: steps with every parameter, outputs, checks."""
    return {
        "name": read.name,
        "title": read.title,
        "description": read.description,
        "colours": read.colours,
        "includes": list(read.includes),
        "variables": dict(read.variables),
        "facts": sorted(read.facts()),
        "steps": [_step(step) for step in read.steps],
        "outputs": [
            {
                "name": output.name,
                "steps": [_step(step) for step in output.steps],
                "export": {
                    "format": output.exporter.format,
                    **output.exporter.model_dump(mode="json"),
                },
                "checks": [
                    {"name": check.name, "parameters": dict(check.parameters)}
                    for check in output.checks
                ],
            }
            for output in read.outputs
        ],
        "digest": read.digest(),
    }


def told_faults(error: RecipeError) -> list[dict[str, Any]]:
    """Faults with their places; line 0 is the recipe as a whole."""
    return [
        {"line": fault.line, "column": fault.column, "sentence": fault.sentence}
        for fault in error.faults
    ]


def _step(step: Step) -> dict[str, Any]:
    return {
        "operator": step.operator.operator,
        "parameters": step.operator.model_dump(mode="json"),
        "if": str(step.condition) if step.condition is not None else None,
        "label": step.label,
        "line": step.line,
    }
