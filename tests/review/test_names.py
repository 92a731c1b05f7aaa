"""A file's name that does not fit: a finding, and fix and approve by renaming."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from dam.actions.brands import change_rules
from dam.actions.common import Conflict
from dam.actions.naming import rename_file
from dam.models import Version
from review.actions import decide, undo
from review.actions.routing import route
from review.models import ReviewItem

RULE = r"{brand}_{sku:[A-Z]{3}\d{4}}_v{version:02}"


@pytest.fixture
def ruled(brand, admin_user):
    change_rules(brand=brand, user=admin_user, rules={"name_pattern": RULE})


@pytest.fixture
def misnamed(ruled, ingest, run_jobs, picture):
    """A picture with nothing wrong but its name, after all its steps."""
    made = ingest(picture((800, 600), seed=7), "ACME_12AB_v01.jpg").version
    run_jobs()
    return ReviewItem.objects.get(version=made, state="open")


def test_the_sentence_says_where_and_what(misnamed):
    finding = misnamed.findings.get(code="name")
    assert finding.sentence == (
        "The file name does not fit. After “ACME_” sku (three capital letters and four digits)"
        " was expected, but “12AB” is there."
    )
    misnamed.version.refresh_from_db()
    assert misnamed.version.state == "in_review"


def test_a_name_that_fits_is_no_doubt(ruled, ingest, run_jobs, picture):
    made = ingest(picture((800, 600), seed=8), "ACME_ABC1234_v01.jpg").version
    run_jobs()
    assert not ReviewItem.objects.filter(version=made, findings__code="name").exists()


def test_fix_and_approve_by_renaming_and_back(misnamed, reviewer, viewer):
    form = Client()
    form.force_login(reviewer)
    page = form.get(f"/review/{misnamed.pk}").content.decode()
    assert 'name="file_name" value="ACME_12AB_v01.jpg"' in page
    answer = form.post(
        f"/review/{misnamed.pk}/decide", {"verdict": "fix", "file_name": "ACME_ABC1234_v01.jpg"}
    )
    assert answer.status_code == 302
    version = Version.objects.get(pk=misnamed.version_id)
    assert (version.state, version.file_name) == ("approved", "ACME_ABC1234_v01.jpg")
    assert version.name_fields["sku"] == "ABC1234"
    made = misnamed.decisions.get()
    undo(decision=made, user=reviewer)
    version.refresh_from_db()
    assert (version.state, version.file_name) == ("in_review", "ACME_12AB_v01.jpg")
    assert version.name_fields == {}


def test_a_bad_name_decides_nothing(misnamed, reviewer, viewer):
    for bad in ("a/b.jpg", "CON.jpg"):
        with pytest.raises(ValueError, match="cannot be a file's name"):
            decide(item=misnamed, user=reviewer, verdict="fix", file_name=bad)
    with pytest.raises(ValueError, match="Nothing was changed"):
        decide(item=misnamed, user=reviewer, verdict="fix", file_name="ACME_12AB_v01.jpg")
    with pytest.raises(PermissionDenied):
        decide(item=misnamed, user=viewer, verdict="fix", file_name="x.jpg")
    misnamed.refresh_from_db()
    assert misnamed.state == "open"


def test_a_newer_name_is_not_undone(misnamed, reviewer):
    made = decide(item=misnamed, user=reviewer, verdict="fix", file_name="ACME_ABC1234_v01.jpg")
    version = Version.objects.select_related("asset__brand").get(pk=misnamed.version_id)
    rename_file(version=version, user=reviewer, file_name="later.jpg")
    with pytest.raises(Conflict, match="renamed the file since"):
        undo(decision=made, user=reviewer)
    version.refresh_from_db()
    assert (version.state, version.file_name) == ("approved", "later.jpg")


def test_approved_pictures_stay_whatever_the_pattern_says(
    brand, admin_user, ingest, run_jobs, picture
):
    made = ingest(picture((800, 600), seed=9), "holiday.jpg").version
    run_jobs()
    made.refresh_from_db()
    Version.objects.filter(pk=made.pk).update(state="approved", state_by=None)
    change_rules(brand=brand, user=admin_user, rules={"name_pattern": RULE})
    assert route(version=made) is None
    made.refresh_from_db()
    assert made.state == "approved"
