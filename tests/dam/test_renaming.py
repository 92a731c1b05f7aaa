"""Renaming many files at once: the plan, the conflicts, the writing, and the way back."""

import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from dam import audit
from dam.actions import naming
from dam.actions.brands import change_rules, create_brand
from dam.actions.common import Conflict
from dam.actions.naming import plan, renamable, rename_file, rename_many, undo_renaming
from dam.models import Asset, Renaming, Version
from dam.naming import PatternError

RULE = r"{brand}_{sku:[A-Z]{3}\d{4}}_v{version:02}"


def names(*assets) -> list[str]:
    return [Version.objects.get(current_of=asset).file_name for asset in assets]


def test_the_plan_counts_and_keeps_endings(asset_factory, owner):
    assets = [asset_factory(file_name="a.JPG", title="Red boat"), asset_factory(file_name="b.png")]
    changes = plan(renamable(owner, [a.pk for a in assets]), "{title}_{n:03}", user=owner, start=9)
    assert [c.new for c in changes] == ["Red-boat_009.JPG", "Picture-2_010.png"]
    assert [c.problem for c in changes] == ["", ""]
    assert names(*assets) == ["a.JPG", "b.png"]


def test_a_plan_that_takes_too_long_ends_with_a_sentence(asset_factory, owner, monkeypatch):
    monkeypatch.setattr(naming, "PLANNING_SECONDS", 0.0)
    assets = [asset_factory(file_name="a.jpg")]
    with pytest.raises(PatternError, match="too long"):
        plan(renamable(owner, [a.pk for a in assets]), "{title}", user=owner)


def test_conflicts_are_marked(asset_factory, owner):
    one, two = asset_factory(file_name="a.jpg"), asset_factory(file_name="b.jpg")
    asset_factory(file_name="Taken.jpg")
    twice = plan(renamable(owner, [one.pk, two.pk]), "{brand}", user=owner)
    assert ["2 of these" in c.problem for c in twice] == [True, True]
    change_to = plan(renamable(owner, [one.pk]), "taken[{missing}].{ext}", user=owner)
    assert "Another file" in change_to[0].problem
    missing = plan(renamable(owner, [one.pk]), "{colour}", user=owner)
    assert missing[0].problem == "There is no colour to write."
    with pytest.raises(PatternError):
        plan([], "{colour", user=owner)


def test_the_brands_rule_is_remarked(asset_factory, owner, admin_user, brand):
    change_rules(brand=brand, user=admin_user, rules={"name_pattern": RULE})
    one = asset_factory(file_name="a.jpg")
    change = plan(renamable(owner, [one.pk]), "x_{n}", user=owner)[0]
    assert not change.problem
    assert "was expected" in change.remark


def test_renaming_and_taking_it_back(asset_factory, owner, admin_user, brand, teammate):
    change_rules(brand=brand, user=admin_user, rules={"name_pattern": RULE})
    assets = [asset_factory(file_name=f"{n}.jpg", title=f"{n}") for n in "ab"]
    before = [asset.current_version.blob_id for asset in assets]
    chosen = renamable(owner, [a.pk for a in assets])
    renaming = rename_many(user=owner, assets=chosen, pattern="ACME_ABC000{n}_v01", titles=True)
    assert names(*assets) == ["ACME_ABC0001_v01.jpg", "ACME_ABC0002_v01.jpg"]
    after = [Version.objects.get(current_of=asset) for asset in assets]
    assert [v.name_fields["sku"] for v in after] == ["ABC0001", "ABC0002"]
    assert [v.blob_id for v in after] == before
    assert Asset.objects.get(pk=assets[0].pk).title == "ACME ABC0001 v01"
    said = [entry.what for entry in audit.timeline(assets[0])]
    assert "Renamed the file" in said

    with pytest.raises(PermissionDenied):
        undo_renaming(renaming=renaming, user=teammate)
    rename_file(version=after[1], user=owner, file_name="kept.jpg")
    assert undo_renaming(renaming=Renaming.objects.get(), user=owner) == 1
    assert names(*assets) == ["a.jpg", "kept.jpg"]
    assert Asset.objects.get(pk=assets[0].pk).title == "a"
    assert Version.objects.get(pk=after[0].pk).name_fields == {}
    with pytest.raises(Conflict):
        undo_renaming(renaming=renaming, user=owner)


def test_nothing_is_renamed_where_one_cannot_be(asset_factory, owner, teammate):
    one, two = asset_factory(file_name="a.jpg"), asset_factory(file_name="b.jpg")
    with pytest.raises(ValueError, match="2 of these"):
        rename_many(user=owner, assets=[one, two], pattern="{brand}")
    with pytest.raises(ValueError, match="already"):
        rename_many(user=owner, assets=[one], pattern="{name:text}")
    theirs = asset_factory(user=teammate)
    with pytest.raises(PermissionDenied):
        rename_many(user=owner, assets=[one, theirs], pattern="{n}")
    assert renamable(owner, [one.pk, theirs.pk]) == [one]
    assert names(one, two) == ["a.jpg", "b.jpg"]
    assert not Renaming.objects.exists()


def test_a_single_file(asset_factory, owner, teammate):
    version = asset_factory(file_name="a.jpg").current_version
    for bad in ("", "a/b.jpg", "x\r\n.jpg", "CON.jpg", "." * 3, "x" * 300):
        with pytest.raises(ValueError, match="cannot be a file's name"):
            rename_file(version=version, user=owner, file_name=bad)
    with pytest.raises(PermissionDenied):
        rename_file(version=version, user=teammate, file_name="b.jpg")
    version.refresh_from_db()
    assert version.file_name == "a.jpg"


def test_a_thousand_in_seconds(asset_factory, owner):
    ids = [asset_factory().pk for _ in range(300)]
    start = time.monotonic()
    renaming = rename_many(user=owner, assets=renamable(owner, ids), pattern="lot_{n:04}")
    undo_renaming(renaming=renaming, user=owner)
    assert time.monotonic() - start < 5
    assert len(renaming.changes) == 300


def test_a_brands_pattern_must_be_readable(admin_user):
    with pytest.raises(ValidationError, match="At character 1"):
        create_brand(user=admin_user, name="Bad", rules={"name_pattern": "{sku"})
    made = create_brand(user=admin_user, name="Good", rules={"download_pattern": "{asset}"})
    assert made.rules.download_pattern == "{asset}"
