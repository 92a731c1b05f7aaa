"""Versions: which one the library shows, how states follow each other, who may."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dam import storage
from dam.actions.common import Conflict
from dam.actions.library import Picture
from dam.actions.versions import add_version, restore, settle
from dam.models import Version
from processing.models import Job

State = Version.State
PICTURE = Picture("next.jpg", "image/jpeg", 1000, 800, "sRGB", 8, False)


@pytest.fixture
def upload(owner):
    def bring(asset, data=b"next", user=owner, **more):
        with storage.arriving(io.BytesIO(data)) as stored:
            return add_version(asset=asset, stored=stored, picture=PICTURE, user=user, **more)

    return bring


def shown(asset) -> int:
    asset.refresh_from_db()
    return asset.current_version.number


class TestWhatIsShown:
    def test_an_approved_version_stays_until_its_successor_is_approved(self, asset_factory, upload):
        asset = asset_factory(state="approved")
        second = upload(asset)
        assert shown(asset) == 1
        settle(version=second, state=State.IN_REVIEW)
        assert shown(asset) == 1
        settle(version=second, state=State.APPROVED)
        assert shown(asset) == 2

    def test_a_rejected_successor_changes_nothing(self, asset_factory, upload):
        asset = asset_factory(state="approved")
        second = upload(asset)
        settle(version=second, state=State.REJECTED, reason="Not ours")
        assert shown(asset) == 1

    def test_what_was_never_approved_gives_way_at_once(self, asset_factory, upload):
        asset = asset_factory(state="in_review")
        upload(asset)
        assert shown(asset) == 2
        assert asset.versions.get(number=1).state == State.SUPERSEDED

    def test_only_the_newest_of_several_undecided_is_left(self, asset_factory, upload):
        asset = asset_factory(state="approved")
        first, second = upload(asset, b"a"), upload(asset, b"b")
        first.refresh_from_db()
        assert first.state == State.SUPERSEDED
        assert second.state == State.PROCESSING

    def test_an_old_version_approved_late_does_not_replace_a_newer_one(self, asset_factory, upload):
        asset = asset_factory(state="rejected")
        settle(version=upload(asset), state=State.APPROVED)
        settle(version=asset.versions.get(number=1), state=State.APPROVED)
        assert shown(asset) == 2

    def test_a_refused_successor_gives_way_to_what_it_replaced(self, asset_factory, upload):
        asset = asset_factory(state="in_review")
        second = upload(asset)
        settle(version=second, state=State.REFUSED, reason="Torn")
        assert shown(asset) == 1
        first = asset.versions.get(number=1)
        assert first.state == State.PROCESSING
        assert Job.objects.filter(version=first, step="route", state="queued").exists()

    def test_what_is_not_measured_yet_is_not_judged_before(self, ingest, upload):
        first = ingest().version
        second = upload(first.asset)
        settle(version=second, state=State.REFUSED, reason="Torn")
        assert not Job.objects.filter(version=first, step="route").exists()
        Job.objects.filter(version=first).update(state="failed", error_category="internal")
        settle(version=first, state=State.SUPERSEDED)
        third = upload(first.asset)
        settle(version=third, state=State.REFUSED, reason="Torn")
        states = Job.objects.filter(version=first).values_list("step", "state")
        assert list(states) == [("validate", "queued")]

    def test_settling_waits_for_whoever_holds_the_asset(self, asset_factory):
        version = asset_factory(state="in_review").current_version
        with CaptureQueriesContext(connection) as asked:
            settle(version=version, state=State.APPROVED)
        locks = [n for n, q in enumerate(asked) if "FOR UPDATE" in q["sql"]]
        writes = [n for n, q in enumerate(asked) if 'UPDATE "dam_version"' in q["sql"]]
        assert locks[0] < writes[0]


class TestStates:
    def test_a_state_that_does_not_lead_there_is_a_conflict(self, asset_factory):
        version = asset_factory(state="superseded").current_version
        with pytest.raises(Conflict, match="superseded"):
            settle(version=version, state=State.APPROVED)

    def test_the_same_state_twice_is_harmless(self, asset_factory):
        version = asset_factory(state="approved").current_version
        settle(version=version, state=State.APPROVED)
        assert version.state == State.APPROVED

    def test_who_and_why_are_kept(self, asset_factory, reviewer):
        version = asset_factory(state="in_review").current_version
        settle(version=version, state=State.REJECTED, reason="Blurred", user=reviewer)
        version.refresh_from_db()
        assert (version.state_reason, version.state_by) == ("Blurred", reviewer)


class TestRestore:
    def test_restoring_adds_a_version_with_the_old_bytes(self, asset_factory, upload, owner):
        asset = asset_factory(state="approved")
        first = asset.current_version
        settle(version=upload(asset), state=State.APPROVED)
        restored = restore(version=first, user=owner)
        assert restored.number == 3
        assert restored.blob_id == first.blob_id
        assert restored.restored_from == first
        assert restored.note == "Restored version 1"
        assert shown(asset) == 2  # until it has been checked

    def test_history_is_only_added_to(self, asset_factory, upload, owner):
        asset = asset_factory(state="approved")
        upload(asset)
        before = list(asset.versions.values("pk", "blob", "number", "created_at"))
        restore(version=asset.current_version, user=owner)
        assert (
            list(asset.versions.exclude(number=3).values("pk", "blob", "number", "created_at"))
            == before
        )


class TestRefusals:
    @pytest.mark.parametrize("who", ["viewer", "teammate", "outsider"])
    def test_others_may_neither_add_nor_restore(self, who, request, asset_factory, upload):
        asset, user = asset_factory(), request.getfixturevalue(who)
        with pytest.raises(PermissionDenied):
            upload(asset, user=user)
        with pytest.raises(PermissionDenied):
            restore(version=asset.current_version, user=user)
        assert asset.versions.count() == 1

    def test_reviewers_may(self, reviewer, asset_factory, upload):
        assert upload(asset_factory(), user=reviewer).number == 2
