"""What can go wrong while a recipe runs."""

from __future__ import annotations

from processing.errors import InputError


class StepFailed(InputError):
    """A step cannot work on this picture: which one, at which line of the recipe, and why."""

    def __init__(self, operator: str, line: int, why: str) -> None:
        self.operator, self.line, self.why = operator, line, why
        where = f" (line {line})" if line else ""
        super().__init__(f"The step “{operator}”{where} cannot be done: {why}")
