"""What the policy finds doubtful, in words and figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason why a person should look.

    `measured` and `threshold` share a unit, which the sentence names; `confidence` is how sure the
    machine is of what it doubts or says, 0 to 1.
    """

    code: str
    sentence: str
    measured: float | None = None
    threshold: float | None = None
    confidence: float | None = None
