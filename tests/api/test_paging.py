"""Pages by cursor: everything once, in order, whatever comes and goes meanwhile."""

import pytest
from django.utils import timezone

from dam.models import Asset
from tests.api.conftest import is_problem


@pytest.fixture
def seven(asset_factory):
    made = [asset_factory(f"Picture {n}") for n in range(7)]
    same = timezone.now()
    Asset.objects.filter(pk__in=[one.pk for one in made[:4]]).update(updated_at=same)
    return made


def walk(asking, path: str) -> list[int]:
    found, sign = [], "&" if "?" in path else "?"
    address = f"{path}{sign}limit=2"
    while address:
        body = asking.get(address).json()
        found += [one["id"] for one in body["results"]]
        address = (body["next"] or "").replace("http://testserver", "")
        assert bool(body["next"]) == bool(body["next_cursor"])
    return found


@pytest.mark.parametrize("order", ["id", "-id", "updated", "-updated"])
def test_pages_fit_together(program, seven, viewer, order):
    whole = program(viewer).get(f"assets/?order={order}").json()["results"]
    expected = [one["id"] for one in whole]
    assert len(expected) == 7
    assert walk(program(viewer), f"assets/?order={order}") == expected


def test_what_comes_meanwhile_moves_nothing(program, seven, asset_factory, viewer):
    asking = program(viewer)
    first = asking.get("assets/?limit=3").json()
    asset_factory("New")
    Asset.objects.filter(pk=seven[0].pk).update(deleted_at=timezone.now())
    rest = asking.get(f"assets/?limit=200&cursor={first['next_cursor']}").json()
    assert [one["id"] for one in rest["results"]] == [one.pk for one in reversed(seven[1:4])]
    assert rest["next_cursor"] is None


def test_a_cursor_that_is_not_good_is_refused(program, seven, viewer):
    asking = program(viewer)
    cursor = asking.get("assets/?limit=3").json()["next_cursor"]
    for bad in ("x", cursor[:-1] + ("a" if cursor[-1] != "a" else "b"), "%00", "é" * 50):
        is_problem(asking.get(f"assets/?cursor={bad}"), 400)
    for other in (f"assets/?order=id&cursor={cursor}", f"collections/?cursor={cursor}"):
        assert "another list" in is_problem(asking.get(other), 400)["detail"]
