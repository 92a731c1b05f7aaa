"""The pages of recipes: the list, one of them, what changed, files in and out, saving."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from processing.models import Recipe
from processing.recipebook import actions
from tests.processing.recipebook.conftest import BASE, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(admin_user) -> Recipe:
    return actions.create_recipe(user=admin_user, text=own()).version.recipe


@pytest.fixture
def shown(client, admin_user):
    client.force_login(admin_user)
    return lambda address, code=200, **body: _asked(client, address, code, body)


def _asked(client, address, code, body) -> str:
    follow = client.post(address, body, follow=True) if body else client.get(address)
    assert follow.status_code == code, address
    return follow.content.decode()


def file_of(text: str, name: str = "recipe.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "application/yaml")


def test_the_list_says_what_each_makes(shown, kept):
    told = shown("/recipes/")
    assert "Came with Loupe" in told
    assert "Yours" in told
    assert "JPEG · 10 wide" in told
    actions.set_archived(recipe=kept, user=kept.newest.author, archived=True)
    assert "Offered no more" in shown("/recipes/")


def test_a_summary_follows_what_is_included(shown, admin_user):
    actions.create_recipe(
        user=admin_user, text="recipe: out\ninclude: [base]\noutputs: {a: {export: png}}\n"
    )
    assert "PNG · 800 wide" in shown("/recipes/")
    base = Recipe.objects.get(name="base")
    actions.save_version(recipe=base, user=admin_user, text=BASE.replace("800", "640"))
    assert "PNG · 640 wide" in shown("/recipes/")


def test_a_version_is_compared_and_restored(shown, kept, admin_user):
    actions.save_version(recipe=kept, user=admin_user, text=own(20), note="Wider")
    told = shown("/recipe/own/changes")
    assert "Step 1, resize: width from 10 to 20." in told
    assert "  - resize: {width: 20}" in told
    told = shown("/recipe/own/act", action="restore", number="1")
    assert "Version 1 is in force again, as version 3." in told
    assert kept.newest.text == own()
    shown("/recipe/own/act", 403, action="dance")
    shown("/recipe/own/changes?a=99", 404)


def test_a_version_that_is_no_recipe_any_more_is_shown_and_not_restored(shown, kept, admin_user):
    kept.versions.create(number=2, text="recipe: own\nsteps: [gone]\n", digest="")
    kept.versions.create(number=3, text=own(30), digest="")
    assert "only their lines are compared" in shown("/recipe/own/changes?b=2")
    assert "Version 2 is no recipe any more. Line 2" in shown(
        "/recipe/own/act", action="restore", number="2"
    )
    assert kept.newest.number == 3


def test_a_recipe_goes_out_as_a_file_and_comes_back(client, shown, kept):
    client.force_login(kept.newest.author)
    answer = client.get("/recipe/own/file")
    assert answer["Content-Disposition"] == 'attachment; filename="own.yaml"'
    assert answer.content.decode() == own()
    pair = [
        file_of(own(name="second").replace("steps", "include: [third]\nsteps")),
        file_of(own(name="third")),
    ]
    assert "2 recipes were taken in." in shown("/recipes/import", file=pair)
    assert "was here already" in shown("/recipes/import", file=file_of(own()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"steps: []\n", "A recipe needs its name"),
        (b"recipe: x\nsteps: [nix]\n", "Line 2: There is no operator called “nix”"),
        (b"\xff\xfe", "is no text in UTF-8"),
        (b"recipe: x\x00", "is no text"),
        (b"#" * 70_000, "too long"),
    ],
)
def test_a_bad_file_is_refused_whole(shown, text, why):
    files = [SimpleUploadedFile("bad.yaml", text), file_of(own(name="good"))]
    assert why in shown("/recipes/import", file=files)
    assert not Recipe.objects.filter(name="good").exists()


def test_saving_makes_a_version_with_its_note(shown, kept):
    told = shown("/recipe/own/edit", text=own(20).replace("\n", "\r\n"), after="1", note="Wider")
    assert "Saved as version 2." in told
    assert (kept.newest.text, kept.newest.note) == (own(20), "Wider")


def test_what_is_wrong_is_told_and_what_was_typed_stays(shown, kept):
    told = shown(
        "/recipe/own/edit", 422, text="recipe: own\nsteps: [nix]\n", after="1", note="Mine"
    )
    assert "no operator called “nix”" in told
    assert "steps: [nix]" in told
    assert "Mine" in told
    assert kept.newest.number == 1


def test_who_saves_later_is_told_what_the_other_did(shown, kept, admin_user):
    actions.save_version(recipe=kept, user=admin_user, text=own(30), note="Theirs")
    told = shown("/recipe/own/edit", 409, text=own(20), after="1")
    assert "Step 1, resize: width from 10 to 30." in told
    assert "{width: 20}" in told
    assert 'name="after" value="2"' in told
    assert kept.newest.number == 2


def test_a_copy_gets_a_name_that_is_free(shown, kept):
    assert "recipe: own-copy\n" in shown("/recipes/new?from=own")
    told = shown("/recipes/new", text=own(name="own-copy"), note="")
    assert "Saved as version 1." in told
    assert "recipe: own-copy-2\n" in shown("/recipes/new?from=own")
    assert "There is a recipe called “own” already" in shown("/recipes/new", 422, text=own())


def test_a_brands_admin_keeps_recipes_for_that_brand_alone(client, person, brand, other_brand):
    someone = person("brand_admin", "admin")
    client.force_login(someone)
    assert client.post("/recipes/new", {"text": own()}).status_code == 403
    assert (
        client.post("/recipes/new", {"text": own(), "brand": other_brand.slug}).status_code == 404
    )
    assert client.post("/recipes/new", {"text": own(), "brand": brand.slug}).status_code == 302
    assert Recipe.objects.get(name="own").brand == brand
    assert client.get("/recipe/base/edit").status_code == 403
