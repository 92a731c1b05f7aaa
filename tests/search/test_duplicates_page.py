"""The page of near-duplicates: who sees what, what its forms do, and the panel of an asset."""

import pytest
from django.test import Client

from dam.models import Asset, Relation
from search.models import DuplicateDecision, NotDuplicates
from tests.search.test_duplicates import looks, twins

__all__ = ["looks", "twins"]
PART = {"HX-Request": "true"}


@pytest.fixture
def as_():
    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def test_who_sees_the_page(as_, twins, owner, teammate, reviewer, viewer, outsider):
    twins(2)
    assert Client().get("/duplicates/").status_code == 302
    assert as_(viewer).get("/duplicates/").status_code == 403
    for person in (owner, teammate, reviewer):
        page = as_(person).get("/duplicates/").content.decode()
        assert "2 look the same" in page
    assert "Nothing looks the same" in as_(outsider).get("/duplicates/").content.decode()


def test_the_page_says_why_and_shows_no_more_than_one_may_see(as_, twins, owner, teammate):
    twins(2)
    hidden = twins(1, state="in_review", user=owner)[0]
    page = as_(teammate).get("/duplicates/").content.decode()
    assert "The largest, 1200 × 800" in page
    assert f"#{hidden.pk}<" not in page
    assert f"#{hidden.pk}<" in as_(owner).get("/duplicates/").content.decode()


def test_the_number_of_questions_does_not_grow(as_, twins, owner, django_assert_max_num_queries):
    for n in range(6):
        twins(3, value=0x0F1E2D3C4B5A6978 << (5 * n + 1))
    client = as_(owner)
    client.get("/duplicates/")
    with django_assert_max_num_queries(20):
        client.get("/duplicates/")


def test_pages_go_on(as_, twins, owner, monkeypatch):
    monkeypatch.setattr("search.duplicates.clusters.page.__defaults__", (2,))
    for n in range(3):
        twins(2, value=0x0F1E2D3C4B5A6978 << (5 * n + 1))
    first = as_(owner).get("/duplicates/")
    assert first.content.count(b"data-cluster ") == 2
    cursor = first.context["next_cursor"]
    more = as_(owner).get("/duplicates/", {"cursor": cursor}, headers=PART)
    assert more.content.count(b"data-cluster ") == 1
    assert b"<html" not in more.content
    assert as_(owner).get("/duplicates/", {"cursor": "x"}).status_code == 302


def test_one_group_by_its_form_and_back(as_, twins, owner):
    best, other = twins(2)
    form = {"keep": best.pk, "asset": [best.pk, other.pk], "what": "keep"}
    said = as_(owner).post("/duplicates/decide", form, headers=PART)
    assert said.status_code == 200
    assert "1 duplicate is in the bin." in said["HX-Trigger"]
    assert list(Asset.objects.live()) == [best]
    back = as_(owner).post("/duplicates/undo", {"decision": said["X-Done"]}, headers=PART)
    assert back["HX-Refresh"] == "true"
    assert Asset.objects.live().count() == 2
    again = as_(owner).post("/duplicates/undo", {"decision": said["X-Done"]}, headers=PART)
    assert again.status_code == 409


def test_several_groups_at_once_or_none(as_, twins, owner, teammate):
    groups = [twins(2, value=0x0F1E2D3C4B5A6978 << n) for n in (1, 9)]
    theirs = twins(2, value=0x0F1E2D3C4B5A6978 << 17, user=teammate)
    said = [",".join(str(one.pk) for one in group) for group in groups]
    bad = [*said, ",".join(str(one.pk) for one in theirs)]
    refused = as_(owner).post("/duplicates/decide", {"cluster": bad, "what": "keep"}, headers=PART)
    assert refused.status_code == 403
    assert "every one of these" in refused.content.decode()
    assert Asset.objects.live().count() == 6
    done = as_(owner).post("/duplicates/decide", {"cluster": said, "what": "keep"}, headers=PART)
    assert "2 duplicates" in done["HX-Trigger"]
    assert Asset.objects.live().count() == 4


