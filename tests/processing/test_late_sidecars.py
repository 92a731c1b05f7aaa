"""Sidecars that come after their picture: by themselves, or beside a duplicate of it."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from dam.actions.library import bin_asset, describe
from dam.actions.rights import change_rights
from dam.actions.sidecars import LARGEST
from dam.models import Asset, Version
from dam.permissions import can
from processing.models import Job
from processing.sidecars import apply_sidecar
from tests.processing.test_sidecars import SIDECAR


@pytest.fixture
def harbour(ingest, run_jobs, picture):
    """A picture that is in the library, without a sidecar."""
    asset = ingest(picture(seed=1), "harbour.jpg").asset
    run_jobs()
    asset.refresh_from_db()
    return asset


@pytest.fixture
def alone(ingest):
    """Bring a sidecar by itself."""
    return lambda name="harbour.xmp", data=SIDECAR, **more: ingest(data, name, **more)


class TestAlone:
    @pytest.mark.parametrize("name", ["harbour.xmp", "harbour.jpg.xmp", "HARBOUR.XMP"])
    def test_it_goes_to_the_picture_that_is_called_like_it(
        self, harbour, alone, run_jobs, name, owner
    ):
        outcome = alone(name)
        assert (outcome.outcome, outcome.asset) == ("described", harbour)
        assert outcome.reason == (
            "“Harbour”: it filled title, credit line, rights address and 2 tags."
        )
        harbour.refresh_from_db()
        assert (harbour.title, harbour.credit) == ("Title beside", "Sidecar agency")
        version = harbour.versions.get()
        assert version.sidecar.size == len(SIDECAR)
        assert "city" not in version.metadata  # a worker reads the rest
        run_jobs()
        version.refresh_from_db()
        assert version.metadata["city"] == "Graz"
        assert version.state == "approved"
        assert Asset.objects.count() == 1

    def test_what_a_person_wrote_stays(self, harbour, alone, owner, run_jobs):
        describe(asset=harbour, user=owner, title="Mine", description="")
        outcome = alone()
        assert outcome.reason.endswith("it filled credit line, rights address and 2 tags.")
        run_jobs()
        harbour.refresh_from_db()
        assert harbour.title == "Mine"

    def test_what_a_person_cleared_stays_empty(self, harbour, alone, owner, run_jobs):
        change_rights(asset=harbour, user=owner, credit="Somebody")
        change_rights(asset=harbour, user=owner, credit="")
        assert "credit" not in alone().reason
        run_jobs()
        harbour.refresh_from_db()
        assert harbour.credit == ""

    def test_what_is_odd_in_it_does_not_cost_the_rest(self, harbour, alone, run_jobs):
        words = b"".join(b"<rdf:li>word %d</rdf:li>" % n for n in range(600))
        odd = SIDECAR.replace(b"<rdf:li>clock tower</rdf:li>", words)
        assert "tags" in alone(data=odd.replace(b"47,4.2N", b"147,4.2N")).reason
        run_jobs()
        harbour.refresh_from_db()
        assert harbour.title == "Title beside"
        assert len(harbour.versions.get().metadata["problems"]) >= 1

    def test_the_same_again_changes_nothing(self, harbour, alone, run_jobs):
        alone()
        run_jobs()
        assert alone().reason == "“Title beside”: it is in the library already."
        assert not Job.objects.filter(state="queued").exists()

    def test_a_newer_one_takes_its_place(self, harbour, alone):
        alone()
        newer = SIDECAR.replace(b"Sidecar agency", b"Newer agency")
        outcome = alone(data=newer)
        assert outcome.reason.endswith("it is kept, and says nothing that was still empty.")
        assert harbour.versions.get().sidecar.size == len(newer)
        harbour.refresh_from_db()
        assert harbour.credit == "Sidecar agency"

    def test_without_a_picture_it_is_refused(self, alone, harbour):
        outcome = alone("quay.xmp")
        assert outcome.outcome == "refused"
        assert outcome.reason.startswith("No picture that you may change is called like this")
        assert Asset.objects.count() == 1

    def test_of_several_none_is_chosen_but_by_its_whole_name(self, harbour, ingest, alone):
        ingest(name="harbour.png")
        outcome = alone("harbour.xmp")
        assert outcome.outcome == "refused"
        assert outcome.reason.startswith("2 pictures that you may change are called like this")
        assert alone("harbour.jpg.xmp").asset == harbour

    def test_the_brand_decides_between_namesakes(
        self, harbour, ingest, alone, other_brand, admin_user
    ):
        there = ingest(name="harbour.jpg", brand=other_brand, user=admin_user).asset
        assert alone(brand=other_brand, user=admin_user).asset == there
        assert alone(brand=harbour.brand, user=admin_user).asset == harbour

    def test_an_asset_that_is_named_is_the_one(self, harbour, alone):
        assert alone("anything.xmp", asset=harbour).outcome == "described"

    def test_others_pictures_are_out_of_reach(self, harbour, alone, teammate, viewer):
        for person in (teammate, viewer):
            assert alone(user=person).outcome == "refused"
            with pytest.raises(PermissionDenied):
                alone(user=person, asset=harbour)
        assert harbour.versions.get().sidecar is None

    def test_a_reviewer_may(self, harbour, alone, reviewer):
        assert alone(user=reviewer).outcome == "described"

    def test_what_is_in_the_bin_is_not_meant(self, harbour, alone, owner):
        bin_asset(asset=harbour, user=owner)
        assert alone().outcome == "refused"

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"rubbish", "The sidecar's XMP data is damaged and could not be read."),
            (b"", "The sidecar has no XMP data in it."),
            (b"x" * (LARGEST + 1), "A sidecar may have 4 MiB; this one is larger."),
        ],
    )
    def test_one_that_cannot_be_read_is_refused(self, harbour, alone, data, words):
        outcome = alone(data=data)
        assert (outcome.outcome, outcome.reason) == ("refused", words)
        assert harbour.versions.get().sidecar is None

    def test_the_command_takes_it(self, harbour, tmp_path):
        (tmp_path / "harbour.xmp").write_bytes(SIDECAR)
        out = io.StringIO()
        call_command("ingest", str(tmp_path), stdout=out)
        assert "harbour.xmp: described. “Harbour”: it filled title" in out.getvalue()
        assert "1 described" in out.getvalue()

    def test_the_version_form_takes_it(self, harbour, client, owner):
        client.force_login(owner)
        file = SimpleUploadedFile("other.xmp", SIDECAR)
        page = client.post(f"/assets/{harbour.pk}/versions", {"file": file}, follow=True)
        assert "it filled title" in page.content.decode()
        assert harbour.versions.get().sidecar is not None

    def test_it_comes_while_the_metadata_are_being_read(self, ingest, picture, monkeypatch, owner):
        from processing import tasks
        from processing.steps import metadata

        version = ingest(picture(seed=1), "harbour.jpg").version
        real, late = metadata.sandbox.call, [SIDECAR]

        def call(function, *arguments, **more):
            found = real(function, *arguments, **more)
            if function is metadata.read and late:
                fresh = Version.objects.select_related("asset").get(pk=version.pk)
                apply_sidecar(version=fresh, user=owner, data=late.pop())
            return found

        monkeypatch.setattr(metadata.sandbox, "call", call)
        while tasks.work():
            pass
        version.refresh_from_db()
        assert version.metadata["city"] == "Graz"


class TestBesideADuplicate:
    def test_it_fills_what_is_empty(self, harbour, ingest, picture, run_jobs):
        outcome = ingest(picture(seed=1), "again.jpg", sidecar=SIDECAR)
        assert (outcome.outcome, outcome.asset) == ("duplicate", harbour)
        assert outcome.reason.endswith(
            "Its sidecar filled title, credit line, rights address and 2 tags."
        )
        run_jobs()
        harbour.refresh_from_db()
        assert harbour.title == "Title beside"
        assert harbour.versions.get().metadata["city"] == "Graz"

    def test_where_one_may_not_change_the_asset_it_is_left_out(
        self, harbour, ingest, picture, teammate
    ):
        outcome = ingest(picture(seed=1), user=teammate, sidecar=SIDECAR)
        assert outcome.outcome == "duplicate"
        assert outcome.reason.endswith("Its sidecar was left out: you may not change that asset.")
        assert harbour.versions.get().sidecar is None

    def test_a_broken_one_costs_itself_alone(self, harbour, ingest, picture):
        outcome = ingest(picture(seed=1), sidecar=b"rubbish")
        assert outcome.outcome == "duplicate"
        assert outcome.reason.endswith(
            "Its sidecar was left out: The sidecar's XMP data is damaged and could not be read."
        )

    def test_it_belongs_to_the_version_with_these_bytes(self, harbour, ingest, picture, run_jobs):
        ingest(picture(seed=2), asset=harbour)
        run_jobs()
        ingest(picture(seed=1), sidecar=SIDECAR)
        assert [v.sidecar_id is None for v in harbour.versions.order_by("number")] == [False, True]


def test_what_one_may_edit_is_told_the_same_way_for_one_and_for_many(
    asset_factory, brand, other_brand, owner, teammate, viewer, reviewer, admin_user, outsider
):
    assets = [
        asset_factory(),
        asset_factory(user=teammate),
        asset_factory(state="in_review"),
        asset_factory(user=outsider, brand=other_brand),
    ]
    for person in (owner, teammate, viewer, reviewer, admin_user, outsider):
        many = set(Asset.objects.editable_by(person))
        assert many == {one for one in assets if can(person, "asset.edit", one)}
    bin_asset(asset=assets[0], user=owner)
    assert assets[0] not in Asset.objects.editable_by(owner)
