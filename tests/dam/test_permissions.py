"""The policy and the queryset give the same answers, and nothing that was not granted."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from dam.models import Asset, Membership
from dam.permissions import PERMISSIONS, can, require

STATES = ["processing", "in_review", "approved", "rejected", "refused"]


def seen(user) -> set[str]:
    return set(Asset.objects.visible_to(user).values_list("title", flat=True))


@pytest.fixture
def shelf(asset_factory, owner, teammate, other_brand):
    for state in STATES:
        asset_factory(f"own {state}", state=state, user=owner)
        asset_factory(f"mate {state}", state=state, user=teammate)
    asset_factory("elsewhere", state="approved", brand=other_brand)


@pytest.mark.usefixtures("shelf")
class TestVisibility:
    def test_anonymous_and_outsiders_see_nothing(self, outsider, person):
        assert seen(AnonymousUser()) == set()
        assert seen(person("nobody")) == set()
        assert seen(outsider) == {"elsewhere"}

    def test_viewers_see_what_is_approved(self, viewer):
        assert seen(viewer) == {"own approved", "mate approved"}

    def test_creators_see_their_own_besides(self, owner):
        assert seen(owner) == {f"own {state}" for state in STATES} | {"mate approved"}

    def test_reviewers_see_all_of_their_brand(self, reviewer):
        assert seen(reviewer) == {f"{who} {s}" for who in ("own", "mate") for s in STATES}

    def test_admins_see_every_brand(self, admin_user):
        assert len(seen(admin_user)) == 11

    def test_the_bin_is_seen_by_no_one(self, admin_user, django_db_blocker):
        from django.utils import timezone

        Asset.objects.update(deleted_at=timezone.now())
        assert seen(admin_user) == set()

    def test_a_locked_account_sees_nothing(self, owner):
        owner.is_active = False
        assert seen(owner) == set()

    def test_policy_and_queryset_agree(self, viewer, owner, reviewer, admin_user, outsider):
        for user in (viewer, owner, reviewer, admin_user, outsider):
            visible = set(Asset.objects.visible_to(user).values_list("pk", flat=True))
            for asset in Asset.objects.all():
                assert can(user, "asset.view", asset) == (asset.pk in visible)


def test_one_brand_does_not_open_another(asset_factory, other_brand, person, brand):
    mixed = person("mixed", "viewer")
    Membership.objects.create(user=mixed, brand=other_brand, role="reviewer")
    draft_here = asset_factory(state="in_review")
    draft_there = asset_factory(state="in_review", brand=other_brand)
    mixed = type(mixed).objects.get(pk=mixed.pk)
    assert not can(mixed, "asset.view", draft_here)
    assert can(mixed, "asset.view", draft_there)
    assert can(mixed, "asset.review", draft_there)
    assert not can(mixed, "asset.review", draft_here)


def test_downloads(asset_factory, viewer, owner, teammate, reviewer, outsider):
    approved = asset_factory().current_version
    waiting = asset_factory(state="in_review").current_version
    rejected = asset_factory(state="rejected").current_version
    for version, allowed in (
        (approved, {viewer, owner, teammate, reviewer}),
        (waiting, {owner, reviewer}),
        (rejected, {owner, reviewer}),
    ):
        everyone = {viewer, owner, teammate, reviewer, outsider}
        assert {u for u in everyone if can(u, "version.download", version)} == allowed


def test_an_unknown_permission_is_an_error(viewer):
    with pytest.raises(KeyError):
        can(viewer, "asset.paint")


def test_anonymous_may_nothing(asset_factory, brand):
    asset = asset_factory()
    things = {
        "asset": asset,
        "version": asset.current_version,
        "brand": brand,
    }
    for name in PERMISSIONS:
        assert not can(AnonymousUser(), name, things.get(name.split(".")[0]))
        with pytest.raises(PermissionDenied):
            require(AnonymousUser(), name, things.get(name.split(".")[0]))
