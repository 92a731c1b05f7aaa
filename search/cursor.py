"""Cursors: a place in the answer to a query, signed, so that it leads nowhere else."""

from typing import Any

from django.core import signing

from search.language import Query

SALT = "search.cursor"


class BadCursor(ValueError):
    """A cursor that is not of ours, or of another query; the message is for people."""


def seal(query: Query, place: dict[str, int]) -> str:
    """Sign a place in an answer together with the query that it is of."""
    return signing.dumps({"of": query.to_string(), **place}, salt=SALT, compress=True)


def open_cursor(cursor: str | None, query: Query) -> dict[str, Any]:
    """Return the place that a cursor of this query stands for; without one, the beginning.

    Raises BadCursor.
    """
    if not cursor:
        return {}
    try:
        place = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise BadCursor("This link to more results is damaged. Search again.") from None
    if place.pop("of") != query.to_string():
        raise BadCursor("This link to more results is of another search. Search again.")
    return place
