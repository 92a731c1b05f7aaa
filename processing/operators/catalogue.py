"""All operators and exporters by name. Explicit, and loud about unknown and duplicate names.

To add one: its file in its family's folder, its class in that folder's ``OPERATORS``.

The families are imported when somebody first asks: they bring OpenCV, scikit-image and SciPy, which
take a second and 75 MiB that a process which only serves pages need not spend.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from processing.operators.base import Operator
from processing.operators.exporter import Exporter

Named = TypeVar("Named")


class UnknownOperator(LookupError):
    """A name that no operator or exporter has; the message tells which there are."""


@cache
def operators() -> dict[str, type[Operator]]:
    """Every operator by its name, family by family. Raises ValueError for a name used twice."""
    from processing.operators import background, detail, geometry, light, marks

    families = (geometry, light, detail, background, marks)
    found = (one for family in families for one in family.OPERATORS)
    return unique((one.operator, one) for one in found)


@cache
def exporters() -> dict[str, type[Exporter]]:
    """Every exporter by its format. Raises ValueError for a format used twice."""
    from processing.operators import export

    return unique((one.format, one) for one in export.EXPORTERS)


def unique(pairs: Iterable[tuple[str, Named]]) -> dict[str, Named]:
    """A dictionary of pairs. Raises ValueError for a key that comes twice."""
    found: dict[str, Named] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"There are two called “{name}”.")
        found[name] = value
    return found


def operator(name: str) -> type[Operator]:
    """The operator of that name. Raises UnknownOperator."""
    return _named(name, operators(), "operator")


def exporter(name: str) -> type[Exporter]:
    """The exporter of that format. Raises UnknownOperator."""
    return _named(name, exporters(), "format")


def _named(name: str, known: dict[str, Named], what: str) -> Named:
    try:
        return known[name]
    except KeyError:
        listed = ", ".join(sorted(known)) or "none"
        raise UnknownOperator(f"There is no {what} called “{name}”; known are: {listed}.") from None
