"""What a brand reads out of the names of its files, and what follows from it."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from dam.models import Asset, BrandProfile, Version
from dam.naming import Match, Pattern
from dam.naming.downloads import with_ending
from dam.naming.kinds import Value

AT_ONCE = 2_000  # versions that are read anew in the request that changes a pattern
BATCH = 500
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


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading names anew came to; `last` is the version (id) that was read last."""

    read: int
    fit: int
    last: int | None


UPDATE = """
UPDATE dam_version AS version SET name_fields = given.fields::jsonb
FROM unnest(%s::bigint[], %s::text[]) AS given(id, fields)
WHERE version.id = given.id AND version.name_fields <> given.fields::jsonb
"""


def reread(brand: BrandProfile, *, limit: int, before: int | None = None) -> Reread:
    """Read the names of a brand's files by the pattern in force, the newest `limit` first.

    `before` goes on below a version (id). Safe to repeat; what is read the same is not written.
    """
    pattern = brand.rules.name_pattern
    rows = Version.objects.filter(asset__brand=brand).order_by("-pk")
    read = fit = 0
    while read < limit:
        left = rows.filter(pk__lt=before) if before is not None else rows
        batch = list(left.values_list("pk", "file_name")[: min(BATCH, limit - read)])
        if not batch:
            break
        fields = [fields_by(pattern, name) for _pk, name in batch]
        with connection.cursor() as cursor:
            cursor.execute(UPDATE, [[pk for pk, _ in batch], [json.dumps(one) for one in fields]])
        read, fit, before = read + len(batch), fit + sum(map(bool, fields)), batch[-1][0]
    return Reread(read, fit, before)
