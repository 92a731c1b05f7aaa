"""Presets of pictures on the fly over the API."""

import pytest

pytestmark = pytest.mark.django_db


def test_presets_are_kept_changed_and_forgotten(program, admin_user):
    asking = program(admin_user)
    assert asking.post("presets/", {"name": "teaser", "options": "w=12"}).status_code == 201
    assert asking.post("presets/", {"name": "teaser", "options": "w=13"}).status_code == 200
    assert asking.post("presets/", {"name": "teaser", "options": "w=0"}).status_code == 400
    told = asking.get("presets/").json()["presets"]
    assert {"name": "teaser", "options": "w=13", "origin": "library"} in told
    assert asking.delete("presets/teaser").status_code == 204
    assert asking.delete("presets/teaser").status_code == 404
