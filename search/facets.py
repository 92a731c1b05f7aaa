"""What a query's results are made of: the facets at the side, with counts.

Counting is bounded: beyond `SAMPLE` results a sample of about that size is counted, and the counts
are scaled up to the whole and marked as estimates. With a free text, the results are those that
match it well.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import ExtractYear, Mod

from dam.colour import hex_to_oklab
from dam.models import Asset, BrandProfile, Category, Facet, Facts, PaletteColour, User
from dam.models.version import VersionState
from search import ranking
from search.filters import COLOUR_SHARE, narrowed, reach, taken
from search.language import Filter, Query
from search.values import COLOURS, TYPE_LABELS, TYPES

SAMPLE = 2_000
TOP = 8
MANY_YEARS = 12


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet. `token` is what to put into the query for it, as typed."""

    label: str
    count: int
    token: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: its name, its title for people, its values. `estimated`: scaled from a sample."""

    name: str
    label: str
    values: list[Value] = field(default_factory=list)
    estimated: bool = False


class Row(NamedTuple):
    """What is counted of one asset."""

    asset: int
    version: int
    brand: int
    state: str
    media_type: str
    camera: str
    orientation: str | None
    year: int
    category: str


def counts(query: Query, user: User | None) -> list[Group]:
    """Return the facets of what a query finds for a person; groups without values are left out."""
    assets, _ = narrowed(query, user)
    if query.meant:
        assets = Asset.objects.filter(pk__in=ranking.good_matches(query, user, assets))
    rows, scale = _sample(assets)
    groups = [*_tags(rows), *_plain_facets(rows), _colours(rows), _years(rows)]
    return [
        Group(
            name,
            label,
            [_value(query, text, token, count, scale) for text, token, count in values],
            scale > 1,
        )
        for name, label, values in groups
        if values
    ]


Counted = tuple[str, str, list[tuple[str, Filter, int]]]  # name, label, (text, filter, count)…


def _value(query: Query, text: str, token: Filter, count: int, scale: int) -> Value:
    return Value(text, count * scale, str(token), token in query.filters)


def _sample(assets: QuerySet[Asset]) -> tuple[list[Row], int]:
    """Return all results, or every n-th of many; and n."""
    total = assets.order_by().count()
    scale = max(1, -(-total // SAMPLE))
    if scale > 1:
        assets = assets.annotate(part=Mod(F("pk"), scale)).filter(part=0)
    rows = assets.order_by().values_list(
        "pk",
        "current_version",
        "brand",
        "current_version__state",
        "current_version__media_type",
        "current_version__camera",
        "current_version__facts__orientation",
        ExtractYear(taken()),
        "category",
    )
    return [Row(*row) for row in rows if row[1] is not None], scale


TAG_COUNTS = """
WITH RECURSIVE upwards(term, above) AS (
    SELECT id, id FROM dam_term
    UNION SELECT upwards.term, dam_term.parent_id FROM upwards
    JOIN dam_term ON dam_term.id = upwards.above WHERE dam_term.parent_id IS NOT NULL
), counted AS (
    SELECT upwards.above AS term, count(DISTINCT tag.asset_id) AS number
    FROM dam_tagassignment AS tag JOIN upwards ON upwards.term = tag.term_id
    WHERE tag.asset_id = ANY(%s) AND tag.state = 'accepted'
    GROUP BY upwards.above
), ranked AS (
    SELECT facet, name, number,
        row_number() OVER (PARTITION BY facet ORDER BY number DESC, name) AS place
    FROM counted JOIN dam_term ON dam_term.id = counted.term
)
SELECT facet, name, number FROM ranked WHERE place <= %s ORDER BY facet, place
"""


def _tags(rows: Sequence[Row]) -> list[Counted]:
    """The commonest tags of each facet; a broader tag counts what its narrower ones are on."""
    with connection.cursor() as cursor:
        cursor.execute(TAG_COUNTS, [[row.asset for row in rows], TOP])
        found = cursor.fetchall()
    groups = []
    for facet in Facet:
        values = [
            (name, Filter("tag", name.lower()), number)
            for of, name, number in found
            if of == facet.value
        ]
        groups.append((f"tag-{facet.value}", str(facet.label), values))
    return groups


def _plain_facets(rows: Sequence[Row]) -> list[Counted]:
    brands = dict(BrandProfile.objects.values_list("pk", "name"))
    slugs = dict(BrandProfile.objects.values_list("pk", "slug"))
    kinds = {mime: name for name, mimes in TYPES.items() for mime in mimes}
    kinds_of_work = dict(Category.choices)
    states, ways = dict(VersionState.choices), dict(Facts.Orientation.choices)
    return [
        (
            "orientation",
            "Orientation",
            [
                (str(ways[way]), Filter("orientation", way), n)
                for way, n in _common(row.orientation for row in rows)
            ],
        ),
        (
            "type",
            "Type",
            [
                (TYPE_LABELS[name], Filter("type", name), n)
                for name, n in _common(kinds.get(row.media_type) for row in rows)
            ],
        ),
        (
            "category",
            "Kind of work",
            [
                (str(kinds_of_work[name]), Filter("category", name), n)
                for name, n in _common(row.category for row in rows)
            ],
        ),
        (
            "brand",
            "Brand",
            [
                (brands[pk], Filter("brand", slugs[pk]), n)
                for pk, n in _common(row.brand for row in rows)
            ],
        ),
        (
            "state",
            "State",
            [
                (str(states[state]), Filter("state", state), n)
                for state, n in _common(row.state for row in rows)
            ],
        ),
        (
            "camera",
            "Camera",
            [(name, Filter("camera", name), n) for name, n in _common(row.camera for row in rows)],
        ),
    ]


def _common(values: Iterable) -> list[tuple]:
    """The commonest values with their counts; empty ones are not counted."""
    return Counter(value for value in values if value).most_common(TOP)


def _years(rows: Sequence[Row]) -> Counted:
    """Years, newest first; each stands for everything from its first day on."""
    years = sorted(Counter(row.year for row in rows).items(), reverse=True)[:MANY_YEARS]
    return (
        "year",
        "Year",
        [(str(year), Filter("year", str(year)), number) for year, number in years],
    )


def _colours(rows: Sequence[Row]) -> Counted:
    """How many pictures have each plain colour, by the same rule as the colour filter."""
    names = [name for name in COLOURS if name != "gray"]
    wanted = np.array([hex_to_oklab(COLOURS[name]) for name in names])
    palette = PaletteColour.objects.filter(
        version__in=[row.version for row in rows], fraction__gte=COLOUR_SHARE
    ).values_list("version", "lightness", "a", "b")
    found = np.array(palette, dtype=np.float64).reshape(-1, 4)
    reaches = np.array([reach(a, b) for _, a, b in wanted])[:, [0, 1, 1]]
    away = np.linalg.norm((found[:, None, 1:] - wanted[None]) / reaches, axis=2)
    near = away <= 1.0
    numbers = [(len(np.unique(found[near[:, at], 0])), name) for at, name in enumerate(names)]
    values = [
        (name.capitalize(), Filter("colour", COLOURS[name]), number)
        for number, name in sorted(numbers, key=lambda pair: -pair[0])
        if number
    ]
    return "colour", "Colour", values
