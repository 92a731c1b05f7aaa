"""What is out of somebody's sight is not told by other ways round either."""

import pytest
from django.core.files.base import ContentFile

from dam.actions.naming import plan, renamable, rename_many
from dam.models import Asset, Membership, User, Version
from processing.models import Job
from tests.api.conftest import is_problem
from tests.processing.tus import encoded


@pytest.fixture
def demoted(owner, program):
    """Take every role from the owner, and return a program of theirs that was there before."""

    def now():
        asking = program(owner)
        Membership.objects.filter(user=owner).delete()
        return asking

    return now


def test_uploads_and_jobs_go_with_the_last_role(ingest, owner, program, demoted):
    brought = ingest(name="mine.jpg")
    job = Job.objects.filter(version=brought.version).first()
    before = program(owner)
    assert [row["version"] for row in before.get("uploads/").json()["results"]] == [
        brought.version.pk
    ]
    assert before.get(f"jobs/{job.pk}").status_code == 200
    after = demoted()
    assert after.get("uploads/").json()["results"] == []
    assert after.get("jobs/").json()["results"] == []
    is_problem(after.get(f"jobs/{job.pk}"), 404)


def test_an_upload_to_what_became_somebody_elses_secret_is_not_told(
    ingest, owner, teammate, reviewer, program
):
    theirs = ingest(name="theirs.jpg", user=teammate)
    Version.objects.filter(pk=theirs.version.pk).update(created_by=owner, state_reason="Why not.")
    assert not Asset.objects.visible_to(owner).filter(pk=theirs.asset.pk).exists()
    assert program(owner).get("uploads/").json()["results"] == []
    assert program(owner).get("jobs/").json()["results"] == []


def test_the_activity_page_tells_of_refusals_in_sight_only(ingest, owner, teammate, client):
    mine, theirs = ingest(name="mine.jpg"), ingest(name="theirs.jpg", user=teammate)
    for brought in (mine, theirs):
        Version.objects.filter(pk=brought.version.pk).update(
            created_by=owner, state="refused", state_reason=f"Reason {brought.asset.pk}."
        )
    client.force_login(owner)
    page = client.get("/activity").content.decode()
    assert f"Reason {mine.asset.pk}." in page
    assert f"Reason {theirs.asset.pk}." not in page


def test_renamings_go_with_the_role_and_tell_names_in_sight_only(
    asset_factory, owner, program, demoted
):
    kept, gone = asset_factory("kept", file_name="a.jpg"), asset_factory("gone", file_name="b.jpg")
    made = rename_many(user=owner, assets=[kept, gone], pattern="trip_{n}")
    Asset.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)
    told = program(owner).get(f"renamings/{made.pk}").json()
    assert [row["asset"] for row in told["changes"]] == [kept.pk]
    after = demoted()
    assert after.get("renamings/").json()["results"] == []
    is_problem(after.get(f"renamings/{made.pk}"), 404)
    is_problem(after.post(f"renamings/{made.pk}/undo"), 404)


def test_a_brand_without_a_role_in_it_is_no_brand(owner, other_brand, program, picture):
    def by_tus(slug: str):
        return program(owner).client.post(
            "/api/v1/uploads/tus/",
            content_type="application/offset+octet-stream",
            headers=program(owner).headers
            | {
                "Tus-Resumable": "1.0.0",
                "Upload-Length": "5",
                "Upload-Metadata": encoded(brand=slug),
            },
        )

    def by_form(slug: str):
        file = ContentFile(picture(), "a.jpg")
        return program(owner).send("uploads/", {"file": file, "brand": slug})

    for send in (by_tus, by_form):
        there, nowhere = is_problem(send("other"), 404), is_problem(send("nope"), 404)
        assert there["detail"].replace("other", "nope") == nowhere["detail"]


def test_a_brand_that_one_sees_is_refused_by_name(person, other_brand, picture, program):
    viewing = person("looks", "creator")
    Membership.objects.create(user=viewing, brand=other_brand, role="viewer")
    sent = {"file": ContentFile(picture(), "a.jpg"), "brand": "other"}
    is_problem(program(viewing).send("uploads/", sent), 403)


def test_a_preview_does_not_find_out_names(ingest, owner, teammate, asset_factory):
    ingest(name="merger.jpg")
    mine = ingest(name="x.jpg", user=teammate).asset
    change = plan(renamable(teammate, [mine.pk]), "merger[{no}].{ext}", user=teammate)[0]
    assert (change.new, change.problem) == ("merger.jpg", "")
    asset_factory("sea", file_name="sea.jpg")
    taken = plan(renamable(teammate, [mine.pk]), "sea[{no}].{ext}", user=teammate)[0]
    assert taken.problem == "Another file of this brand has this name."
    rename_many(user=User.objects.get(pk=teammate.pk), assets=[mine], pattern="merger[{no}].{ext}")
    assert Version.objects.get(current_of=mine).file_name == "merger.jpg"
