"""What a recipe may name: operators, formats, checks and facts. Handed in, so that tests can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from processing.operators import catalogue
from processing.operators.base import Operator
from processing.operators.exporter import Exporter
from processing.recipes.facts import FACTS, Fact


def catalogue_of_checks() -> Mapping[str, type[BaseModel]]:
    """Every check after processing, by its name; imported late, as the operators are."""
    from processing.postchecks import catalogue as postchecks

    return postchecks.checks()


@dataclass(frozen=True, slots=True)
class Known:
    """Operators, exporters and checks by name; a check's class holds its thresholds."""

    operators: Mapping[str, type[Operator]] = field(default_factory=catalogue.operators)
    exporters: Mapping[str, type[Exporter]] = field(default_factory=catalogue.exporters)
    checks: Mapping[str, type[BaseModel]] = field(default_factory=catalogue_of_checks)
    facts: Mapping[str, Fact] = field(default_factory=lambda: FACTS)
