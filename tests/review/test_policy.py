"""Routing: what is doubtful, in words; and that the machine never overrules a person."""

import pytest
from django.core.cache import caches

from dam.actions import tags as tagging
from dam.actions.brands import change_rules
from dam.actions.versions import restore, settle
from dam.models import BrandProfileVersion, Facts, PaletteColour, TagAssignment, Term, Version
from review.actions import decide, route, undo
from review.bar import Bar, bar_of
from review.checks import rules_for
from review.models import ReviewItem
from review.policy import Said, doubts_of, tagging_doubts
from tests.conftest import picture_bytes

GOOD = {
    "orientation": "landscape",
    "brightness": 0.55,
    "contrast": 0.2,
    "highlights": 0.95,
    "colourfulness": 40.0,
    "sharpness": 0.75,
    "noise": 2.0,
    "clipped_dark": 0.01,
    "clipped_light": 0.01,
    "overexposure": 0.0,
}


@pytest.fixture(autouse=True)
def _no_memory():
    """What is kept for a while is not kept from test to test."""
    caches["kept"].clear()


@pytest.fixture
def picture(asset_factory):
    """Make a version that has just been measured and tagged."""

    def make(*, tags: dict[str, float] | None = None, facts: dict | None = None, **fields):
        asset = asset_factory(state=fields.pop("state", "processing"), **fields)
        version = asset.current_version
        Facts.objects.create(version=version, **(GOOD | (facts or {})))
        for name, confidence in ({"horse": 0.93} if tags is None else tags).items():
            term, _ = Term.objects.get_or_create(facet="animal", name=name)
            TagAssignment.objects.create(
                asset=asset,
                term=term,
                version=version,
                source="model",
                state="accepted" if confidence >= 0.8 else "suggested",
                model="test",
                confidence=confidence,
            )
        return version

    return make


def state_of(version: Version) -> tuple[str, str]:
    version.refresh_from_db()
    return version.state, version.state_reason


def item_of(version: Version) -> ReviewItem:
    return ReviewItem.objects.get(version=version, state="open")


def test_what_passes_is_approved_and_says_so(picture):
    version = picture(tags={"horse": 0.93, "dog": 0.5})
    assert route(version=version) is None
    state, reason = state_of(version)
    assert state == "approved"
    assert reason == "Passed every check; the surest tag is “horse” at 0.93."
    assert not ReviewItem.objects.exists()


def test_a_doubt_about_the_picture_asks_a_person_with_figures(picture):
    version = picture(width=300, height=200, facts={"sharpness": 0.1})
    item = route(version=version)
    assert state_of(version)[0] == "in_review"
    findings = {finding.code: finding for finding in item.findings.all()}
    assert set(findings) == {"too_small", "blurred"}
    assert "300 × 200 pixels" in findings["too_small"].sentence
    assert findings["blurred"].measured == 0.1
    assert findings["blurred"].threshold > 0.1
    assert 0.5 < findings["blurred"].confidence <= 1
    assert findings["blurred"].sentence in state_of(version)[1]


def test_one_item_holds_all_findings(picture):
    version = picture(tags={"horse": 0.5}, facts={"noise": 40.0}, width=100, height=100)
    route(version=version)
    assert item_of(version).findings.count() == 3


def test_tags_that_are_unsure_as_a_whole_ask_a_person(picture):
    picture()
    version = picture(tags={"horse": 0.45, "dog": 0.41})
    route(version=version)
    (finding,) = item_of(version).findings.all()
    assert finding.code == "tags_unsure"
    assert finding.sentence == (
        "Tags are unsure: the surest is “horse” at 0.45; "
        "nine in ten pictures here have one above 0.50."
    )
    assert (finding.measured, finding.threshold) == (0.45, 0.5)


def test_nothing_to_say_is_a_doubt_but_not_in_a_library_without_a_tagger(picture):
    silent = picture(tags={})
    route(version=silent)
    assert state_of(silent)[0] == "approved"
    picture()
    silent = picture(tags={})
    route(version=silent)
    assert item_of(silent).findings.get().code == "tags_silent"


