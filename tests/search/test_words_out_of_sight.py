"""Free keywords are whatever people's files say: known to those who see a file that says so."""

import pytest
from django.test import Client

from dam.actions import tags
from dam.models import Asset, Facet, Term
from search.filters import narrowed
from search.language import parse

WORD = "project bluebird"


@pytest.fixture
def secret(ingest, owner) -> Asset:
    """A picture that only its owner and reviewers see, with a free keyword."""
    asset = ingest(name="plan.jpg").asset
    tags.import_tags(asset=asset, user=owner, names=[WORD])
    return asset


@pytest.fixture
def word(secret) -> Term:
    return Term.objects.get(facet=Facet.KEYWORD, name=WORD)


@pytest.fixture
def ocean(db) -> Term:
    return Term.objects.get_or_create(facet=Facet.SCENE, name="ocean")[0]


@pytest.fixture
def asking():
    def of(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return of


def knows(user) -> bool:
    return Term.objects.visible_to(user).filter(name=WORD).exists()


def test_who_knows_a_keyword(word, secret, owner, teammate, viewer, reviewer, admin_user, outsider):
    assert [knows(who) for who in (owner, reviewer, admin_user)] == [True] * 3
    assert [knows(who) for who in (teammate, viewer, outsider)] == [False] * 3
    secret.versions.update(state="approved")
    assert [knows(who) for who in (teammate, viewer, outsider)] == [True, True, False]
    Asset.objects.filter(pk=secret.pk).update(restricted=True)
    assert [knows(who) for who in (owner, viewer)] == [True, False]


def test_who_wrote_a_word_keeps_knowing_it(word, secret, owner, ocean):
    tags.decide(asset=secret, term=word, user=owner, state="accepted")
    Asset.objects.filter(pk=secret.pk).update(deleted_at=secret.created_at)
    assert knows(owner)


def test_governed_words_are_for_every_role_and_no_word_for_none(ocean, word, person, outsider):
    nobody = person("norole")
    assert ocean in Term.objects.visible_to(outsider)
    assert not Term.objects.visible_to(nobody).exists()


def test_no_page_offers_a_word_that_is_out_of_sight(word, ocean, asking, owner, viewer, person):
    offered = {"terms": [{"name": WORD, "facet": "Keyword"}]}
    assert asking(owner).get("/terms?q=bluebird").json() == offered
    for who in (viewer, person("norole")):
        assert asking(who).get("/terms?q=bluebird").json() == {"terms": []}
        assert asking(who).get("/api/v1/terms/?q=bluebird").json()["results"] == []
        assert asking(who).get(f"/api/v1/terms/{word.pk}").status_code == 404
    assert asking(owner).get(f"/api/v1/terms/{word.pk}").json()["name"] == WORD
    assert asking(viewer).get(f"/api/v1/terms/{ocean.pk}").status_code == 200


def test_a_word_is_not_told_by_putting_its_number_on_a_picture(word, ingest, teammate, asking):
    mine = ingest(name="mine.jpg", user=teammate).asset
    client = asking(teammate)
    api = f"/api/v1/assets/{mine.pk}/tags/"
    said = client.post(api, {"term": word.pk}, content_type="application/json")
    assert said.status_code == 404
    assert WORD not in said.content.decode()
    bulk = {"ids": [mine.pk], "action": "tag", "term": word.pk}
    many = client.post("/api/v1/assets/bulk", bulk, content_type="application/json")
    assert WORD not in many.content.decode()
    page = client.post(f"/assets/{mine.pk}/tags", {"term": word.pk})
    assert page.status_code == 404
    assert not mine.tags.exists()


def test_search_says_the_same_of_a_word_unseen_and_a_word_unknown(word, viewer, owner):
    assert narrowed(parse(f'tag:"{WORD}"'), owner)[1] == []
    unseen, unknown = (narrowed(parse(f'tag:"{said}"'), viewer) for said in (WORD, "xyzzy"))
    assert unseen[1] == [f"No tag is called “{WORD}”."]
    assert unknown[1] == ["No tag is called “xyzzy”."]


def test_a_broader_word_is_known_by_what_is_below_it(word, owner, viewer, secret):
    above = Term.objects.create(facet=Facet.KEYWORD, name="projects")
    Term.objects.filter(pk=word.pk).update(parent=above)
    found, problems = narrowed(parse("tag:projects"), owner)
    assert (list(found), problems) == ([secret], [])
    assert narrowed(parse("tag:projects"), viewer)[1] == ["No tag is called “projects”."]


def test_a_hidden_word_does_not_stand_before_a_facet(secret, owner, viewer, asset_factory):
    tags.import_tags(asset=secret, user=owner, names=["scene"])
    shown = asset_factory("sea")
    term = Term.objects.get_or_create(facet=Facet.SCENE, name="ocean")[0]
    tags.decide(asset=shown, term=term, user=owner, state="accepted")
    found, problems = narrowed(parse("tag:scene"), viewer)
    assert (list(found), problems) == ([shown], [])
