"""What recipes may ask of a version: from its file, its pixels, and what was said of it."""

import pytest

from dam.actions.library import categorise
from dam.actions.tags import import_tags
from dam.models import Facts
from processing.models import Source, SourceFile
from processing.recipes.facts import FACTS
from processing.rendering.facts import facts_of, shape_facts

pytestmark = pytest.mark.django_db


def test_only_facts_that_are_in_the_list(asset_factory):
    told = facts_of(asset_factory().current_version)
    assert told.keys() <= FACTS.keys()
    kinds = {"text": str, "number": (int, float), "yes or no": bool, "list": list}
    assert all(isinstance(value, kinds[FACTS[name].kind]) for name, value in told.items())


def test_of_the_file(asset_factory):
    asset = asset_factory(width=3000, height=2000)
    told = facts_of(asset.current_version)
    assert told["megapixels"] == 6.0
    assert told["aspect"] == 1.5
    assert told["orientation"] == "landscape"
    assert told["format"] == "jpeg"
    assert told["brand"] == asset.brand.slug


def test_of_the_pixels_where_they_were_measured(asset_factory):
    version = asset_factory().current_version
    Facts.objects.filter(version=version).delete()
    assert "brightness" not in facts_of(version)
    Facts.objects.create(
        version=version,
        orientation="square",
        brightness=0.4,
        contrast=0.2,
        highlights=0.9,
        colourfulness=30,
        sharpness=None,
        noise=2,
        clipped_dark=0,
        clipped_light=0.25,
        overexposure=0,
    )
    told = facts_of(version)
    assert (told["brightness"], told["clipped_light"]) == (0.4, 0.25)
    assert "sharpness" not in told, "there was no edge to judge by"


def test_what_was_said(asset_factory, owner, brand):
    asset = asset_factory()
    import_tags(asset=asset, user=owner, names=["linen", "chair"])
    categorise(asset=asset, user=owner, category="real-estate")
    told = facts_of(asset.current_version)
    assert told["category"] == "real-estate"
    assert told["tags"] == ["chair", "linen"]
    assert told["source"] == ""


def test_the_source_that_brought_it(asset_factory, admin_user, brand):
    asset = asset_factory()
    source = Source.objects.create(name="Studio 2", kind="folder", brand=brand, bringer=admin_user)
    SourceFile.objects.create(
        source=source, key="a.jpg", key_hash="0", size=1, state="taken", asset=asset
    )
    assert facts_of(asset.current_version)["source"] == "Studio 2"


@pytest.mark.parametrize(
    ("size", "orientation"),
    [
        ((100, 100), "square"),
        ((102, 100), "square"),
        ((103, 100), "landscape"),
        ((2, 3), "portrait"),
    ],
)
def test_shapes(size, orientation):
    assert shape_facts(*size)["orientation"] == orientation
