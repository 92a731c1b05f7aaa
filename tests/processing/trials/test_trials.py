"""Trying a recipe out: bounded, for one's own pictures, told step by step, one for each person."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from PIL import Image

from processing.models import Job, RecipeTrial, TrialPicture
from processing.recipes.faults import RecipeError
from processing.trials import actions, running, telling
from processing.trials.forgetting import forget

TEXT = """recipe: tried
steps:
  - resize: {width: 40}
  - denoise:
    if: width > 100000
outputs:
  main:
    export: {format: jpeg, quality: 80}
    checks:
      - size: {width: 40, height: 40}
"""


@pytest.fixture
def asset(ingest, run_jobs, picture):
    made = ingest(picture(seed=3), name="sea.jpg").asset
    run_jobs()
    made.refresh_from_db()
    return made


@pytest.mark.django_db
def test_what_came_out_is_told_step_by_step(asset, admin_user, client):
    trial = actions.ask(user=admin_user, text=TEXT, assets=[asset.pk], edge=800)
    assert Job.objects.get(step="recipe-trial").priority == 10
    running.run_waiting()
    trial.refresh_from_db()
    assert (trial.state, trial.sentence) == ("done", "")
    (one,) = [telling.result(told) for told in trial.results]
    (output,) = one["outputs"]
    assert (output["width"], output["format"]) == (40, "jpeg")
    labels = [step["label"] for step in output["steps"]]
    assert labels == ["Decoding", "Resize", "Denoise", "Export of “main”", "Checks"]
    assert [step["skipped"] for step in output["steps"]] == [False, False, True, False, False]
    assert max(step["share"] for step in output["steps"]) == 100
    assert len(output["failed"]) == 1
    client.force_login(admin_user)
    answer = client.get(f"/recipes/trial/{output['picture']['id']}")
    assert Image.open(io.BytesIO(answer.content)).size[0] == 40
    told = client.get("/recipes/trial").json()
    assert told["state"] == "done"
    assert "Time per step" in told["html"]


@pytest.mark.django_db
def test_a_step_that_cannot_work_says_so_at_its_line(asset, admin_user):
    text = TEXT.replace("  - denoise:\n    if: width > 100000\n", "  - lut: {file: asset:1}\n")
    trial = actions.ask(user=admin_user, text=text, assets=[asset.pk])
    running.run_waiting()
    trial.refresh_from_db()
    error = trial.results[0]["error"]
    assert (error["operator"], error["line"]) == ("lut", 4)
    assert error["sentence"]


@pytest.mark.django_db
def test_only_what_one_sees_is_tried_and_seen(asset, admin_user, person, client, asset_factory):
    for wrong in ([], [999_999], [asset_factory("Not shown yet").pk]):
        with pytest.raises(actions.NoTrial, match="Choose a picture"):
            actions.ask(user=admin_user, text=TEXT, assets=wrong)
    with pytest.raises(PermissionDenied):
        actions.ask(user=person("viewer_only", "viewer"), text=TEXT, assets=[asset.pk])
    trial = actions.ask(user=admin_user, text=TEXT, assets=[asset.pk])
    type(asset).objects.filter(pk=asset.pk).update(deleted_at="2026-01-01T00:00Z")
    running.run_waiting()
    trial.refresh_from_db()
    assert "not to be seen" in trial.results[0]["error"]["sentence"]
    row = TrialPicture.objects.create(trial=trial, data=b"x")
    client.force_login(person("other_admin", "admin"))
    assert client.get(f"/recipes/trial/{row.pk}").status_code == 404


@pytest.mark.django_db
def test_faults_are_refused_and_a_person_has_one_trial(asset, admin_user):
    with pytest.raises(RecipeError):
        actions.ask(user=admin_user, text="recipe: a\nsteps: [nix]\n", assets=[asset.pk])
    with pytest.raises(actions.NoTrial, match="no outputs yet"):
        actions.ask(user=admin_user, text="recipe: a\n", assets=[asset.pk])
    with pytest.raises(actions.NoTrial, match="800, 1600, 2400"):
        actions.ask(user=admin_user, text=TEXT, assets=[asset.pk], edge=90_000)
    first = actions.ask(user=admin_user, text=TEXT, assets=[asset.pk])
    second = actions.ask(user=admin_user, text=TEXT, assets=[asset.pk])
    assert list(RecipeTrial.objects.values_list("pk", flat=True)) == [second.pk] != [first.pk]


@pytest.mark.django_db
def test_it_ends_between_steps_when_it_takes_too_long(asset, admin_user, monkeypatch):
    monkeypatch.setattr(running, "LONGEST", -1.0)
    trial = actions.ask(user=admin_user, text=TEXT, assets=[asset.pk])
    running.run_waiting()
    trial.refresh_from_db()
    assert (trial.state, trial.results[0]["outputs"]) == ("failed", [])
    assert "more than a minute" in trial.sentence


@pytest.mark.django_db
def test_what_a_dead_worker_left_is_told_and_old_trials_go(admin_user):
    trial = RecipeTrial.objects.create(
        user=admin_user, text=TEXT, assets=[1], edge=800, state="running"
    )
    running.run_waiting()
    trial.refresh_from_db()
    assert "The worker that tried this ended" in trial.sentence
    assert forget() == ""
    RecipeTrial.objects.update(created_at="2026-01-01T00:00Z")
    assert forget() == "1 trials of recipes were forgotten."
