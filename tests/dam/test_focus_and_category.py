"""What people say of an asset for recipes: its kind of work, and the point that crops keep."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from dam.actions.library import categorise
from dam.actions.versions import set_focus

pytestmark = pytest.mark.django_db


def test_a_category_is_said_and_taken_back(asset_factory, owner):
    asset = asset_factory()
    categorise(asset=asset, user=owner, category="product")
    asset.refresh_from_db()
    assert asset.category == "product"
    assert "category" in asset.decided_fields, "a person's word"
    categorise(asset=asset, user=owner, category="")
    asset.refresh_from_db()
    assert asset.category == ""


def test_only_categories_that_there_are(asset_factory, owner):
    with pytest.raises(ValidationError, match="no such category"):
        categorise(asset=asset_factory(), user=owner, category="wedding")


def test_a_focus_is_named_and_taken_back(asset_factory, owner):
    version = asset_factory().current_version
    assert version.focus is None
    set_focus(version=version, user=owner, focus=(0.25, 1.0))
    version.refresh_from_db()
    assert version.focus == (0.25, 1.0)
    set_focus(version=version, user=owner, focus=None)
    version.refresh_from_db()
    assert version.focus is None


@pytest.mark.parametrize("focus", [(1.01, 0.5), (0.5, -0.1), (float("nan"), 0.5)])
def test_a_focus_lies_in_the_picture(asset_factory, owner, focus):
    with pytest.raises(ValidationError, match="outside"):
        set_focus(version=asset_factory().current_version, user=owner, focus=focus)


def test_only_who_may_edit(asset_factory, viewer):
    asset = asset_factory()
    with pytest.raises(PermissionDenied):
        categorise(asset=asset, user=viewer, category="product")
    with pytest.raises(PermissionDenied):
        set_focus(version=asset.current_version, user=viewer, focus=(0.5, 0.5))


def test_by_the_api(asset_factory, owner, client):
    asset = asset_factory()
    client.force_login(owner)
    address = f"/api/v1/assets/{asset.pk}"

    def patch(body):
        return client.patch(address, body, content_type="application/json")

    told = patch({"category": "portrait", "focus": [0.3, 0.4]}).json()
    assert (told["category"], told["focus"]) == ("portrait", [0.3, 0.4])
    told = patch({"category": "", "focus": None}).json()
    assert (told["category"], told["focus"]) == ("", None)
    for wrong in ({"category": "wedding"}, {"focus": [2, 0]}, {"focus": [0.5]}, {"focus": "x"}):
        assert patch(wrong).status_code == 400


def test_on_the_page(asset_factory, owner, client):
    asset = asset_factory()
    client.force_login(owner)
    page = client.get(f"/assets/{asset.pk}/edit")
    assert "Real estate" in page.content.decode()
    words = {"title": "A house", "description": "", "category": "real-estate"}
    client.post(f"/assets/{asset.pk}/edit", words)
    asset.refresh_from_db()
    assert (asset.title, asset.category) == ("A house", "real-estate")
    client.post(f"/assets/{asset.pk}/edit", {"title": "A home", "description": ""})
    asset.refresh_from_db()
    assert asset.category == "real-estate", "what is not named stays"
