"""How recipes' steps and formats are told on pages."""

from __future__ import annotations

from typing import Any

from django import template
from pydantic import BaseModel

from processing.recipes.diffing import shown
from processing.recipes.model import Step

register = template.Library()


@register.filter
def told_model(model: BaseModel) -> str:
    """The parameters that are not as they would be anyway: “width 800, mode fit”."""
    told: dict[str, Any] = model.model_dump(mode="json", exclude_defaults=True)
    return ", ".join(f"{name.replace('_', ' ')} {shown(value)}" for name, value in told.items())


@register.filter
def told_parameters(step: Step) -> str:
    """The same of a step's operator."""
    return told_model(step.operator)
