"""All checks after processing by name. Explicit, and loud about unknown and duplicate names."""

from __future__ import annotations

from functools import cache

from processing.postchecks.base import Check
from processing.postchecks.blank import Blank, NearUniform
from processing.postchecks.blockiness import Blockiness
from processing.postchecks.clipped import Clipped
from processing.postchecks.content import ContentLost
from processing.postchecks.edges import Halo, RaggedEdge
from processing.postchecks.files import FileBytes, FileFormat, FileProfile, FileSize
from processing.postchecks.framing import Background, Fill
from processing.postchecks.upscaled import Upscaled

CHECKS: tuple[type[Check], ...] = (
    Blank,
    NearUniform,
    ContentLost,
    Clipped,
    Halo,
    RaggedEdge,
    Blockiness,
    Upscaled,
    Background,
    Fill,
    FileSize,
    FileFormat,
    FileProfile,
    FileBytes,
)


class UnknownCheck(LookupError):
    """A name that no check has; the message tells which there are."""


@cache
def checks() -> dict[str, type[Check]]:
    """Every check by its name. Raises ValueError for a name used twice."""
    found: dict[str, type[Check]] = {}
    for one in CHECKS:
        if one.check in found:
            raise ValueError(f"There are two checks called “{one.check}”.")
        found[one.check] = one
    return found


def check(name: str) -> type[Check]:
    """The check of that name. Raises UnknownCheck."""
    try:
        return checks()[name]
    except KeyError:
        known = ", ".join(sorted(checks()))
        raise UnknownCheck(f"There is no check called “{name}”; known are: {known}.") from None
