"""What a check after processing is: parameters, one look at what was made, one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue

from processing.operators.exporter import Encoded

Pixels = NDArray[np.uint8]
Figure = float | str | None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of the recipe, as it was run: its operator's name and what it measured."""

    operator: str
    measures: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """An output, and what it was made from.

    ``pixels`` are those that its file shows, decoded again: uint8 sRGB, height × width × 3, or 4
    with alpha; of the whole file, or a copy shrunk to not less than 1,024 pixels. ``source`` is the
    input, in the same form, shrunk likewise. ``encoded`` has the file itself and its real size.
    """

    encoded: Encoded
    pixels: Pixels
    source: Pixels
    steps: Sequence[StepTaken] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the measured value, the threshold that it was held against, a sentence.

    ``value`` is None where there was nothing to measure, which passes.
    """

    name: str
    value: Figure
    threshold: Figure
    passed: bool
    sentence: str


class Check(BaseModel):
    """One check: its fields are the parameters, `look` the work. Pure, and always the same.

    Subclasses declare ``check`` (the name in recipes), ``title`` and ``measured_in`` (of value and
    threshold). The docstring's first paragraph and those of the fields are shown to people.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    check: ClassVar[str]
    title: ClassVar[str]
    measured_in: ClassVar[str] = ""
    example: ClassVar[Mapping[str, JsonValue]] = {}

    def look(self, made: Made) -> Verdict:
        """The verdict on an output."""
        raise NotImplementedError

    def _verdict(self, value: Figure, threshold: Figure, passed: bool, sentence: str) -> Verdict:
        shown = round(value, 4) if isinstance(value, float) else value
        return Verdict(self.check, shown, threshold, passed, sentence)

    def _nothing(self, threshold: Figure, sentence: str) -> Verdict:
        """Passed, since what it looks for cannot be there."""
        return Verdict(self.check, None, threshold, True, sentence)
