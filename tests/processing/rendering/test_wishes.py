"""Rendering as a queued job: asked for once, done once, cancelled, tried again, failing alone."""

import pytest
from django.core.exceptions import PermissionDenied

from dam.actions.common import Conflict
from dam.actions.library import bin_asset
from dam.models import Rendition, Version
from processing import steps
from processing.errors import InputError
from processing.models import Job, Recipe, Render
from processing.recipebook.actions import create_recipe, save_version, set_archived
from processing.rendering import fulfilling, wishes

pytestmark = pytest.mark.django_db
TEXT = """\
recipe: card
variables: {side: 48}
steps:
  - resize: {width: $side}
outputs:
  main: {export: {format: jpeg}, checks: [size: {width: 40}]}
  web: {export: {format: webp}}
"""


@pytest.fixture
def card(admin_user):
    return create_recipe(user=admin_user, text=TEXT).version.recipe


@pytest.fixture
def asset(ingest, run_jobs, picture):
    asset = ingest(picture((160, 120)), "chair.jpg").asset
    run_jobs()
    asset.refresh_from_db()
    return asset


@pytest.fixture
def ask(asset, card, owner):
    def wish(**more):
        return wishes.ask(**{"asset": asset, "recipe": "card", "user": owner} | more).render

    return wish


def test_renditions_with_variables_are_made_once(ask, asset, owner, run_jobs):
    wish = ask(variables={"side": "32"})
    assert wish.state == "queued"
    assert ask(variables={"side": "32"}) == wish, "the same waits already"
    run_jobs()
    wish = Render.objects.get(pk=wish.pk)
    assert (wish.state, wish.error, wish.progress) == ("done", "", {})
    assert [one["output"] for one in wish.results] == ["main", "web"]
    made = Rendition.objects.get(pk=wish.results[0]["rendition"])
    assert (made.width, made.purpose) == (32, "card")
    assert made.provenance.recipe_number == 1
    assert made.provenance.made_by == owner
    later = ask(variables={"side": "32"})
    assert later != wish, "the first is over: whoever asks again gets an answer of their own"
    run_jobs()
    assert [one["cached"] for one in Render.objects.get(pk=later.pk).results] == [True, True]


def test_the_next_version_is_made_once(ask, asset, run_jobs):
    wish = ask(as_version=True, outputs=["main"], note="For the shop")
    run_jobs()
    (result,) = Render.objects.get(pk=wish.pk).results
    made = Version.objects.get(pk=result["version"])
    assert (made.number, made.width, made.note) == (2, 48, "For the shop")
    again = ask(as_version=True, outputs=["main"])
    run_jobs()
    assert Render.objects.get(pk=again.pk).results[0] == result | {"cached": True}
    assert asset.versions.count() == 2


def test_a_worker_that_died_after_its_work_changes_nothing(ask, asset, run_jobs):
    """The job is run again, as after `kill -9`: at the end, and after the first of two outputs."""
    wish = ask()
    run_jobs()
    first = Render.objects.get(pk=wish.pk)
    rows = list(asset.current_version.renditions.order_by("pk").values_list("pk", "sha256"))
    Render.objects.filter(pk=wish.pk).update(results=None)
    Job.objects.filter(pk=first.job_id).update(state="queued")
    run_jobs()
    second = Render.objects.get(pk=wish.pk)
    assert [one["rendition"] for one in second.results] == [
        one["rendition"] for one in first.results
    ]
    assert list(asset.current_version.renditions.order_by("pk").values_list("pk", "sha256")) == rows


def test_cancelled_while_it_waits(ask, asset, owner, run_jobs):
    wish = wishes.cancel(render=ask(), user=owner)
    run_jobs()
    assert Render.objects.get(pk=wish.pk).state == "cancelled"
    assert not asset.current_version.renditions.filter(purpose="card").exists()
    with pytest.raises(Conflict, match="nothing to cancel"):
        wishes.cancel(render=wish, user=owner)
    wishes.again(render=wish, user=owner)
    run_jobs()
    assert Render.objects.get(pk=wish.pk).state == "done"