def test_a_persons_tag_ends_the_doubt_about_tags(picture, owner):
    version = picture(tags={"horse": 0.5})
    term = Term.objects.get(name="horse")
    tagging.decide(asset=version.asset, term=term, user=owner, state="accepted")
    route(version=version)
    assert state_of(version) == ("approved", "Passed every check; its tags are people's.")


@pytest.mark.parametrize(
    ("confidence", "bar", "doubted"),
    [
        (0.40, 0.5, True),
        (0.50, 0.5, True),
        (0.51, 0.5, False),
        (0.79, 0.8, True),
        (0.80, 0.8, False),  # accepted unasked: never doubted
        (0.90, 0.95, False),
    ],
)
def test_the_bar_and_the_brands_band(confidence, bar, doubted):
    said = Said(1, "horse", confidence, by_person=False)
    rules = BrandProfileVersion(auto_accept=0.8, drop=0.35)
    assert bool(tagging_doubts(said, rules, Bar(bar))) is doubted


def test_a_young_library_is_asked_about_few_of_what_is_silent(picture, monkeypatch):
    monkeypatch.undo()
    bar = bar_of(picture().asset.brand.rules)
    rules = BrandProfileVersion(auto_accept=0.8, drop=0.35)
    assert tagging_doubts(Said(1, "horse", 0.36, by_person=False), rules, bar) == []
    asked = sum(bar.asks_about_silent(pk) for pk in range(1_000))
    assert 300 < asked < 500


def test_in_a_large_enough_library_the_least_sure_tenth_is_doubted(picture, monkeypatch):
    monkeypatch.setattr("review.bar.ENOUGH", 20)
    versions = [picture(tags={"horse": 0.60 + n / 200}) for n in range(20)]
    Version.objects.update(state="approved")
    bar = bar_of(versions[0].asset.brand.rules)
    assert bar == Bar(0.605, 1.0)
    unsure, sure = picture(tags={"horse": 0.603}), picture(tags={"horse": 0.61})
    assert route(version=unsure).findings.get().sentence == (
        "Tags are unsure: the surest is “horse” at 0.60; "
        "nine in ten pictures here have one above 0.60."
    )
    assert route(version=sure) is None


def test_where_many_are_silent_a_steady_sample_is_asked_about(picture, monkeypatch):
    monkeypatch.setattr("review.bar.ENOUGH", 10)
    for n in range(10):
        picture(state="approved", tags={} if n < 5 else {"horse": 0.9})
    bar = bar_of(Version.objects.first().asset.brand.rules)
    assert bar.silent == pytest.approx(0.2)
    asked = [pk for pk in range(2_000) if bar.asks_about_silent(pk)]
    assert 300 < len(asked) < 500
    assert asked == [pk for pk in range(2_000) if bar.asks_about_silent(pk)]
    rules = BrandProfileVersion(auto_accept=0.8, drop=0.35)
    doubted = [pk for pk in range(2_000) if tagging_doubts(Said(pk, None, 0.0, False), rules, bar)]
    assert doubted == asked


def test_the_bar_is_never_above_what_is_accepted_unasked(picture, monkeypatch):
    monkeypatch.setattr("review.bar.ENOUGH", 5)
    for _ in range(6):
        picture(state="approved", tags={"horse": 0.97})
    rules = Version.objects.first().asset.brand.rules
    assert bar_of(rules).confidence == 0.8


def test_a_brands_own_rules_are_asked(picture, brand, admin_user):
    version = picture()
    PaletteColour.objects.create(
        version=version, position=0, hex="#d03030", lightness=0.55, a=0.18, b=0.09, fraction=0.9
    )
    assert not doubts_of(version)
    change_rules(brand=brand, user=admin_user, rules={"palette": ["#0044cc"]})
    version = Version.objects.get(pk=version.pk)
    assert [doubt.code for doubt in doubts_of(version)] == ["off_palette"]
    change_rules(brand=brand, user=admin_user, rules={"palette": [], "formats": ["PNG"]})
    version = Version.objects.get(pk=version.pk)
    assert [doubt.code for doubt in doubts_of(version)] == ["format"]


