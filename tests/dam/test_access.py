"""Restricted assets: who sees them, and what is written down of each look."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction

from dam.actions import access
from dam.models import AccessEvent, Asset
from dam.permissions import can

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(asset_factory, owner, with_files):
    asset = asset_factory("Secret")
    with_files(asset.current_version)
    access.restrict(asset=asset, user=owner, restricted=True, reason="embargo")
    return asset


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        *[("viewer", False), ("teammate", False), ("outsider", False)],
        *[("owner", True), ("reviewer", True), ("admin_user", True)],
    ],
)
def test_who_sees_it(request, secret, role, sees):
    user = request.getfixturevalue(role)
    assert Asset.objects.visible_to(user).filter(pk=secret.pk).exists() is sees
    assert can(user, "version.download", secret.current_version) is sees


@pytest.mark.parametrize("role", ["viewer", "teammate", "outsider"])
def test_others_may_not_restrict(request, asset_factory, role):
    asset = asset_factory()
    with pytest.raises(PermissionDenied):
        access.restrict(asset=asset, user=request.getfixturevalue(role), restricted=True)
    asset.refresh_from_db()
    assert not asset.restricted


def test_lifting_it_shows_it_again(secret, owner, viewer):
    access.restrict(asset=secret, user=owner, restricted=False)
    assert Asset.objects.visible_to(viewer).filter(pk=secret.pk).exists()


def test_a_look_at_the_page_and_its_picture_is_one(as_, secret, reviewer):
    browser, version = as_(reviewer), secret.current_version_id
    browser.get(f"/assets/{secret.pk}")
    browser.get(f"/renditions/{version}/large")
    browser.get(f"/assets/{secret.pk}")
    event = AccessEvent.objects.get()
    assert (event.asset, event.user, event.kind) == (secret, reviewer, "viewed")
    assert event.address == "127.0.0.1"


def test_each_download_is_written_down(as_, secret, reviewer):
    browser, version = as_(reviewer), secret.current_version_id
    browser.get(f"/originals/{version}")
    browser.get(f"/originals/{version}")
    browser.get(f"/renditions/{version}/preview?download")
    browser.post("/selection/download", {"asset": secret.pk}).getvalue()
    downloads = AccessEvent.objects.filter(kind="downloaded").order_by("id")
    taken = ["original", "original", "preview", "original"]
    assert list(downloads.values_list("what", flat=True)) == taken


def test_grids_are_no_look(as_, secret, reviewer):
    as_(reviewer).get(f"/renditions/{secret.current_version_id}/thumbnail")
    as_(reviewer).get(f"/renditions/{secret.current_version_id}/preview")
    assert not AccessEvent.objects.exists()


def test_what_is_not_restricted_is_not_watched(as_, asset_factory, with_files, reviewer):
    asset = asset_factory()
    with_files(asset.current_version)
    as_(reviewer).get(f"/assets/{asset.pk}")
    as_(reviewer).get(f"/originals/{asset.current_version_id}")
    assert not AccessEvent.objects.exists()


def test_who_is_refused_leaves_no_look(as_, secret, viewer):
    assert as_(viewer).get(f"/originals/{secret.current_version_id}").status_code == 404
    assert not AccessEvent.objects.exists()


def test_browsers_do_not_keep_it_unasked(as_, secret, reviewer):
    answer = as_(reviewer).get(f"/renditions/{secret.current_version_id}/large")
    assert answer["Cache-Control"] == "private, no-cache"


def test_the_list_names_who_looked(as_, secret, owner, reviewer):
    as_(reviewer).get(f"/originals/{secret.current_version_id}")
    page = as_(owner).get(f"/assets/{secret.pk}/reads").content.decode()
    assert "reviewer" in page
    assert "original" in page


def test_the_list_can_only_be_added_to(as_, secret, reviewer):
    as_(reviewer).get(f"/assets/{secret.pk}")
    for change in (lambda: AccessEvent.objects.all().delete(), _rewrite):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    assert AccessEvent.objects.count() == 1


def _rewrite():
    AccessEvent.objects.update(what="nothing")


def test_it_is_in_the_history(as_, secret, owner):
    page = as_(owner).get(f"/assets/{secret.pk}/history").content.decode()
    assert "Restricted it" in page
    assert "embargo" in page
