"""Runs a recipe on pixels: its shared steps once, then each output's own, then the encoding."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from processing.engine.errors import StepFailed
from processing.operators.base import Outcome
from processing.operators.context import Context
from processing.operators.exporter import Encoded
from processing.operators.picture import Picture, Unfit
from processing.postchecks.base import Verdict
from processing.recipes.model import Output, Recipe, Step

Tell = Callable[["Record"], None]


@dataclass(frozen=True, slots=True)
class Record:
    """What one step did: its parameters, how long it took, what it found. ``skipped`` where its
    condition did not hold. The encoding is a record too, called “export”.
    """

    operator: str
    label: str
    parameters: Mapping[str, JsonValue]
    milliseconds: float = 0.0
    measures: Mapping[str, JsonValue] = field(default_factory=dict)
    confidence: float | None = None
    skipped: bool = False

    def as_json(self) -> dict[str, JsonValue]:
        """The record as provenance keeps it: what is empty is left out."""
        told: dict[str, JsonValue] = {
            "operator": self.operator,
            "parameters": dict(self.parameters),
        }
        if self.label:
            told["label"] = self.label
        if self.skipped:
            return {**told, "skipped": True}
        told["milliseconds"] = round(self.milliseconds, 2)
        if self.measures:
            told["measures"] = dict(self.measures)
        if self.confidence is not None:
            told["confidence"] = round(self.confidence, 4)
        return told


@dataclass(frozen=True, slots=True)
class Made:
    """One output of a recipe: the file's bytes, the pixels that were encoded, and how it came.

    ``verdicts`` are those of its checks, once it was looked at (checking.py).
    """

    output: Output
    picture: Picture
    encoded: Encoded
    records: tuple[Record, ...]
    verdicts: tuple[Verdict, ...] = ()

    @property
    def confidence(self) -> float | None:
        """The least of what its steps said: a chain is as sure as its weakest link."""
        told = [one.confidence for one in self.records if one.confidence is not None]
        return min(told, default=None)


def run(
    recipe: Recipe,
    picture: Picture,
    context: Context,
    *,
    outputs: Sequence[Output] | None = None,
    tell: Tell | None = None,
) -> Iterator[Made]:
    """Make a recipe's ``outputs`` (all of them without) one after another.

    Each step's picture is computed in memory before the next begins: its time is its own, and at
    most two pictures are there at once; an input that is in a file rests there meanwhile. ``tell``
    hears of each step as it ends. Raises StepFailed where a step cannot work on this picture.
    """
    shared, before = _steps(recipe.steps, picture, context, tell)
    for output in recipe.outputs if outputs is None else outputs:
        shown, own = _steps(output.steps, shared, context, tell)
        encoded, last = _encode(output, shown, context)
        if tell is not None:
            tell(last)
        yield Made(output, shown, encoded, (*before, *own, last))


def longest_needed(
    recipe: Recipe,
    width: int,
    height: int,
    context: Context,
    *,
    outputs: Sequence[Output] | None = None,
) -> int | None:
    """How large a picture of this size has to be decoded for some outputs: its longer side, or
    None for all of it.

    Only the first step that applies is asked: what comes after may look at all pixels.
    """
    shared = [step for step in recipe.steps if applies(step, context)]
    if shared:
        return shared[0].operator.longest_needed(width, height)
    wanted = []
    for output in recipe.outputs if outputs is None else outputs:
        first = next((step for step in output.steps if applies(step, context)), None)
        wanted.append(first.operator.longest_needed(width, height) if first else None)
    sizes = [one for one in wanted if one is not None]
    return max(sizes) if sizes and len(sizes) == len(wanted) else None


def applies(step: Step, context: Context) -> bool:
    """Whether a step's condition holds."""
    return step.condition is None or step.condition.holds(context.facts)


def _steps(
    steps: Sequence[Step], picture: Picture, context: Context, tell: Tell | None
) -> tuple[Picture, tuple[Record, ...]]:
    records = []
    for step in steps:
        before = picture
        picture, record = _step(step, before, context)
        before.rest()  # also where the step only looked: the next reads what it needs again
        records.append(record)
        if tell is not None:
            tell(record)
    return picture, tuple(records)


def _step(step: Step, picture: Picture, context: Context) -> tuple[Picture, Record]:
    operator = step.operator
    parameters = operator.model_dump(mode="json", exclude_defaults=True)
    if not applies(step, context):
        return picture, Record(operator.operator, step.label, parameters, skipped=True)
    outcome, milliseconds = _timed(lambda: operator.run(picture, context), operator.operator, step)
    return outcome.picture, Record(
        operator.operator,
        step.label,
        parameters,
        milliseconds,
        outcome.measures,
        outcome.confidence,
    )


def _timed(work: Callable[[], Outcome], name: str, step: Step) -> tuple[Outcome, float]:
    begun = time.perf_counter()
    try:
        outcome = work()
    except Unfit as error:
        raise StepFailed(name, step.line, str(error)) from error
    return outcome, (time.perf_counter() - begun) * 1000


def _encode(output: Output, picture: Picture, context: Context) -> tuple[Encoded, Record]:
    exporter = output.exporter
    begun = time.perf_counter()
    try:
        encoded = exporter.encode(picture, context)
    except Unfit as error:
        raise StepFailed(f"export to {exporter.format}", 0, str(error)) from error
    # All of them: the file is written from these later, when defaults may be others.
    parameters = {"format": exporter.format, **exporter.model_dump(mode="json")}
    took = (time.perf_counter() - begun) * 1000
    return encoded, Record("export", output.name, parameters, took, encoded.measures)
