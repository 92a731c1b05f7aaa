"""Search by API: what was found, why, and where the next page is."""

import io

import pytest

from tests.api import conftest as api
from tests.api.conftest import is_problem

program, token = api.program, api.token  # fixtures


@pytest.fixture
def boats(asset_factory, mean):
    return [mean(asset_factory(f"Boat {n}"), "red boat") for n in range(3)]


def test_results_come_with_reasons_facets_and_a_cursor(program, viewer, boats):
    asking = program(viewer, "search:read")
    body = asking.get("search/?q=boat&limit=2&facets=true").json()
    assert len(body["results"]) == 2
    assert body["results"][0]["why"]
    assert body["results"][0]["asset"]["title"].startswith("Boat")
    assert 0 < body["results"][0]["score"] <= 1
    assert {facet["name"] for facet in body["facets"]} >= {"type", "brand"}
    rest = asking.get(body["next"].replace("http://testserver", "")).json()
    found = [one["asset"]["id"] for one in body["results"] + rest["results"]]
    assert sorted(found) == [one.pk for one in boats]


def test_what_is_not_understood_is_told(program, viewer, boats):
    body = program(viewer).get("search/?q=colour:perhaps").json()
    assert body["problems"]
    is_problem(program(viewer).get("search/?limit=0"), 400)
    is_problem(program(viewer).get("search/?facets=perhaps"), 400)
    is_problem(program(viewer, "assets:read").get("search/"), 403)


def test_nobody_finds_what_they_may_not_see(program, outsider, boats):
    assert program(outsider).get("search/?q=boat").json()["results"] == []
    is_problem(program(outsider).get(f"assets/{boats[0].pk}/similar"), 404)


def test_similar_to_an_asset(program, viewer, boats, asset_factory):
    body = program(viewer).get(f"assets/{boats[0].pk}/similar?limit=1").json()
    assert body["results"][0]["asset"]["id"] in [one.pk for one in boats[1:]]
    assert len(body["results"]) == 1
    new = asset_factory()
    is_problem(program(viewer).get(f"assets/{new.pk}/similar"), 409)


def test_similar_to_a_picture(program, viewer, boats, picture):
    def ask(data: bytes):
        file = io.BytesIO(data)
        file.name = "asked.jpg"
        return program(viewer).send("similar/", {"file": file})

    assert len(ask(picture()).json()["results"]) == 3
    is_problem(ask(b"no picture at all"), 400)
    is_problem(program(viewer).send("similar/", {}), 400)