def test_cancelled_while_it_runs(ask, asset, owner, monkeypatch):
    wish = ask()
    Job.objects.filter(pk=wish.job_id).update(state="running")
    teller = fulfilling._teller

    def cancelled_meanwhile(*given):
        tell = teller(*given)

        def told(record):
            if record.operator == "resize":
                wishes.cancel(render=Render.objects.get(pk=wish.pk), user=owner)
            tell(record)

        return told

    monkeypatch.setattr(fulfilling, "_teller", cancelled_meanwhile)
    fulfilling.fulfil(Render.objects.get(pk=wish.pk))
    wish = Render.objects.get(pk=wish.pk)
    assert (wish.state, wish.results) == ("cancelled", None)
    assert not asset.current_version.renditions.filter(purpose="card").exists()
    with pytest.raises(Conflict, match="just being stopped"):
        wishes.again(render=wish, user=owner)


def test_a_broken_picture_fails_alone_with_a_sentence(ask, asset, owner, ingest, picture, run_jobs):
    from dam.storage import path_of

    other = ingest(picture((90, 90), seed=5), "lamp.jpg").asset
    run_jobs()
    other.refresh_from_db()
    before = other.current_version.state
    path = path_of(other.current_version.blob.key)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:500])
    broken, whole = ask(asset=other), ask()
    run_jobs()
    broken, whole = Render.objects.get(pk=broken.pk), Render.objects.get(pk=whole.pk)
    assert (broken.state, whole.state) == ("failed", "done")
    assert broken.error.endswith(".")
    other.current_version.refresh_from_db()
    assert other.current_version.state == before, "the picture itself stays what it was"


def test_a_recipe_that_is_broken_or_gone_by_then_says_so(ask, card, owner, admin_user, run_jobs):
    wish = ask(variables={"side": 20})
    Recipe.objects.filter(pk=card.pk).delete()
    run_jobs()
    wish = Render.objects.get(pk=wish.pk)
    assert wish.state == "failed"
    assert "There is no recipe “card”" in wish.error
    create_recipe(user=admin_user, text=TEXT)
    wishes.again(render=wish, user=owner)
    run_jobs()
    assert Render.objects.get(pk=wish.pk).state == "done"


def test_a_failed_wish_does_not_refuse_a_version_that_is_being_processed(ingest, ask, run_jobs):
    fresh = ingest(name="fresh.jpg").asset
    wish = ask(asset=fresh)
    Render.objects.filter(pk=wish.pk).update(recipe="nothing-of-the-kind")
    run_jobs()
    assert Render.objects.get(pk=wish.pk).state == "failed"
    assert Version.objects.get(asset=fresh).state in {"approved", "in_review"}
    assert "render" not in {step.name for step in steps.pipeline("picture")}


def test_what_is_refused_at_once(ask, asset, card, admin_user, owner, viewer, settings):
    with pytest.raises(PermissionDenied):
        ask(user=viewer)
    with pytest.raises(LookupError, match="has no output “print”"):
        ask(outputs=["print"])
    with pytest.raises(LookupError, match="say which"):
        ask(as_version=True)
    with pytest.raises(ValueError, match="whole number"):
        ask(variables={"side": "wide"})
    settings.LOUPE_RENDERS_OPEN = 1
    ask()
    with pytest.raises(InputError, match="1 of your renders wait"):
        ask(variables={"side": 20})
    save_version(recipe=card, user=admin_user, text=TEXT.replace("48", "50"))
    set_archived(recipe=card, user=admin_user, archived=True)
    with pytest.raises(LookupError, match="archived"):
        ask()
    bin_asset(asset=asset, user=owner)
    asset.refresh_from_db()
    with pytest.raises(InputError, match="bin"):
        ask()
