"""Renditions whose checks failed: asked about, accepted, withdrawn, made right by another."""

import pytest
from django.test import Client

from dam.actions.common import Conflict
from dam.actions.versions import settle
from dam.models import Version
from processing.recipes.reading import read
from processing.rendering.actions import render
from review.actions import decide, undo
from review.models import ReviewItem

pytestmark = pytest.mark.django_db
TEXT = """\
recipe: card
steps:
  - resize: {width: 40}
outputs:
  main: {export: {format: jpeg, quality: %d}, checks: [size: {width: %d}]}
"""


@pytest.fixture
def version(ingest, run_jobs, picture):
    version = ingest(picture((160, 120)), "chair.jpg").version
    run_jobs()
    version.refresh_from_db()
    if version.state != Version.State.APPROVED:
        settle(version=version, state=Version.State.APPROVED)
    return version


@pytest.fixture
def make(version, owner):
    def rendered(*, asked: int, quality: int = 80):
        recipe = read(TEXT % (quality, asked))
        (one,) = render(version=version, recipe=recipe, user=owner, number=1)
        one.rendition.refresh_from_db()
        return one.rendition

    return rendered


@pytest.fixture
def taken(version):
    """Who gets the rendition as a download."""

    def codes(*people) -> list[int]:
        answers = []
        for person in people:
            client = Client()
            client.force_login(person)
            answers.append(client.get(f"/renditions/{version.pk}/card?download").status_code)
        return answers

    return codes


def open_item() -> ReviewItem:
    return ReviewItem.objects.get(purpose="card", state="open")


def test_a_failed_check_is_asked_about_with_both_pictures(
    make, version, taken, owner, viewer, reviewer, client
):
    made = make(asked=50)
    assert made.standing == "doubted"
    finding = open_item().findings.get()
    assert finding.code == "made_size"
    assert "40" in finding.sentence
    assert "50" in finding.sentence
    assert taken(viewer, owner, reviewer) == [404, 200, 200]
    client.force_login(reviewer)
    page = client.get(f"/review/{open_item().pk}").content.decode()
    assert f'data-picture="/made/{made.pk}"' in page
    assert f'data-previous="/renditions/{version.pk}/large"' in page
    assert client.get(f"/made/{made.pk}")["Content-Type"] == "image/webp"
    client.force_login(viewer)
    assert client.get(f"/made/{made.pk}").status_code == 404


def test_accepted_in_spite_of_it_and_taken_back(make, version, taken, viewer, reviewer):
    made = make(asked=50)
    decision = decide(item=open_item(), user=reviewer, verdict="approve")
    assert taken(viewer) == [200]
    make(asked=50)
    assert not ReviewItem.objects.filter(purpose="card", state="open"), "a person has decided"
    undo(decision=decision, user=reviewer)
    made.refresh_from_db()
    assert made.standing == "doubted"
    assert taken(viewer) == [404]
    with pytest.raises(ValueError, match="mended in the recipe"):
        decide(item=open_item(), user=reviewer, verdict="fix", add_tags=["chair"])


def test_withdrawn_and_its_version_stays(make, version, taken, owner, viewer, reviewer):
    made = make(asked=50)
    decision = decide(item=open_item(), user=reviewer, verdict="reject", reason="quality")
    assert taken(viewer, owner, reviewer) == [404, 404, 404]
    version.refresh_from_db()
    assert version.state == Version.State.APPROVED
    assert not version.asset.tags.exclude(decided_by=None)
    undo(decision=decision, user=reviewer)
    again = decide(item=open_item(), user=reviewer, verdict="reject", reason="quality")
    other = make(asked=50, quality=70)
    assert other.pk != made.pk, "other work"
    with pytest.raises(Conflict, match="gone"):
        undo(decision=again, user=reviewer)


def test_a_later_one_that_passes_closes_what_was_asked(make, version, taken, viewer, reviewer):
    make(asked=50)
    item = open_item()
    right = make(asked=40, quality=70)
    item.refresh_from_db()
    assert (item.state, item.why_closed) == ("closed", "A later rendition passed every check.")
    assert item.findings.exists(), "what was wrong stays to be read"
    assert right.standing == ""
    assert taken(viewer) == [200]
    with pytest.raises(Conflict, match="passed every check"):
        decide(item=item, user=reviewer, verdict="approve")
