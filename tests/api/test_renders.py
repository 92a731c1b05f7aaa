"""Renders by the API: a job to poll, with everything that came of it."""

import pytest

from processing.recipebook.actions import create_recipe
from tests.api.conftest import is_problem

pytestmark = pytest.mark.django_db
TEXT = "recipe: card\nsteps:\n  - resize: {width: 40}\noutputs:\n  main: {export: {format: jpeg}, \
checks: [size: {width: 50}]}\n"


@pytest.fixture
def asset(ingest, run_jobs, picture, admin_user):
    create_recipe(user=admin_user, text=TEXT)
    asset = ingest(picture((160, 120)), "chair.jpg").asset
    run_jobs()
    return asset


def test_asked_for_once_and_polled(program, owner, asset, run_jobs):
    asking = program(owner)
    wish = {"recipe": "card", "outputs": ["main"]}
    first = asking.post(f"assets/{asset.pk}/renders", wish, Idempotency_Key="a")
    again = asking.post(f"assets/{asset.pk}/renders", wish, Idempotency_Key="a")
    other = asking.post(f"assets/{asset.pk}/renders", wish)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 200)
    place = f"renders/{first.json()['id']}"
    assert first.json() == again.json() == other.json() == asking.get(place).json()
    run_jobs()
    told = asking.get(place).json()
    assert (told["state"], told["error"], told["attempts"]) == ("done", "", 1)
    (result,) = told["results"]
    assert result["file"]["width"] == 40
    assert asking.get(result["file"]["address"]).status_code == 200
    how = result["provenance"]
    assert (how["recipe"], how["recipe_version"]) == ("card", 1)
    assert [step["operator"] for step in how["steps"]] == ["resize", "export"]
    assert [check["passed"] for check in how["checks"]] == [False]
    assert [one["id"] for one in asking.get("renders/?state=done").json()["results"]] == [
        told["id"]
    ]
    assert asking.get("renders/?state=failed").json()["results"] == []
    is_problem(asking.post(f"{place}/cancel"), 409)


def test_what_makes_no_sense_is_said(program, owner, asset):
    asking = program(owner)

    def refused(**wish):
        return is_problem(asking.post(f"assets/{asset.pk}/renders", wish), 400)["detail"]

    assert "There is no recipe “crad”. Did you mean “card”?" in refused(recipe="crad")
    assert "no variable “wide”" in refused(recipe="card", variables={"wide": 3})
    assert "has no version 7" in refused(recipe="card", recipe_version=7)
