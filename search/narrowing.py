"""What narrows a search: the facets at the side and the chips above, each with where it leads."""

from typing import Any

from dam.requests import PersonRequest
from search import facets
from search.language import Filter, Query, parse
from search.page import address

OPEN_GROUPS = 5


def chips(query: Query) -> list[dict[str, str]]:
    """What narrows a query, each with the address of the query without it."""
    rows = []
    for one in query.filters:
        name = {"colour": ""}.get(one.field, f"{one.field}: ")
        label = f"{'not ' * one.negated}{name}{one.value.replace('_', ' ')}"
        colour = one.value if one.field == "colour" else ""
        rows.append({"label": label, "colour": colour, "address": address(query.minus(one))})
    for phrase in query.phrases:
        left = tuple(p for p in query.phrases if p != phrase)
        rows.append({"label": f"“{phrase}”", "address": address(_with(query, phrases=left))})
    for words in query.without:
        left = tuple(w for w in query.without if w != words)
        rows.append({"label": f"not {words}", "address": address(_with(query, without=left))})
    return rows


def _with(query: Query, **changes: Any) -> Query:
    fields = {name: getattr(query, name) for name in ("text", "phrases", "without", "filters")}
    return Query(**{**fields, **changes})


def filters(query: Query, request: PersonRequest) -> list[dict[str, Any]]:
    """The facets with their counts, colours first; what all results share is left out."""
    counted = facets.counts(query, request.user)
    everything = max((value.count for group in counted for value in group.values), default=0)
    groups = [_group(query, group) for group in counted if not _says_nothing(group, everything)]
    groups.sort(key=lambda group: not group["swatches"])
    for at, group in enumerate(groups):
        group["open"] = at < OPEN_GROUPS or any(value["active"] for value in group["values"])
    return groups


def _says_nothing(group: facets.Group, everything: int) -> bool:
    """Whether all results have its one value, so that there is nothing to choose."""
    alone = len(group.values) == 1 and not group.values[0].active
    return alone and group.values[0].count == everything


def _group(query: Query, group: facets.Group) -> dict[str, Any]:
    values = [
        {
            "label": value.label,
            "count": value.count,
            "active": value.active,
            "colour": _swatch(value.token),
            "address": address(switched(query, value.token)),
        }
        for value in group.values
    ]
    return {
        "name": group.name,
        "label": group.label,
        "values": values,
        "swatches": bool(values) and all(value["colour"] for value in values),
        "estimated": group.estimated,
    }


def _filter_of(token: str) -> Filter | None:
    read = parse(token).filters
    return read[0] if read else None


def _swatch(token: str) -> str:
    wanted = _filter_of(token)
    return wanted.value if wanted and wanted.field == "colour" else ""


def switched(query: Query, token: str) -> Query:
    """Return the query with a facet's token added, or without it where it was there."""
    wanted = _filter_of(token)
    if wanted is None:
        return query
    if wanted in query.filters:
        return query.minus(wanted)
    return query.plus(wanted.field, wanted.value)
