"""Pages of a list by cursor: a place in an order, signed, so that it leads nowhere else.

By keyset, not by offset: what is added or taken away meanwhile moves nothing, and the thousandth
page costs what the first does.
"""

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, Q
from django.utils.dateparse import parse_datetime
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api.problems import Refused

SALT = "api.cursor"
PAGE, MOST = 50, 200
OWN = ("limit", "cursor", "order")


class Keyset(BasePagination):
    """`?limit=` rows (1 to 200), `?cursor=` where the page before ended, `?order=`."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list:
        """Return the rows of the page that is asked for. Raises Refused for a bad parameter."""
        self.request, limit = request, _limit(request)
        order = _order(request, view)
        field, down = order.removeprefix("-"), order.startswith("-")
        self.place = _fingerprint(request)
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(_beyond(field, down, open_cursor(cursor, self.place)))
        arrow = "-" if down else ""
        found = list(queryset.order_by(arrow + field, arrow + "pk")[: limit + 1])
        rows = found[:limit]
        self.next_cursor = self._seal(rows[-1], field) if len(found) > limit else None
        return rows

    def _seal(self, row: Model, field: str) -> str:
        value = row.pk if field == "pk" else getattr(row, field)
        at = {"time": value.isoformat()} if isinstance(value, datetime) else {"value": value}
        return seal(self.place, {**at, "pk": row.pk})

    def get_paginated_response(self, data: Any) -> Response:
        """Answer with the rows, the cursor of the next page and its address (null at the end)."""
        address = next_address(self.request, self.next_cursor)
        return Response({"results": data, "next_cursor": self.next_cursor, "next": address})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        return page_schema(schema)

    def get_schema_operation_parameters(self, view: Any) -> list[dict]:
        return schema_parameters(list(view.orderings))

    @staticmethod
    def parameters(view: Any) -> set[str]:
        """The names that it takes."""
        return set(OWN) if len(view.orderings) > 1 else {"limit", "cursor"}


def next_address(request: Request, cursor: str | None) -> str | None:
    """Return the address of the next page, with the filters of this one; None where it ends."""
    if not cursor:
        return None
    asked = request.query_params.dict() | {"cursor": cursor}
    return f"{request.build_absolute_uri(request.path)}?{urlencode(asked)}"


def page_schema(schema: dict) -> dict:
    """Return the schema of a page of things with a schema."""
    cursor = {"type": ["string", "null"], "description": "For `?cursor=`; null on the last page."}
    address = {"type": ["string", "null"], "format": "uri", "description": "The next page."}
    return {
        "type": "object",
        "required": ["results", "next_cursor", "next"],
        "properties": {"results": schema, "next_cursor": cursor, "next": address},
    }


def schema_parameters(orderings: list[str]) -> list[dict]:
    """Return the OpenAPI parameters of paging."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}
    found: list[dict] = [
        _parameter("limit", limit, "How many at once."),
        _parameter("cursor", {"type": "string"}, "`next_cursor` of the page before."),
    ]
    if len(orderings) > 1:
        order = {"type": "string", "enum": orderings, "default": orderings[0]}
        found.append(_parameter("order", order, "In which order; `-` turns it round."))
    return found


def _parameter(name: str, schema: dict, words: str) -> dict:
    return {"name": name, "in": "query", "schema": schema, "description": words}


def _limit(request: Request) -> int:
    text = request.query_params.get("limit")
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise Refused(f"“limit” is a whole number from 1 to {MOST}.")
    return int(text)


def _order(request: Request, view: Any) -> str:
    known: dict[str, str] = view.orderings
    asked = request.query_params.get("order")
    if asked is None:
        return next(iter(known.values()))
    if asked not in known:
        raise Refused(f"“order” is one of: {', '.join(known)}.")
    return known[asked]


def _fingerprint(request: Request) -> str:
    """What a cursor is of: the list, its filters and its order."""
    asked = sorted((n, v) for n, v in request.query_params.items() if n not in ("limit", "cursor"))
    return hashlib.sha256(repr((request.path, asked)).encode()).hexdigest()[:16]


def seal(place: str, at: dict[str, Any]) -> str:
    """Sign a place in a list."""
    return signing.dumps({"of": place, **at}, salt=SALT, compress=True)


def open_cursor(cursor: str, place: str) -> dict[str, Any]:
    """Return what `seal` was given. Raises Refused for a cursor that is not of this list."""
    try:
        found = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise Refused("This cursor is damaged: begin again without one.") from None
    if found["of"] != place:
        raise Refused("This cursor is of another list, filter or order: begin again without one.")
    return found


def _beyond(field: str, down: bool, at: dict[str, Any]) -> Q:
    """The condition that a row comes after the place of a cursor."""
    word = "lt" if down else "gt"
    if field == "pk":
        return Q(**{f"pk__{word}": at["pk"]})
    value = parse_datetime(at["time"]) if "time" in at else at["value"]
    return Q(**{f"{field}__{word}": value}) | Q(**{field: value, f"pk__{word}": at["pk"]})
