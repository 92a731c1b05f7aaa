"""Keywords of files: through the vocabulary, bounded, and never against a person's word."""

import pytest

from dam.actions import tags
from dam.actions.imported import MOST, clean_words, import_keywords
from dam.models import Facet, TagAssignment, Term

State, Source = TagAssignment.State, TagAssignment.Source


@pytest.fixture
def dog(db) -> Term:
    return Term.objects.update_or_create(
        facet=Facet.ANIMAL, name="dog", defaults={"synonyms": ["hound", "canine"]}
    )[0]


def said(asset) -> dict[str, tuple[str, str]]:
    return {tag.term.name: (tag.state, tag.source) for tag in asset.tags.select_related("term")}


def test_names_and_synonyms_of_any_facet_come_first(asset_factory, dog):
    asset = asset_factory()
    import_keywords(version=asset.current_version, names=["Dog", "HOUND", "Xanadu  palace"])
    assert said(asset) == {
        "dog": (State.ACCEPTED, Source.IMPORT),
        "xanadu palace": (State.ACCEPTED, Source.IMPORT),
    }
    assert Term.objects.get(name="xanadu palace").facet == Facet.KEYWORD


def test_a_free_keyword_of_the_same_name_gives_way_to_the_vocabulary(asset_factory, dog):
    Term.objects.create(facet=Facet.KEYWORD, name="hound")
    asset = asset_factory()
    import_keywords(version=asset.current_version, names=["hound"])
    assert asset.tags.get().term == dog


def test_doing_it_twice_changes_nothing(asset_factory, dog):
    asset = asset_factory()
    for _ in range(2):
        import_keywords(version=asset.current_version, names=["dog", "zyzzyva"])
    assert asset.tags.count() == 2
    assert Term.objects.filter(name="zyzzyva").count() == 1


def test_a_rejection_is_remembered(asset_factory, owner, dog):
    asset = asset_factory()
    tags.decide(asset=asset, term=dog, user=owner, state=State.REJECTED)
    import_keywords(version=asset.current_version, names=["dog"])
    assert said(asset)["dog"][0] == State.REJECTED


def test_a_machines_guess_becomes_sure(asset_factory, dog):
    asset = asset_factory()
    guess = tags.Judgement(dog.pk, 0.2, 0.5, State.SUGGESTED)
    tags.record_judgements(version=asset.current_version, model="m", judgements=[guess])
    import_keywords(version=asset.current_version, names=["dog"])
    assert said(asset)["dog"] == (State.ACCEPTED, Source.IMPORT)
    tags.record_judgements(version=asset.current_version, model="m", judgements=[])
    assert "dog" in said(asset)


def test_new_keywords_lie_below_their_broader_ones(asset_factory, dog):
    asset = asset_factory()
    paths = [("Animal kingdom", "Dog", "Borzoi puppy"), ("zloop", "zring"), ("zring", "zloop")]
    import_keywords(
        version=asset.current_version, names=["borzoi puppy", "zring", "zloop"], paths=paths
    )
    puppy = Term.objects.get(name="borzoi puppy")
    assert puppy.parent == dog
    dog.refresh_from_db()
    assert dog.parent is None or dog.parent.name != "animal kingdom"  # it keeps its place
    assert "dog" not in said(asset)  # what is broader is found by the hierarchy
    ring, loop = Term.objects.get(name="zring"), Term.objects.get(name="zloop")
    assert {ring.parent, loop.parent} == {None, loop} or {ring.parent, loop.parent} == {None, ring}


def test_a_hundred_thousand_words_are_bounded(asset_factory, django_assert_max_num_queries):
    asset = asset_factory()
    before = Term.objects.count()
    with django_assert_max_num_queries(20):
        import_keywords(version=asset.current_version, names=(f"word {n}" for n in range(100_000)))
    assert asset.tags.count() == MOST
    assert Term.objects.count() == before + MOST


def test_words_are_cleaned():
    odd = ["  A\tB ", "a b", "", "x" * 121, "line\r\nbreak", "\0\x07", "na\u202eme"]
    assert clean_words(odd) == ["a b", "line break", "name"]


def test_of_too_many_words_the_last_are_left_out_with_their_paths(asset_factory):
    version = asset_factory().current_version
    names = [f"word {n}" for n in range(150)]
    import_keywords(version=version, names=names, paths=[("Cities", "word 149"), ("a", "word 1")])
    assert TagAssignment.objects.count() == 100
    assert Term.objects.get(name="word 1").parent.name == "a"
    assert not Term.objects.filter(name="cities").exists()
