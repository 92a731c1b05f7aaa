"""What can be wrong with an installation: checks that rooms register, findings in plain words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know. A problem needs somebody to act; a note does not."""

    area: str
    level: Literal["problem", "note"]
    sentence: str
    remedy: str = ""


Check = Callable[[], Iterator[Finding]]
Repair = Callable[[], str]  # mends what can be mended; returns a sentence, empty for nothing
_checks: dict[str, Check] = {}
_repairs: dict[str, Repair] = {}


def register(area: str, check: Check, repair: Repair | None = None) -> None:
    """Add a check, and what mends its findings. Raises ValueError for an area that has one."""
    if area in _checks:
        raise ValueError(f"there is a check of {area!r} already")
    _checks[area] = check
    if repair is not None:
        _repairs[area] = repair


def areas() -> list[str]:
    return list(_checks)


def examine() -> Iterator[Finding]:
    """Run every check, one after the other."""
    for check in _checks.values():
        yield from check()


def mend() -> Iterator[str]:
    """Run every repair; yield what each did. Nothing is ever deleted."""
    for repair in _repairs.values():
        if sentence := repair():
            yield sentence


def problem(area: str, sentence: str, remedy: str = "") -> Finding:
    return Finding(area, "problem", sentence, remedy)


def note(area: str, sentence: str, remedy: str = "") -> Finding:
    return Finding(area, "note", sentence, remedy)
