"""Runs: scored in the database as the pure score says, of the right pictures, with warnings."""

from datetime import timedelta

import pytest
from django.utils import timezone

from processing import queue
from processing.consistency import calibrating, checkup, running
from processing.consistency.looks import Look
from processing.consistency.scoring import ASPECTS, score_of_set
from processing.models import Job, ReferenceSet, VersionLook
from processing.signals import queue_idle
from tests.processing.consistency.sets import PLAIN

pytestmark = pytest.mark.django_db


def replaced(**other: float) -> Look:
    from dataclasses import replace

    return replace(PLAIN, **other)


def test_a_run_scores_as_the_pure_score_does(reference, product):
    others = [{}, {"stops": -0.9}, {"b": 0.09}, {"left": 0.32, "right": 0.92}, {"width": 500}]
    for other in others:
        product(**other)
    made = running.run(reference)
    pure = score_of_set([replaced(**other) for other in others], running.reference_of(reference))
    assert {name: getattr(made, name) for name in pure} == pytest.approx(pure, abs=0.11)
    assert (made.measured, made.unmeasured, made.pictures) == (5, 0, 4)


def test_the_worst_are_kept_with_what_was_measured(reference, product):
    product("Fine")
    dark = product("Dark", stops=-1.5)
    worst = running.run(reference).deviations.first()
    assert worst.version == dark.current_version
    assert worst.figures["stops"] == -1.5
    assert worst.exposure < 10 < 95 < min(worst.colour, worst.framing, worst.size)


def test_only_what_belongs_to_a_set_is_measured(reference, product, other_brand, asset_factory):
    from dam.models import Asset

    mine = product("Mine")
    product("A portrait", category="portrait")
    product("Of others", brand=other_brand)
    product("Rejected", state="rejected")
    binned = product("Binned")
    Asset.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
    unmeasured = asset_factory("Unmeasured")
    Asset.objects.filter(pk=unmeasured.pk).update(category="product")
    made = running.run(reference)
    assert (made.measured, made.unmeasured) == (1, 1)
    assert made.deviations.get().version == mine.current_version


def test_the_newest_alone_where_a_set_says_so(reference, product):
    product("Old and dark", stops=-2.0)
    for _ in range(3):
        product()
    assert running.run(reference).exposure < 80
    ReferenceSet.objects.filter(pk=reference.pk).update(newest=3)
    assert running.run(reference).exposure > 95


def test_what_lacks_is_said(reference, product):
    with pytest.raises(running.NotReady, match="no other measured pictures"):
        running.run(reference)
    VersionLook.objects.filter(version__asset__title__in=["Model 1", "Model 2"]).delete()
    product()
    with pytest.raises(running.NotReady, match="needs 3 measured pictures; this one has 2"):
        running.run(reference)


def test_a_low_score_and_a_fall_are_warned_of(reference, product):
    product()
    assert running.run(reference).warnings == []
    for n in range(4):
        product(f"Dark {n}", stops=-2.0, ground_l=0.4, left=0.5, right=1.0, b=0.3)
    floor, fall = running.run(reference).warnings
    assert "is under 70; the lowest part is" in floor
    assert "points since" in fall
    assert [one.sentence for one in checkup.examine()] == [
        f"House, Product: {floor}",
        f"House, Product: {fall}",
    ]


def test_pictures_without_a_look_are_measured_first(
    reference, product, asset_factory, with_files, run_jobs
):
    from dam.models import Asset

    asset = asset_factory("Came before looks were measured")
    with_files(asset.current_version)
    Asset.objects.filter(pk=asset.pk).update(category="product")
    lost = asset_factory("Its preview is gone")
    Asset.objects.filter(pk=lost.pk).update(category="product")
    calibrating.run()
    assert Job.objects.filter(step="look").count() == 2
    assert not reference.runs.exists()
    Job.objects.filter(version=lost.current_version).update(state="failed")
    run_jobs()
    queue_idle.send(sender=None)
    run_jobs()
    made = reference.runs.get()
    assert (made.measured, made.unmeasured) == (1, 1)
    reference.refresh_from_db()
    assert reference.asked_at is None
    assert not calibrating.go_on(None)


def test_sets_are_due_by_the_hour_and_when_asked(reference, product, settings):
    product()
    running.run(reference)
    ReferenceSet.objects.update(asked_at=None)
    Job.objects.filter(step=calibrating.STEP).delete()
    calibrating.ask()
    assert not Job.objects.filter(step=calibrating.STEP).exists()
    reference.runs.update(at=timezone.now() - timedelta(hours=25))
    calibrating.ask()
    assert Job.objects.filter(step=calibrating.STEP, state="queued").exists()
    settings.LOUPE_CONSISTENCY_HOURS = 0
    assert not calibrating.due().exists()


def test_a_failing_run_is_not_tried_for_ever(reference, product):
    """An empty queue asks again at once: what failed must not be asked again by it."""
    product()
    Job.objects.filter(step=calibrating.STEP).update(state="failed")
    assert ReferenceSet.objects.get().asked_at is not None
    assert not calibrating.go_on(None)
    assert queue.enqueue(calibrating.STEP), "but by the hour, or by a person"


def test_every_aspect_of_a_run_is_there(reference, product):
    product()
    made = running.run(reference)
    assert all(0 <= getattr(made, aspect) <= 100 for aspect in ASPECTS)
    assert set(made.aims) == set(made.medians)
