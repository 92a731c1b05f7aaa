"""Every address, asked by everybody. An address without a line in the table fails."""

import pytest
from django.core.cache import caches
from django.db import transaction

from tests.matrix import accounts, api, bulk, pages
from tests.matrix.routes import every_route
from tests.matrix.row import COLUMNS, post
from tests.matrix.world import browser, people, send, world

__all__ = ["people", "world"]

ROWS = [*pages.ROWS, *accounts.ROWS, *api.ROWS]
ADMIN = "/admin/"
LEAVES = "/admin/logout/"


class _Undo(Exception):
    """Ends the transaction of one cell, so that each cell meets the same world."""


def test_every_address_has_a_line():
    there = {route for route in every_route() if not route.address.startswith(ADMIN)}
    told = {(row.route, row.method) for row in ROWS}
    addresses = {row.route for row in ROWS}
    missing = {
        f"{route.method} {route.address}"
        for route in there
        if (route.address, route.method) not in told
        and not (route.method == "*" and route.address in addresses)
    }
    gone = addresses - {route.address for route in there}
    assert not missing, "no line in tests/matrix for: " + ", ".join(sorted(missing))
    assert not gone, "lines for addresses that are gone: " + ", ".join(sorted(gone))


def _nobody_has_asked() -> None:
    """How often one may ask is not the question here."""
    for name in ("default", "limits"):
        caches[name].clear()


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_gets_what(row, world, people):
    got = {}
    for column in COLUMNS:
        _nobody_has_asked()
        client, headers = browser(column, people)
        try:
            with transaction.atomic():
                got[column] = send(client, headers, row, world).status_code
                raise _Undo
        except _Undo:
            pass
    assert got == row.expected


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_the_admin_site_is_for_staff_alone(column, people):
    """A role of Loupe does not open it."""
    addresses = {route.address for route in every_route() if route.address.startswith(ADMIN)}
    for address in sorted(address for address in addresses if not set("<(") & set(address)):
        client, headers = browser(column, people)
        answer = client.get(address, headers=headers)
        assert answer.status_code in {302, 403}, address
        assert answer.status_code == 403 or "/login/" in answer.url or address == LEAVES, address


@pytest.mark.django_db
@pytest.mark.parametrize("call", bulk.CALLS, ids=str)
def test_what_a_call_on_many_changes(call, world, people):
    changed = {}
    for column in COLUMNS:
        _nobody_has_asked()
        client, headers = browser(column, people)
        try:
            with transaction.atomic():
                send(client, headers, post(call.address, call.address, "0*8", call.body), world)
                changed[column] = call.changed(world)
                raise _Undo
        except _Undo:
            pass
    assert changed == call.expected
