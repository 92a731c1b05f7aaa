"""Facets: what is counted, for whom, and at what cost."""

import pytest

from dam.models import Facts, PaletteColour
from search import facets
from search.language import parse

pytestmark = pytest.mark.django_db


def counted(text="", user=None):
    """Return {group: {label: count}}."""
    return {
        group.name: {value.label: value.count for value in group.values}
        for group in facets.counts(parse(text), user)
    }


@pytest.fixture
def library(asset_factory, tag, term, model):
    dog = term("hound", facet="animal", parent=term("beast", facet="animal"))
    for number in range(4):
        asset = asset_factory(
            media_type="image/png" if number == 0 else "image/jpeg",
            state="in_review" if number == 1 else "approved",
            camera="Canon R5" if number < 2 else "",
        )
        Facts.objects.create(
            version=asset.current_version,
            orientation="portrait" if number < 3 else "landscape",
            brightness=0.5,
            contrast=0.5,
            highlights=0,
            colourfulness=0.5,
            sharpness=0.5,
            noise=0,
            clipped_dark=0,
            clipped_light=0,
            overexposure=0,
        )
        PaletteColour.objects.create(
            version=asset.current_version,
            position=0,
            hex="#d32f2f",
            lightness=0.555,
            a=0.178,
            b=0.094,
            fraction=0.3,
        )
        if number < 3:
            tag(asset, dog, state="accepted" if number < 2 else "suggested")


def test_everything_is_counted(library, brand):
    found = counted()
    assert found["tag-animal"] == {"hound": 2, "beast": 2}
    assert found["orientation"] == {"Portrait": 3, "Landscape": 1}
    assert found["type"] == {"JPEG": 3, "PNG": 1}
    assert found["state"] == {"Approved": 3, "In review": 1}
    assert found["brand"] == {brand.name: 4}
    assert found["camera"] == {"Canon R5": 2}
    assert found["colour"] == {"Red": 4}
    assert sum(found["year"].values()) == 4


def test_counts_are_of_the_query_and_its_tokens_select_them(library):
    for group in facets.counts(parse("orientation:portrait"), None):
        for value in group.values:
            narrowed = parse(f"orientation:portrait {value.token}")
            assert not narrowed.problems
            again = {
                one.token: one.count for g in facets.counts(narrowed, None) for one in g.values
            }
            assert again[value.token] == value.count, value


def test_what_is_chosen_is_marked(library):
    groups = {group.name: group for group in facets.counts(parse("type:png"), None)}
    assert [(value.label, value.active) for value in groups["type"].values] == [("PNG", True)]
    assert not any(value.active for value in groups["orientation"].values)


def test_a_viewer_is_not_told_of_what_is_hidden(
    library, asset_factory, other_brand, viewer, tag, term
):
    hidden = asset_factory(brand=other_brand, camera="Secret cam")
    tag(hidden, term("unicorn", facet="animal"))
    found = counted("", viewer)
    assert found["state"] == {"Approved": 3}
    assert found["camera"] == {"Canon R5": 1}
    assert found["tag-animal"] == {"hound": 1, "beast": 1}
    assert set(found["brand"]) == {"House"}
    assert counted("", None)["tag-animal"]["unicorn"] == 1


def test_an_outsider_is_told_nothing(library, outsider):
    assert counted("", outsider) == {}


def test_of_a_text_the_good_matches_are_counted(library, asset_factory, mean):
    for _ in range(2):
        mean(asset_factory("x", media_type="image/webp"), "red boat", blur=0.1)
    for number in range(20):
        mean(asset_factory("y"), f"thing{number}")
    assert counted("red boat")["type"] == {"WebP": 2}


def test_many_results_are_sampled_and_said_to_be(library, asset_factory, monkeypatch):
    for _ in range(36):
        asset_factory()
    monkeypatch.setattr(facets, "SAMPLE", 10)
    groups = {group.name: group for group in facets.counts(parse(""), None)}
    assert groups["brand"].estimated
    assert 30 <= groups["brand"].values[0].count <= 50


def test_the_number_of_queries_does_not_grow(library, asset_factory, django_assert_max_num_queries):
    for _ in range(30):
        asset_factory()
    with django_assert_max_num_queries(6):
        facets.counts(parse(""), None)
