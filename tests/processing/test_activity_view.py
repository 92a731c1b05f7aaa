"""The activity page: the whole queue for who keeps the system, one's own refusals for creators."""

import pytest
from django.test import Client

from processing.models import Job


def client(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def failed(asset_factory):
    """Two failed jobs of different kinds."""
    version = asset_factory("Broken one", file_name="broken.jpg").current_version
    return [
        Job.objects.create(
            step="renditions", version=version, state="failed", error_category="input",
            error="The file ends in the middle.", finished_at="2026-01-01T00:00:00Z",
        ),
        Job.objects.create(
            step="facts", version=version, state="failed", error_category="internal",
            error="Something went wrong.", finished_at="2026-01-01T00:00:00Z",
        ),
    ]  # fmt: skip


@pytest.mark.usefixtures("failed")
def test_an_admin_sees_failures_with_their_sentence(admin_user):
    text = client(admin_user).get("/activity").content.decode()
    assert "The file ends in the middle." in text
    assert "broken.jpg" in text
    assert "None is alive." in text


@pytest.mark.usefixtures("failed")
def test_the_fragment_alone_refreshes_itself(admin_user):
    part = client(admin_user).get("/activity", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "The file ends in the middle." in part


def test_a_creator_sees_only_their_own_refusals(owner, teammate, asset_factory, failed):
    asset_factory(
        user=owner, state="refused", file_name="mine.jpg", state_reason="Too many pixels."
    )
    asset_factory(user=teammate, state="refused", file_name="theirs.jpg")
    text = client(owner).get("/activity").content.decode()
    assert "Too many pixels." in text
    assert "theirs.jpg" not in text
    assert "The file ends in the middle." not in text


def test_viewers_have_nothing_to_see_there(viewer):
    assert client(viewer).get("/activity").status_code == 403


def test_retrying_by_category_and_by_job(admin_user, failed):
    first, second = failed
    browser = client(admin_user)
    browser.post("/activity/retry", {"category": "input"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("queued", "failed")
    browser.post("/activity/retry", {"job": second.pk})
    second.refresh_from_db()
    assert second.state == "queued"


@pytest.mark.parametrize("body", [{}, {"category": "nonsense"}, {"job": "x"}])
def test_retrying_nothing_in_particular_changes_nothing(admin_user, failed, body):
    client(admin_user).post("/activity/retry", body)
    assert Job.objects.filter(state="failed").count() == 2


@pytest.mark.parametrize("role", ["viewer", "owner", "reviewer", "outsider"])
def test_only_who_keeps_the_system_retries(request, failed, role):
    user = request.getfixturevalue(role)
    assert client(user).post("/activity/retry", {"category": "input"}).status_code == 403
    assert Job.objects.filter(state="failed").count() == 2
