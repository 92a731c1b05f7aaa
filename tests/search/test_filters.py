"""Each field of the language against the library, and filters that survive the index."""

from datetime import UTC, datetime

import numpy as np
import pytest

from dam.models import Collection, CollectionItem, Facts, PaletteColour, Version
from search import nearest
from search.filters import narrowed
from search.language import parse

pytestmark = pytest.mark.django_db


def titles(text, user=None):
    assets, _ = narrowed(parse(text), user)
    return {asset.title for asset in assets}


def problems(text, user=None):
    return narrowed(parse(text), user)[1]


def test_tags_with_narrower_ones_and_synonyms(asset_factory, tag, term):
    animal = term("beast", facet="animal")
    dog = term("hound", facet="animal", parent=animal, synonyms=["mutt"])
    setter = term("red setter", facet="animal", parent=dog)
    tag(asset_factory("Setter"), setter)
    tag(asset_factory("Hound"), dog)
    tag(asset_factory("Rejected"), dog, state="rejected")
    asset_factory("Plain")
    assert titles("tag:beast") == titles("tag:mutt") == {"Setter", "Hound"}
    assert titles('tag:"red setter"') == {"Setter"}
    assert titles('tag:beast -tag:"red setter"') == {"Hound"}
    assert titles('tag:hound tag:"red setter"') == {"Setter"}


def test_the_name_of_a_group_of_tags_means_all_of_them(asset_factory, term, tag):
    tag(asset_factory("Soup"), term("soup", facet="food"))
    tag(asset_factory("Hound"), term("dog", facet="animal"))
    assert titles("tag:food") == titles("tag:Food") == {"Soup"}
    term("food", facet="keyword")
    assert titles("tag:food") == set(), "a term of that name comes first"


def test_unknown_names_find_nothing_and_say_so(asset_factory):
    asset_factory("Plain")
    for text, sentence in (
        ("tag:unheard", "No tag is called “unheard”."),
        ("brand:unheard", "No brand is called “unheard”."),
        ("collection:unheard", "No collection is called “unheard”."),
    ):
        assert titles(text) == set()
        assert problems(text) == [sentence]


def test_colours_go_by_nearness_and_share(asset_factory):
    from dam.colour import hex_to_oklab

    for title, colour, share in (
        ("Red", "#d53530", 0.4),
        ("Speck", "#d53530", 0.01),
        ("Blue", "#2a5bd0", 0.5),
    ):
        lightness, a, b = hex_to_oklab(colour)
        PaletteColour.objects.create(
            version=asset_factory(title).current_version,
            position=0,
            hex=colour,
            lightness=lightness,
            a=a,
            b=b,
            fraction=share,
        )
    assert titles("color:#d33") == titles("colour:red") == {"Red"}
    assert titles("-color:#d33") == {"Speck", "Blue"}


def test_facts_of_the_file(asset_factory):
    tall = asset_factory("Tall", media_type="image/png", camera="Canon EOS R5")
    wide = asset_factory("Wide")
    for asset, way in ((tall, "portrait"), (wide, "landscape")):
        Facts.objects.create(
            version=asset.current_version,
            orientation=way,
            brightness=0.5,
            contrast=0.5,
            colourfulness=0.5,
            sharpness=0.5,
            noise=0,
            highlights=0,
            overexposure=0,
            clipped_dark=0,
            clipped_light=0,
        )
    assert (
        titles("orientation:portrait") == titles("type:png") == titles("camera:canon") == {"Tall"}
    )
    assert titles("-orientation:portrait") == titles("-type:png") == {"Wide"}
    assert titles("type:png type:jpeg") == {"Tall", "Wide"}


def test_dates_of_taking_or_else_of_arrival(asset_factory):
    old = asset_factory("Old")
    taken = datetime(2019, 5, 31, 23, tzinfo=UTC)
    Version.objects.filter(pk=old.current_version_id).update(captured_at=taken)
    asset_factory("New")
    assert titles("before:2019-06-01") == titles("year:2019") == {"Old"}
    assert titles("before:2019-05-31") == set()
    assert titles("after:2019-06-01") == {"New"}
    assert titles("after:2019-05-31 before:2020") == {"Old"}


def test_states(asset_factory):
    asset_factory("Fine")
    asset_factory("Waiting", state="in_review")
    asset_factory("Broken", state="refused")
    assert titles("state:in_review") == {"Waiting"}
    assert titles("") == {"Fine", "Waiting"}
    assert titles("state:refused") == {"Broken"}


def test_phrases_are_exact_and_words_can_be_kept_out(asset_factory):
    asset_factory("Old town hall")
    asset_factory("Town, old hall")
    asset_factory("To be or not to be")
    assert titles('"old town"') == {"Old town hall"}
    assert titles('"to be"') == {"To be or not to be"}
    assert titles('"towns"') == set()
    assert titles("-halls") == {"To be or not to be"}
    assert titles('-"old town"') == {"Town, old hall", "To be or not to be"}


def test_brands_and_collections(asset_factory, other_brand, owner, viewer):
    ours, theirs = asset_factory("Ours"), asset_factory("Theirs", brand=other_brand)
    collection = Collection.objects.create(name="Summer", owner=owner)
    for asset in (ours, theirs):
        CollectionItem.objects.create(collection=collection, asset=asset, added_by=owner)
    assert titles("brand:other") == {"Theirs"}
    assert (
        titles("collection:summer") == titles(f"collection:{collection.pk}") == {"Ours", "Theirs"}
    )
    assert titles("collection:summer", viewer) == {"Ours"}
    assert titles("brand:other", viewer) == set()
    # Whether a brand that one may not see exists is not told.
    assert problems("brand:other", viewer) == ["No brand is called “other”."]


@pytest.fixture
def crowd(asset_factory, model):
    """Three hundred embedded assets, of which each tenth is a PNG."""
    from processing.encoders import ImageEmbedding, unit_rows
    from search.embedding import write

    random = np.random.default_rng(1)
    assets = [
        asset_factory(media_type="image/png" if number % 10 == 0 else "image/jpeg")
        for number in range(300)
    ]
    rows = unit_rows(random.normal(size=(300, model.dimensions)))
    write(model, [a.current_version_id for a in assets], [ImageEmbedding(row) for row in rows])
    return rows


@pytest.mark.parametrize("exact_up_to", [5, 7_000])
@pytest.mark.parametrize(("text", "size"), [("", 300), ("type:png", 30)])
def test_filters_survive_the_index(crowd, model, monkeypatch, exact_up_to, text, size):
    from django.db import connection

    monkeypatch.setattr(nearest, "EXACT_UP_TO", exact_up_to)
    assets, _ = narrowed(parse(text), None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    wanted = set(assets.values_list("pk", flat=True))
    for query in crowd[:10]:
        found = nearest.nearest(model, query, assets, 20, narrow=bool(text))
        exact = nearest.exactly(model, query, assets, 20)
        assert len(found) == 20
        assert {pk for pk, _ in found} <= wanted
        common = {pk for pk, _ in found} & {pk for pk, _ in exact}
        assert len(common) >= 19


def test_the_plan_uses_the_index_and_goes_on_under_a_filter(crowd, model):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assets, _ = narrowed(parse("type:png"), None)
    with CaptureQueriesContext(connection) as queries:
        found = nearest.by_index(model, crowd[0], assets, 25)
    assert len(found) == 25
    told = " ".join(query["sql"] for query in queries.captured_queries)
    assert "hnsw.iterative_scan" in told
    assert f"::halfvec({model.dimensions})" in told
