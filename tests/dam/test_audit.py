"""The history of an asset tells every change: who, what, when and why."""

import io

import pytest

from dam import audit
from dam.actions import collections, library, tags, versions
from dam.actions.tags import Judgement
from dam.models import Collection, TagAssignment, Version


def told(asset) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.what, entry.why) for entry in audit.timeline(asset)]


# One transaction has one time: changes that are told in order need transactions of their own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asset(ingest):
    return ingest(note="From the shoot").asset


def test_arrival_is_told(asset):
    assert told(asset) == [
        ("owner", "Version 1", "From the shoot"),
        ("owner", "Added to the library", "From the shoot"),
    ]


def test_description_and_bin_are_told_newest_first(asset, owner, reviewer):
    library.describe(asset=asset, user=reviewer, title="Dusk", description="Calm")
    library.bin_asset(asset=asset, user=owner, reason="Not ours")
    library.unbin_asset(asset=asset, user=owner)
    entries = audit.timeline(asset)
    assert [entry.what for entry in entries[:4]][:2] == [
        "Taken out of the bin",
        "Moved to the bin",
    ]
    assert entries[1].why == "Not ours"
    titles = [entry for entry in entries if entry.what == "Changed the title"]
    assert titles[0].details == ["“Picture” → “Dusk”"]
    assert titles[0].who == "reviewer"


def test_what_a_model_found_is_one_entry(asset, owner):
    terms = [tags.term_named(name) for name in ("sea", "boat", "harbour")]
    judged = [Judgement(term.pk, 0.5, 0.9, "accepted") for term in terms]
    version = asset.current_version
    tags.record_judgements(version=version, model="concepts", judgements=judged)
    entry = audit.timeline(asset)[0]
    assert (entry.who, entry.what) == ("concepts", "Accepted 3 tags")
    assert sorted(entry.details) == ["boat", "harbour", "sea"]
    tags.decide(asset=asset, term=terms[0], user=owner, state=TagAssignment.State.REJECTED)
    entry = audit.timeline(asset)[0]
    assert (entry.who, entry.what, entry.details) == ("owner", "Rejected a tag", ["sea"])


def test_a_better_score_alone_is_no_entry(asset):
    term = tags.term_named("sea")
    for confidence in (0.8, 0.9):
        tags.record_judgements(
            version=asset.current_version,
            model="concepts",
            judgements=[Judgement(term.pk, 0.5, confidence, "accepted")],
        )
    assert [entry.kind for entry in audit.timeline(asset)].count("tag") == 1


def test_decisions_on_versions_are_told_with_their_reason(asset, reviewer):
    versions.settle(
        version=asset.current_version, state=Version.State.REFUSED, reason="Broken file"
    )
    assert ("Loupe", "Version 1: refused", "Broken file") in told(asset)


def test_collections_are_told_even_when_they_are_gone(asset, owner):
    spring = Collection.objects.create(name="Spring", owner=owner)
    collections.add_assets(collection=spring, user=owner, assets=[asset.pk])
    assert told(asset)[0][1] == "Added to “Spring”"
    collections.remove_assets(collection=spring, user=owner, assets=[asset.pk])
    assert told(asset)[0][1] == "Taken out of “Spring”"
    collections.delete_collection(collection=spring, user=owner)
    assert "Taken out of a collection that is gone" in [what for _, what, _ in told(asset)]


def test_changes_past_the_actions_are_told_too(asset):
    """The database writes the history, so that a bulk update cannot pass it by."""
    type(asset).objects.filter(pk=asset.pk).update(title="Quietly changed")
    entry = audit.timeline(asset)[0]
    assert (entry.who, entry.what) == ("Loupe", "Changed the title")


def test_another_asset_has_a_history_of_its_own(asset, ingest, picture):
    other = ingest(picture(seed=7), name="other.jpg").asset
    library.describe(asset=other, user=other.owner, title="Other", description="")
    assert all("Other" not in str(entry.details) for entry in audit.timeline(asset))


def test_a_new_version_is_told_with_its_note(asset, owner, picture):
    from processing.actions import ingest_file

    data = io.BytesIO(picture(seed=99))
    ingest_file(source=data, file_name="b.jpg", user=owner, asset=asset, note="Warmer")
    entries = told(asset)
    assert ("owner", "Version 2", "Warmer") in entries
    assert any(what == "Version 1: superseded" for _, what, _ in entries)
