"""The order of answers, who may find what, and pages that fit together."""

import pytest

from dam.models import Asset
from search.language import parse
from search.ranking import BadCursor, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def boats(asset_factory, mean):
    """Thirty pictures of all sorts, of which three are of a red boat, from clear to vague."""
    for number in range(27):
        mean(asset_factory(f"Other {number}"), f"thing{number} place{number}")
    for title, blur in (("Clear", 0.2), ("Fair", 1.0), ("Vague", 1.6)):
        mean(asset_factory(title), "red boat", blur=blur)


def test_by_meaning_the_clearest_comes_first(boats, find):
    assert find("red boat", limit=3) == ["Clear", "Fair", "Vague"]


def test_scores_tell_good_matches_from_weak_ones(boats):
    hits = search(parse("red boat"), None, limit=30).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert not hits[0].weak
    assert hits[0].score > 0.6
    assert all(hit.weak for hit in hits[5:])


def test_a_query_for_something_else_finds_only_weak_matches(boats):
    assert all(hit.weak for hit in search(parse("green mountain"), None, limit=30).hits)


def test_words_in_the_title_beat_a_vague_look(boats, asset_factory, mean):
    named = mean(asset_factory("Regatta at dawn"), "nothing of the kind")
    best = search(parse("regatta"), None, limit=1).hits[0]
    assert best.asset == named
    assert best.why[0] == "word in the title: regatta"


def test_words_are_found_in_any_form_and_without_accents(asset_factory, find, model):
    asset_factory("Cafés on the square")
    assert find("cafe") == ["Cafés on the square"]


def test_words_find_what_has_not_been_embedded_yet(asset_factory, find, model):
    asset_factory("Fresh harbour")
    assert find("harbour") == ["Fresh harbour"]


def test_accepted_tags_are_words_and_rejected_ones_are_not(asset_factory, tag, term, find, model):
    boat = term("dinghy", synonyms=["rowing boat"])
    tag(asset_factory("Yes"), boat)
    tag(asset_factory("No"), boat, state="rejected")
    tag(asset_factory("Maybe"), boat, state="suggested", by=None)
    assert find("dinghy") == ["Yes"]
    hit = search(parse("rowing"), None, limit=5).hits[0]
    assert "tag: dinghy" in hit.why


def test_what_is_written_later_is_found(asset_factory, tag, term, find, model):
    asset = asset_factory("Before")
    said = tag(asset, term("pier"))
    Asset.objects.filter(pk=asset.pk).update(title="Quay wall", description="With gulls")
    assert find("quay") == ["Quay wall"]
    assert find("gull") == ["Quay wall"]
    assert find("pier") == ["Quay wall"]
    said.term.name = "jetty"
    said.term.save()
    assert find("jetty") == ["Quay wall"]
    said.delete()
    assert find("jetty") == []


def test_concepts_say_why(asset_factory, mean, boats):
    mean(asset_factory("Named"), "blue bus", concepts=[("minibus", 0.7), ("cab", 0.01)])
    hit = search(parse("blue bus"), None, limit=1).hits[0]
    assert hit.why == ["looks like: minibus"]


def test_a_viewer_finds_only_what_is_approved(
    asset_factory, mean, viewer, reviewer, outsider, owner, teammate
):
    mean(asset_factory("Open"), "red boat")
    mean(asset_factory("Doubtful", state="in_review"), "red boat")
    mean(asset_factory("Turned down", state="rejected"), "red boat")
    mean(asset_factory("Refused", state="refused"), "red boat")

    def found(user):
        return {hit.asset.title for hit in search(parse("red boat"), user, limit=9).hits}

    assert found(viewer) == {"Open"}
    assert found(teammate) == {"Open"}
    assert found(owner) == {"Open", "Doubtful", "Turned down"}
    assert found(reviewer) == {"Open", "Doubtful", "Turned down"}
    assert found(outsider) == set()
    assert found(None) == {"Open", "Doubtful", "Turned down"}


@pytest.mark.parametrize("text", ["", "boat", "tag:boat", '"secret boat"', "state:approved"])
def test_another_brands_assets_are_not_found_in_any_way(
    text, asset_factory, mean, other_brand, tag, term, viewer
):
    hidden = mean(asset_factory("Secret boat", brand=other_brand), "boat")
    tag(hidden, term("boat"))
    assert search(parse(text), None, limit=9).hits
    page = search(parse(text), viewer, limit=9)
    assert page.hits == []
    assert not page.total


def test_binned_assets_are_gone(asset_factory, mean, find):
    from django.utils import timezone

    asset = mean(asset_factory("Gone"), "red boat")
    Asset.objects.filter(pk=asset.pk).update(deleted_at=timezone.now())
    assert find("red boat") == find("") == []


def test_newest_first_pages_fit_together_while_pictures_arrive(asset_factory, model):
    made = [asset_factory() for _ in range(7)]
    first = search(parse(""), None, limit=3)
    asset_factory("Late")
    second = search(parse(""), None, limit=3, cursor=first.next_cursor)
    third = search(parse(""), None, limit=3, cursor=second.next_cursor)
    seen = [hit.asset for page in (first, second, third) for hit in page.hits]
    assert seen == made[::-1]
    assert third.next_cursor is None
    assert (first.total, second.total) == (7, 8)


def test_ranked_pages_fit_together(boats):
    whole = [hit.asset.pk for hit in search(parse("red boat"), None, limit=30).hits]
    paged, cursor = [], None
    while True:
        page = search(parse("red boat"), None, limit=4, cursor=cursor)
        paged += [hit.asset.pk for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    assert len(set(paged)) == 30


def test_cursors_are_ours_and_of_this_query(asset_factory, model):
    for _ in range(3):
        asset_factory()
    cursor = search(parse(""), None, limit=1).next_cursor
    with pytest.raises(BadCursor, match="another search"):
        search(parse("type:jpeg"), None, limit=1, cursor=cursor)
    with pytest.raises(BadCursor, match="damaged"):
        search(parse(""), None, limit=1, cursor=cursor[:-2] + "xx")


def test_no_limit_below_one(model):
    with pytest.raises(ValueError, match="at least 1"):
        search(parse("x"), None, limit=0)


def test_without_weights_words_still_find(settings, asset_factory, tmp_path):
    settings.LOUPE_ENCODER, settings.MODELS_DIR = "concepts", tmp_path / "empty"
    asset_factory("Lonely pier")
    page = search(parse("pier"), None, limit=5)
    assert [hit.asset.title for hit in page.hits] == ["Lonely pier"]
    assert "Only words were searched" in page.problems[0]


def test_times_are_told(boats):
    page = search(parse("red boat"), None, limit=5)
    assert 0 < page.db_ms <= page.took_ms


def test_a_query_that_names_a_term_goes_by_its_tags(asset_factory, mean, tag, term, boats):
    beast = term("gryphon", facet="animal")
    young = term("gryphon chick", facet="animal", parent=beast)
    maybe = mean(asset_factory("Maybe"), "something else")
    tag(maybe, young, state="suggested", by=None, confidence=0.7)
    alike = mean(asset_factory("Alike"), "gryphons", blur=0.1)
    tag(alike, beast, state="rejected")
    hits = {hit.asset: hit for hit in search(parse("gryphons"), None, limit=40).hits}
    assert hits[maybe].score == pytest.approx(0.7, abs=0.01)
    assert "suggested tag: gryphon chick" in hits[maybe].why
    # A person said that it is none: looking like one does not help.
    assert hits[alike].weak
