"""Versions through recipes: kept once, with provenance, by those who may."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from PIL import Image

from dam.actions.versions import set_focus
from dam.models import Condition, Rendition
from dam.storage import path_of
from processing.engine.errors import StepFailed
from processing.errors import InputError
from processing.models import Provenance
from processing.recipes.reading import read
from processing.rendering import keeping
from processing.rendering.actions import render, render_as_version
from processing.rendering.keeping import purpose_of
from processing.steps.renditions import earlier
from tests.processing.rendering.recipes import SMALL, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(ingest, picture):
    return ingest(picture((160, 120)), "chair.jpg").version


def rendered(version, user, recipe=None, **more):
    return render(version=version, recipe=recipe or small(), user=user, **more)


def test_each_output_becomes_a_rendition(version, owner):
    main, web = rendered(version, owner, number=3)
    assert (main.output, main.cached, web.output) == ("main", False, "web")
    assert (main.rendition.purpose, web.rendition.purpose) == ("small", "small--web")
    assert (web.rendition.media_type, web.rendition.width) == ("image/webp", 32)
    path = path_of(web.rendition.key)
    assert Image.open(path).size == (32, 24)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == web.rendition.sha256
    assert path.stat().st_size == web.rendition.size


def test_how_it_came_is_kept(version, owner):
    _main, web = rendered(version, owner, number=3)
    how = Provenance.objects.get(rendition=web.rendition)
    assert (how.source, how.recipe, how.recipe_number, how.output) == (version, "small", 3, "web")
    assert [step["operator"] for step in how.steps] == ["resize", "resize", "export"]
    assert how.steps[1]["measures"] == {"scale": 0.5}
    assert how.milliseconds == pytest.approx(sum(one["milliseconds"] for one in how.steps), abs=0.1)
    assert how.made_by == owner


def test_the_same_work_is_never_done_twice(version, owner, monkeypatch):
    first = rendered(version, owner)
    monkeypatch.setattr("processing.rendering.rendering.run", None)  # nothing may be run again
    again = rendered(version, owner)
    assert [one.cached for one in again] == [True, True]
    assert [one.rendition.pk for one in again] == [one.rendition.pk for one in first]
    assert Rendition.objects.filter(purpose__startswith="small").count() == 2


def test_what_is_lost_or_damaged_is_made_again(version, owner):
    main, web = rendered(version, owner)
    path_of(main.rendition.key).unlink()
    Rendition.objects.filter(pk=web.rendition.pk).update(condition=Condition.CHANGED)
    again = rendered(version, owner)
    assert [one.cached for one in again] == [False, False]
    assert path_of(main.rendition.key).is_file()
    assert Rendition.objects.get(pk=web.rendition.pk).condition == Condition.UNKNOWN


def test_another_recipe_replaces_what_the_earlier_made(version, owner):
    before = rendered(version, owner)[0].rendition
    other = read(SMALL.replace("width: 64", "width: 80"))
    after = rendered(version, owner, other)[0]
    assert not after.cached
    assert after.rendition.width == 80
    assert not Rendition.objects.filter(pk=before.pk).exists()
    assert not path_of(before.key).exists()
    assert Provenance.objects.filter(source=version).count() == 2


def test_another_focus_is_other_work(version, owner):
    rendered(version, owner)
    set_focus(version=version, user=owner, focus=(0.1, 0.9))
    assert not any(one.cached for one in rendered(version, owner))


def test_only_outputs_that_are_asked_for(version, owner):
    assert [one.output for one in rendered(version, owner, outputs=["web"])] == ["web"]
    with pytest.raises(LookupError, match="no output “huge”; it has: main, web"):
        rendered(version, owner, outputs=["huge"])


def test_the_pipeline_leaves_them_alone(version, owner):
    row = rendered(version, owner)[0].rendition
    assert row not in earlier(version.renditions.all())


def test_a_refusal_keeps_nothing(version, owner, tmp_path):
    recipe = read(SMALL.replace("export: {format: jpeg}", "export: {format: jpeg, max_bytes: 200}"))
    with pytest.raises(StepFailed, match="export to jpeg"):
        rendered(version, owner, recipe, outputs=["main"])
    assert not Rendition.objects.filter(purpose="small").exists()
    assert not list((path_of("incoming")).glob("*"))


def test_a_crash_between_file_and_row_is_made_up_for(version, owner, monkeypatch):
    monkeypatch.setattr(keeping.Provenance.objects, "update_or_create", _dies)
    with pytest.raises(ZeroDivisionError):
        rendered(version, owner)
    monkeypatch.undo()
    assert not Rendition.objects.filter(purpose="small").exists()
    assert not rendered(version, owner)[0].cached


def _dies(**_facts: object) -> None:
    raise ZeroDivisionError


def test_only_who_may_edit(version, viewer, outsider):
    for stranger in (viewer, outsider):
        with pytest.raises(PermissionDenied):
            rendered(version, stranger)
    assert not Provenance.objects.exists()


def test_a_recipe_may_not_take_the_name_of_a_smaller_copy():
    assert purpose_of("preview", "main") == "recipe-preview"
    assert purpose_of("web", "hero") == "web--hero"


def test_what_its_checks_found_is_kept(version, owner):
    recipe = read(SMALL + "checks:\n  - size: {width: 64, height: 48}\n")
    main, web = rendered(version, owner, recipe)
    (good,), (bad,) = main.rendition.provenance.checks, web.rendition.provenance.checks
    assert (good["name"], good["passed"]) == ("size", True)
    assert (bad["name"], bad["passed"]) == ("size", False)
    assert "32" in bad["sentence"]


class TestNextVersions:
    def made(self, version, user, recipe=None, output="main"):
        return render_as_version(
            version=version, recipe=recipe or small(), output=output, user=user, number=2
        )

    def test_an_output_becomes_the_next_version(self, version, owner):
        made = self.made(version, owner)
        assert (made.cached, made.version.number, made.version.width) == (False, 2, 64)
        assert made.version.asset == version.asset
        assert made.version.file_name == "chair-small.jpg"
        assert "version 1" in made.version.note
        how = Provenance.objects.get(version=made.version)
        assert (how.source, how.recipe, how.recipe_number) == (version, "small", 2)

    def test_the_same_work_makes_one_version(self, version, owner):
        first = self.made(version, owner)
        again = self.made(version, owner)
        assert (again.cached, again.version) == (True, first.version)
        assert version.asset.versions.count() == 2

    def test_what_the_library_refuses_leaves_nothing(self, version, owner, settings):
        settings.LOUPE_MAX_UPLOAD_BYTES = 10
        with pytest.raises(InputError):
            self.made(version, owner)
        assert version.asset.versions.count() == 1
        assert not Provenance.objects.exists()

    def test_only_who_may_add_versions(self, version, viewer):
        with pytest.raises(PermissionDenied):
            self.made(version, viewer)