@pytest.mark.parametrize(
    ("size", "least"), [((900, 600), (640, 480)), ((600, 900), (480, 640)), ((9, 9), (640, 480))]
)
def test_the_least_size_is_meant_either_way_up(size, least):
    version = Version(width=size[0], height=size[1])
    rules = rules_for(version, BrandProfileVersion(min_width=640, min_height=480))
    assert (rules.min_width, rules.min_height) == least


def test_running_it_again_changes_nothing(picture):
    version = picture(width=100, height=100)
    first = route(version=version)
    before = state_of(version), list(first.findings.values_list("pk", "sentence"))
    assert route(version=version) == first
    assert (state_of(version), list(first.findings.values_list("pk", "sentence"))) == before


def test_findings_of_an_open_item_are_refreshed(picture):
    version = picture(width=100, height=100, facts={"sharpness": 0.1})
    item = route(version=version)
    Facts.objects.filter(version=version).update(sharpness=0.8, noise=60.0)
    route(version=version)
    assert set(item.findings.values_list("code", flat=True)) == {"too_small", "noisy"}
    reason = state_of(version)[1]
    assert "Looks noisy" in reason
    assert "Looks blurred" not in reason


def test_the_item_closes_when_the_doubts_vanish(picture):
    version = picture(facts={"sharpness": 0.1})
    item = route(version=version)
    Facts.objects.filter(version=version).update(sharpness=0.8)
    route(version=version)
    item.refresh_from_db()
    assert (item.state, state_of(version)[0]) == ("closed", "approved")


@pytest.mark.parametrize(("verdict", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_a_persons_decision_stands(verdict, state, picture, reviewer):
    version = picture(facts={"sharpness": 0.1})
    item = route(version=version)
    decide(item=item, user=reviewer, verdict=verdict, reason="quality")
    assert route(version=version) is None
    Facts.objects.filter(version=version).update(sharpness=0.8)
    assert route(version=version) is None
    assert state_of(version)[0] == state
    assert ReviewItem.objects.count() == 1


def test_what_a_person_took_back_waits_for_a_person(picture, reviewer):
    version = picture(facts={"sharpness": 0.1})
    item = route(version=version)
    undo(decision=decide(item=item, user=reviewer, verdict="approve"), user=reviewer)
    Facts.objects.filter(version=version).update(sharpness=0.8)
    assert route(version=version) == item
    item.refresh_from_db()
    assert (item.state, state_of(version)[0]) == ("open", "in_review")


def test_what_was_let_pass_stays_when_only_the_tagger_changes_its_mind(picture):
    version = picture()
    route(version=version)
    TagAssignment.objects.filter(asset=version.asset).update(confidence=0.4, state="suggested")
    assert route(version=version) is None
    assert state_of(version)[0] == "approved"
    Facts.objects.filter(version=version).update(sharpness=0.1)
    assert route(version=version).findings.count() == 2
    assert state_of(version)[0] == "in_review"


def test_a_new_version_closes_the_item_of_the_old_one(picture, owner):
    version = picture(facts={"sharpness": 0.1})
    item = route(version=version)
    restore(version=version, user=owner)
    item.refresh_from_db()
    assert (item.state, state_of(version)[0]) == ("closed", "superseded")
    assert route(version=version) is None
    assert state_of(version)[0] == "superseded"


def test_a_refused_file_is_left_alone(picture):
    version = picture()
    settle(version=version, state=Version.State.REFUSED, reason="Corrupt")
    assert route(version=version) is None
    assert state_of(version) == ("refused", "Corrupt")


@pytest.fixture
def fake_encoder(settings):
    """The pipeline with an encoder that needs no weights."""
    from search import active

    settings.LOUPE_ENCODER = "fake-v1"
    active.forget()
    yield
    active.forget()


def test_real_pictures_are_routed_by_the_pipeline(fake_encoder, ingest, run_jobs):
    fine = ingest(picture_bytes(seed=4), "fine.jpg").version
    small = ingest(picture_bytes((200, 160), seed=5), "small.jpg").version
    run_jobs()
    assert state_of(small)[0] == "in_review"
    assert "too_small" in set(item_of(small).findings.values_list("code", flat=True))
    assert state_of(fine)[0] in {"approved", "in_review"}
    assert state_of(fine)[1]
