"""The focal point as the asset's page names it."""

import json

import pytest

pytestmark = pytest.mark.django_db


def test_named_told_and_taken_back(asset_factory, owner, client):
    version = asset_factory().current_version
    client.force_login(owner)
    address = f"/versions/{version.pk}/focus"
    client.post(address, {"x": "0.25", "y": "1"})
    answer = client.post(address, {"x": "0.5", "y": "0.75"})
    said = json.loads(answer["HX-Trigger"])
    assert said["focal-point"] == {"x": "0.5", "y": "0.75"}
    version.refresh_from_db()
    assert version.focus == (0.5, 0.75)
    undo = said["toast"]["undo"]
    client.post(undo["url"], undo["values"])
    version.refresh_from_db()
    assert version.focus == (0.25, 1.0)
    client.post(address)
    version.refresh_from_db()
    assert version.focus is None


@pytest.mark.parametrize("point", [{"x": "1.2", "y": "0"}, {"x": "left", "y": "0"}, {"x": "0.5"}])
def test_a_point_that_is_none_changes_nothing(asset_factory, owner, client, point):
    version = asset_factory().current_version
    client.force_login(owner)
    assert client.post(f"/versions/{version.pk}/focus", point).status_code == 400
    version.refresh_from_db()
    assert version.focus is None
