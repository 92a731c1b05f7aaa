"""The kind of work, said of many pictures at once, and found by it."""

import json

import pytest

from dam.actions.library import categorise
from dam.models import Asset
from search import facets
from search.filters import narrowed
from search.language import parse

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Asset.objects.order_by("pk").values_list("category", flat=True))


def test_said_of_many_and_taken_back(asset_factory, owner, client):
    one, two = asset_factory(), asset_factory()
    categorise(asset=one, user=owner, category="event")
    client.force_login(owner)
    ids = {"asset": [one.pk, two.pk]}
    answer = client.post("/selection/category", ids | {"category": "real-estate"})
    assert kinds() == ["real-estate", "real-estate"]
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    client.post(undo["url"], undo["values"])
    assert kinds() == ["event", ""]
    assert client.post("/selection/category", ids | {"category": "wedding"}).status_code == 400
    assert kinds() == ["event", ""]


def test_found_and_counted(asset_factory, owner):
    one, _two = asset_factory(), asset_factory()
    categorise(asset=one, user=owner, category="real-estate")
    query = parse("category:Real_Estate")
    assert [asset.pk for asset in narrowed(query, owner)[0]] == [one.pk]
    counted = {group.name: group.values for group in facets.counts(parse(""), owner)}
    assert [(value.label, value.count, value.token) for value in counted["category"]] == [
        ("Real estate", 1, "category:real-estate")
    ]
    assert "is not a kind of work" in parse("category:wedding").problems[0]
