"""Recipes through the API."""

import pytest

from processing.models import Recipe
from tests.processing.recipebook.conftest import BASE, own

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/recipes/"


@pytest.fixture
def ask(client, admin_user):
    client.force_login(admin_user)

    def send(method: str, address: str = "", body: object = None, code: int = 200) -> dict:
        answer = getattr(client, method)(ROOT + address, body, content_type="application/json")
        assert answer.status_code == code, answer.content
        return answer.json()

    return send


def test_kept_changed_listed_and_archived(ask):
    made = ask("post", body={"text": own(), "note": "First", "brand": "house"}, code=201)
    assert (made["name"], made["version"], made["brand"]) == ("own", 1, "house")
    at = f"{made['id']}/versions/"
    saved = ask("post", at, {"text": own(20), "after": 1}, 201)
    assert (saved["number"], saved["text"], saved["author"]["name"]) == (2, own(20), "admin")
    assert ask("post", at, {"text": own(20)})["number"] == 2
    assert (
        "Version 2 came meanwhile" in ask("post", at, {"text": own(30), "after": 1}, 409)["detail"]
    )
    assert [one["number"] for one in ask("get", at)["results"]] == [2, 1]
    assert ask("get", f"{at}1")["text"] == own()
    assert ask("get", f"{at}3", code=404)
    names = [one["name"] for one in ask("get")["results"]]
    assert names == ["base", "own", "shop"]
    assert ask("patch", str(made["id"]), {"archived": True})["archived"] is True
    assert [one["name"] for one in ask("get", "?archived=true")["results"]] == ["own"]


def test_faults_are_told(ask):
    refused = ask("post", body={"text": "recipe: own\nsteps: [rezise]"}, code=400)
    assert refused["errors"]["text"] == [
        "2:9: There is no operator called “rezise”. Did you mean “resize”?"
    ]
    assert not Recipe.objects.filter(name="own").exists()
    base = Recipe.objects.get(name="base")
    told = ask("post", f"{base.pk}/versions/", {"text": own()}, 400)["errors"]["text"]
    assert "name stays “base”" in told[0]


def test_a_text_is_validated_and_nothing_kept(ask):
    told = ask("post", "validate", {"text": "recipe: x\ninclude: [base]\nsteps: [nix]"})
    assert told["recipe"] is None
    assert [(one["line"], one["column"]) for one in told["faults"]] == [(3, 9)]
    told = ask("post", "validate", {"text": own().replace("steps", "include: [base]\nsteps")})
    assert told["faults"] == []
    assert told["recipe"]["includes"] == ["base"]
    assert told["recipe"]["outputs"][0]["export"]["format"] == "jpeg"
    assert [one["parameters"]["width"] for one in told["recipe"]["steps"]] == [800, 10]
    assert set(Recipe.objects.values_list("name", flat=True)) == {"base", "shop"}


def test_the_schema_has_the_operators(ask):
    assert "resize" in ask("get", "schema")["$defs"]


def test_another_brands_recipes_are_not_there(ask, client, outsider):
    made = ask("post", body={"text": own(), "brand": "house"}, code=201)
    client.force_login(outsider)
    assert [one["name"] for one in ask("get")["results"]] == ["base", "shop"]
    ask("get", f"{made['id']}/versions/1", code=404)
    told = ask(
        "post", "validate", {"text": own(name="x").replace("steps", "include: [own]\nsteps")}
    )
    assert "no recipe “own” to include" in told["faults"][0]["sentence"]
    ask("post", "validate", {"text": BASE, "brand": "house"}, code=400)


def test_an_earlier_version_is_restored(ask, admin_user):
    made = ask("post", body={"text": own()}, code=201)
    ask("post", f"{made['id']}/versions/", {"text": own(20)}, code=201)
    told = ask("post", f"{made['id']}/versions/1/restore", {}, code=201)
    assert (told["number"], told["text"]) == (3, own())
    assert ask("post", f"{made['id']}/versions/1/restore", {}, code=200)["number"] == 3
    ask("post", f"{made['id']}/versions/9/restore", {}, code=404)
