"""What is different between two recipes, in words: step by step, parameter by parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pydantic import BaseModel, JsonValue

from processing.recipes.model import Check, Output, Recipe, Step

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where it is ("step 2, resize"), what kind it is, and the words for it."""

    kind: Kind
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.where[:1].upper()}{self.where[1:]}: {self.words}."


def diff(before: Recipe, after: Recipe) -> tuple[Change, ...]:
    """Everything that differs, in the order of a recipe's text; nothing where they do the same.

    Numbers of steps are those of ``after``, but for removed steps.
    """
    return (
        *_words(before, after),
        *_steps("", before.steps, after.steps),
        *_outputs(before.outputs, after.outputs),
    )


def _words(before: Recipe, after: Recipe) -> Iterator[Change]:
    for name in ("name", "title", "description", "colours"):
        yield from _values("recipe", {name: getattr(before, name)}, {name: getattr(after, name)})
    if before.includes != after.includes:
        told = (", ".join(recipe.includes) or "nothing" for recipe in (before, after))
        yield Change("changed", "recipe", f"it included {next(told)}, now {next(told)}")
    for name, value in after.variables.items():
        if name not in before.variables:
            yield Change("added", f"variable {name}", f"added, {shown(value)}")
    for name, value in before.variables.items():
        if name not in after.variables:
            yield Change("removed", f"variable {name}", "removed")
        else:
            now = {"value": after.variables[name]}
            yield from _values(f"variable {name}", {"value": value}, now)


def _steps(within: str, before: Sequence[Step], after: Sequence[Step]) -> Iterator[Change]:
    """Steps are paired by their operators' order, as lines of a text are."""
    names = [[step.operator.operator for step in steps] for steps in (before, after)]
    matcher = SequenceMatcher(None, names[0], names[1], autojunk=False)
    for tag, b1, b2, a1, a2 in matcher.get_opcodes():
        if tag == "equal":
            for old, new in zip(range(b1, b2), range(a1, a2), strict=True):
                yield from _step(f"{within}step {new + 1}", before[old], after[new])
            continue
        for old in range(b1, b2):
            where = f"{within}step {old + 1}, {before[old].operator.operator}"
            yield Change("removed", where, "removed")
        for new in range(a1, a2):
            where = f"{within}step {new + 1}, {after[new].operator.operator}"
            yield Change("added", where, f"added{_with(after[new])}")


def _with(step: Step) -> str:
    """What a new step says of itself: the parameters that are not as they would be anyway."""
    told = step.operator.model_dump(mode="json", exclude_defaults=True)
    given = ", ".join(f"{name} {shown(value)}" for name, value in told.items())
    condition = f" if {step.condition}" if step.condition is not None else ""
    return (f" with {given}" if given else "") + condition


def _step(where: str, before: Step, after: Step) -> Iterator[Change]:
    where = f"{where}, {after.operator.operator}"
    yield from _values(where, _told(before.operator), _told(after.operator))
    old, new = (str(step.condition or "") for step in (before, after))
    if old != new:
        words = f"it ran {_when(old)}, now {_when(new)}"
        yield Change("changed", where, words)
    yield from _values(where, {"label": before.label}, {"label": after.label})


def _when(condition: str) -> str:
    return f"if {condition}" if condition else "always"


def _outputs(before: Sequence[Output], after: Sequence[Output]) -> Iterator[Change]:
    old, new = ({output.name: output for output in outputs} for outputs in (before, after))
    for name in (name for name in new if name not in old):
        yield Change("added", f"output {name}", f"added, as {new[name].exporter.format}")
    for name in (name for name in old if name not in new):
        yield Change("removed", f"output {name}", "removed")
    for name in (name for name in new if name in old):
        yield from _output(f"output {name}", old[name], new[name])


def _output(where: str, before: Output, after: Output) -> Iterator[Change]:
    yield from _steps(f"{where}, ", before.steps, after.steps)
    old, new = before.exporter, after.exporter
    if old.format != new.format:
        yield Change("changed", where, f"format from {old.format} to {new.format}")
    else:
        yield from _values(f"{where}, {new.format}", _told(old), _told(new))
    yield from _checks(where, before.checks, after.checks)


def _checks(within: str, before: Sequence[Check], after: Sequence[Check]) -> Iterator[Change]:
    old, new = ({check.name: check for check in checks} for checks in (before, after))
    for name in (name for name in new if name not in old):
        yield Change("added", f"{within}, check {name}", "added")
    for name in old:
        if name not in new:
            yield Change("removed", f"{within}, check {name}", "removed")
        else:
            where = f"{within}, check {name}"
            yield from _values(where, old[name].parameters, new[name].parameters)


def _told(model: BaseModel) -> dict[str, JsonValue]:
    return model.model_dump(mode="json")


def _values(
    where: str, before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            words = f"{name} from {shown(old)} to {shown(new)}"
            yield Change("changed", where, words)


def shown(value: JsonValue) -> str:
    """A value as people read it: “yes”, “nothing”, lists and tables in brackets."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {shown(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(one) for one in value) + "]"
    return f"“{value}”" if isinstance(value, str) else str(value)