@pytest.mark.parametrize("what", ["keep", "merge", "link", "dismiss"])
def test_who_may_not(as_, twins, teammate, viewer, outsider, what):
    best, other = twins(2)
    form = {"keep": best.pk, "asset": [other.pk], "what": what}
    for person in (teammate, viewer, outsider):
        assert as_(person).post("/duplicates/decide", form, headers=PART).status_code in {400, 403}
    assert not DuplicateDecision.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"what": "keep"},
        {"what": "keep", "keep": "x", "asset": ["1"]},
        {"what": "keep", "cluster": ["1,,2"]},
        {"what": "keep", "keep": "9" * 30, "asset": ["1"]},
        {"what": "delete", "cluster": ["1,2"]},
    ],
)
def test_bad_forms_are_told(as_, twins, owner, form):
    twins(2)
    said = as_(owner).post("/duplicates/decide", form, headers=PART)
    assert said.status_code == 400
    assert said.content
    assert as_(owner).post("/duplicates/decide", form).status_code in {302, 400}


def test_the_panel_of_an_asset(as_, twins, owner, viewer, outsider):
    first, second = twins(2)
    page = as_(owner).get(f"/assets/{first.pk}/lookalikes").content.decode()
    assert f"Looks like #{second.pk}" in page
    assert "Not a duplicate" in page
    assert (
        "Not a duplicate" not in as_(viewer).get(f"/assets/{first.pk}/lookalikes").content.decode()
    )
    assert as_(outsider).get(f"/assets/{first.pk}/lookalikes").status_code == 404
    form = {"keep": second.pk, "asset": first.pk, "what": "dismiss"}
    assert as_(owner).post("/duplicates/decide", form, headers=PART).status_code == 200
    assert NotDuplicates.objects.count() == 1
    assert not as_(owner).get(f"/assets/{first.pk}/lookalikes").content.strip()


def test_without_scripts(as_, twins, owner):
    best, other = twins(2)
    form = {"keep": best.pk, "asset": [best.pk, other.pk], "what": "link"}
    assert as_(owner).post("/duplicates/decide", form)["Location"] == "/duplicates/"
    assert Relation.objects.count() == 1


def test_over_the_api(as_, twins, owner, viewer):
    best, other = twins(2)
    client = as_(owner)
    found = client.get("/api/v1/duplicates/").json()
    assert (found["total"], found["next_cursor"]) == (1, None)
    assert found["results"][0]["best"] == best.pk
    assert found["results"][0]["others"] == [other.pk]
    assert client.get("/api/v1/duplicates/?cursor=x").status_code == 400
    assert client.get("/api/v1/duplicates/?brand=nowhere").status_code == 404
    assert as_(viewer).get("/api/v1/duplicates/").status_code == 403
    wish = {"what": "keep", "keep": best.pk, "others": [other.pk]}

    def send(person, address: str, body: dict | None = None):
        return as_(person).post(address, body or {}, content_type="application/json")

    assert send(viewer, "/api/v1/duplicates/decide", wish).status_code == 403
    assert send(owner, "/api/v1/duplicates/decide", wish | {"keep": 10**6}).status_code == 400
    made = send(owner, "/api/v1/duplicates/decide", wish)
    assert made.status_code == 201
    assert Asset.objects.live().count() == 1
    address = f"/api/v1/duplicates/decisions/{made.json()['id']}/undo"
    assert send(viewer, address).status_code == 404
    assert send(owner, address).json()["undone_at"]
    assert send(owner, address).status_code == 409
    assert Asset.objects.live().count() == 2


def test_the_command_lists_and_finds(twins, capsys):
    import json

    from django.core.management import CommandError, call_command

    from search.models import Lookalike

    best, other = twins(2)
    call_command("duplicates", "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["clusters"], said["cut"]) == (1, False)
    assert said["shown"][0]["best"] == best.pk
    assert said["shown"][0]["others"] == [other.pk]
    Lookalike.objects.all().delete()
    call_command("duplicates")
    assert "0 groups" in capsys.readouterr().out
    call_command("duplicates", "--find")
    assert f"keep #{best.pk} (the largest" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no brand"):
        call_command("duplicates", "--brand", "nowhere")
