"""The preview of a brand's rules: counts that agree with the checks of processing."""

import numpy as np
import pytest

from dam import compliance
from dam.colour import hex_to_oklab, to_hex
from dam.models import BrandProfileVersion, PaletteColour, Version


@pytest.fixture
def rules(brand):
    """Make an unsaved set of rules that lets everything through but for what is named."""

    def make(**changes) -> BrandProfileVersion:
        free = {"min_width": 0, "min_height": 0, "palette": []}
        return BrandProfileVersion(brand=brand, number=0, **free | changes)

    return make


def paint(version: Version, *colours: tuple[str, float]) -> None:
    for position, (hex_, fraction) in enumerate(colours):
        lightness, a, b = hex_to_oklab(hex_)
        PaletteColour.objects.create(
            version=version, position=position, hex=hex_, fraction=fraction,
            lightness=lightness, a=a, b=b,
        )  # fmt: skip


def counts(result) -> dict[str, int]:
    return {failure.rule: failure.count for failure in result.failures}


def test_no_pictures_comply_with_anything(brand, rules):
    result = compliance.check(brand, rules())
    assert (result.total, result.passing, result.failures, result.share) == (0, 0, [], 1.0)


def test_each_rule_is_counted_and_a_picture_fails_once(brand, rules, asset_factory):
    asset_factory(width=400, height=300, media_type="image/png")
    asset_factory(width=400, height=900)
    asset_factory(width=1600, height=1200)
    result = compliance.check(brand, rules(min_width=640, min_height=480, formats=["JPEG"]))
    assert (result.total, result.passing, result.failing) == (3, 1, 2)
    assert counts(result) == {"size": 2, "format": 1}
    assert [failure.rule for failure in result.failures] == ["size", "format"]
    assert len(result.failures[0].examples) == 2


def test_unknown_colour_spaces_pass_only_where_all_are_allowed(brand, rules, asset_factory):
    odd = asset_factory()
    Version.objects.filter(pk=odd.current_version_id).update(colour_space="Apple RGB")
    unknown = asset_factory()
    Version.objects.filter(pk=unknown.current_version_id).update(colour_space="")
    assert compliance.check(brand, rules()).passing == 2
    assert counts(compliance.check(brand, rules(colour_spaces=["sRGB"]))) == {"colour_space": 1}


def test_other_brands_the_bin_and_the_refused_are_left_out(
    brand, other_brand, rules, asset_factory
):
    asset_factory(brand=other_brand)
    asset_factory(state="refused")
    binned = asset_factory()
    type(binned).objects.filter(pk=binned.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert compliance.check(brand, rules()).total == 0


def test_greys_go_with_every_palette(brand, rules, asset_factory):
    paint(asset_factory().current_version, ("#808080", 0.7), ("#101010", 0.3))
    paint(asset_factory().current_version, ("#d32f2f", 0.2), ("#808080", 0.8))
    paint(asset_factory().current_version, ("#1e6fd0", 0.2), ("#808080", 0.8))
    asset_factory()  # not measured yet
    result = compliance.check(brand, rules(palette=["#1e6fd0"], palette_tolerance=0.1))
    assert (result.total, counts(result)) == (4, {"palette": 1})


def test_the_palette_is_judged_as_processing_judges_it(brand, rules, asset_factory):
    from processing.measures.checks import palette_share
    from processing.measures.palette import Swatch

    random = np.random.default_rng(5)
    palette, tolerance, expected = ["#1e6fd0", "#e8b04b"], 0.14, 0
    for _ in range(40):
        version = asset_factory().current_version
        fractions = random.dirichlet(np.ones(4))
        colours = [(to_hex(random.integers(0, 256, 3)), float(f)) for f in fractions]
        paint(version, *colours)
        swatches = [
            Swatch(hex=c.hex, l=c.lightness, a=c.a, b=c.b, fraction=c.fraction)
            for c in version.palette.all()
        ]
        share = palette_share(swatches, [hex_to_oklab(c) for c in palette], tolerance)
        expected += share is not None and share < compliance.ON_PALETTE
    result = compliance.check(brand, rules(palette=palette, palette_tolerance=tolerance))
    assert 0 < expected < 40
    assert counts(result) == {"palette": expected}


def test_the_cost_does_not_grow_with_the_library(
    brand, rules, asset_factory, django_assert_max_num_queries, monkeypatch
):
    for _ in range(12):
        asset_factory(width=100, height=100)
    draft = rules(min_width=640, formats=["PNG"], palette=["#d32f2f"])
    with django_assert_max_num_queries(5):
        compliance.check(brand, draft)
    monkeypatch.setattr(compliance, "LOOKED_AT", 10)
    assert compliance.check(brand, draft).total == 10
