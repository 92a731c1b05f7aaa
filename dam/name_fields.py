"""What a brand reads out of the names of its files, and what follows from it."""

from typing import Any

from dam.models import Asset, BrandProfile
from dam.naming import Match, Pattern
from dam.naming.downloads import with_ending
from dam.naming.kinds import Value

# Fields that tell states of one thing apart, rather than things.
OF_A_STATE = {"version", "ext"}


def read_name(pattern: str, file_name: str) -> Match:
    """Match a file's name with a brand's pattern (which was readable when it was saved)."""
    return Pattern.parse(with_ending(pattern)).match(file_name)


def fields_by(pattern: str, file_name: str) -> dict[str, Value]:
    """Return the fields of a name; none where there is no pattern or the name does not fit."""
    return (read_name(pattern, file_name).fields or {}) if pattern else {}


def identity(fields: dict[str, Value]) -> dict[str, Value]:
    """Return the fields that say which thing it is, without those that say which state of it."""
    return {name: value for name, value in fields.items() if name not in OF_A_STATE}


def number_of(fields: dict[str, Any]) -> int | None:
    """Return the version that a name says, where it says one."""
    said = str(fields.get("version", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def predecessor(brand: BrandProfile, fields: dict[str, Value]) -> Asset | None:
    """Return the living asset of a brand whose shown file is an earlier version by its name.

    That has the same fields, whatever its ending, and a lower version: the highest of them.
    """
    wanted, number = identity(fields), number_of(fields)
    if number is None or not wanted:
        return None
    alike = Asset.objects.live().filter(brand=brand, current_version__name_fields__contains=wanted)
    earlier: list[tuple[int, int, Asset]] = []
    for asset in alike.with_current().order_by("pk")[:200]:
        theirs = asset.current_version.name_fields if asset.current_version else {}
        before = number_of(theirs)
        if before is not None and before < number and identity(theirs) == wanted:
            earlier.append((before, asset.pk, asset))
    return max(earlier)[2] if earlier else None
