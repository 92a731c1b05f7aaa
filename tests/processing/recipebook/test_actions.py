"""Recipes of the library: made, changed, archived by those who may; nothing is broken by it."""

import pghistory.models
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from dam.actions.common import Conflict
from dam.models import Membership
from processing.models import Recipe, RecipeVersion
from processing.recipebook import actions, lookup
from processing.recipes.faults import RecipeError
from tests.processing.recipebook.conftest import BASE, SHOP, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand_admin(person):
    return person("brand_admin", "admin")


def test_a_recipe_is_kept_under_the_name_of_its_text(admin_user):
    saved = actions.create_recipe(user=admin_user, text=own() + "\n\n", note="For the shop")
    recipe = saved.version.recipe
    assert saved.made
    assert (recipe.name, recipe.title, recipe.brand) == ("own", "Own", None)
    assert (saved.version.number, saved.version.author) == (1, admin_user)
    assert saved.version.text == own()
    read = lookup.load(recipe)
    assert read.digest() == saved.version.digest
    assert read.name == "own"
    with pytest.raises(ValidationError, match="called “own” already"):
        actions.create_recipe(user=admin_user, text=own(20))


def test_faults_are_not_kept(admin_user):
    with pytest.raises(RecipeError):
        actions.create_recipe(user=admin_user, text="recipe: own\nsteps: [nix]")
    assert not Recipe.objects.filter(name="own").exists()


def test_each_change_is_a_version_and_the_same_text_none(admin_user):
    recipe = actions.create_recipe(user=admin_user, text=own()).version.recipe
    same = actions.save_version(recipe=recipe, user=admin_user, text=own().replace("\n", "\r\n"))
    assert (same.made, same.version.number) == (False, 1)
    other = actions.save_version(
        recipe=recipe, user=admin_user, text="recipe: own\ntitle: Mine\n" + own(20)[12:], note="20"
    )
    assert (other.made, other.version.number, other.version.note) == (True, 2, "20")
    assert Recipe.objects.get(name="own").title == "Mine"
    assert lookup.load(recipe).steps[0].operator.model_dump()["width"] == 20
    assert lookup.load(recipe, number=1).steps[0].operator.model_dump()["width"] == 10
    with pytest.raises(LookupError, match="no version 3; its newest is 2"):
        lookup.load(recipe, number=3)


def test_a_change_of_what_is_old_by_now_is_refused(admin_user):
    recipe = actions.create_recipe(user=admin_user, text=own()).version.recipe
    actions.save_version(recipe=recipe, user=admin_user, text=own(20), after=1)
    with pytest.raises(Conflict, match="Version 2 came meanwhile"):
        actions.save_version(recipe=recipe, user=admin_user, text=own(30), after=1)


def test_a_recipe_keeps_its_name(admin_user):
    recipe = actions.create_recipe(user=admin_user, text=own()).version.recipe
    with pytest.raises(RecipeError, match="name stays “own”"):
        actions.save_version(recipe=recipe, user=admin_user, text=own(name="other"))


def test_an_earlier_version_is_restored_as_the_next(admin_user):
    recipe = actions.create_recipe(user=admin_user, text=own()).version.recipe
    actions.save_version(recipe=recipe, user=admin_user, text=own(20))
    saved = actions.restore_version(recipe=recipe, number=1, user=admin_user)
    assert (saved.version.number, saved.version.text) == (3, own())
    assert saved.version.note == "Restored from version 1"


def test_versions_are_never_changed_and_numbers_unique(admin_user):
    version = actions.create_recipe(user=admin_user, text=own()).version
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        RecipeVersion.objects.update(text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        RecipeVersion.objects.create(recipe=version.recipe, number=1, text="", digest="")


def test_history_says_who_and_why(admin_user):
    version = actions.create_recipe(user=admin_user, text=own(), note="Because").version
    events = pghistory.models.Events.objects.tracks(version)
    assert [event.pgh_context["user"] for event in events] == [admin_user.pk]
    assert [event.pgh_context["reason"] for event in events] == ["Because"]


def test_a_change_that_would_break_another_recipe_is_refused(admin_user):
    base = lookup.find("base", admin_user)
    shop = SHOP.replace("outputs", "variables: {size: 500}\noutputs")
    actions.save_version(recipe=lookup.find("shop", admin_user), user=admin_user, text=shop)
    without = BASE.replace("$size", "800").replace("variables: {size: 800}\n", "")
    with pytest.raises(RecipeError) as refusal:
        actions.save_version(recipe=base, user=admin_user, text=without)
    assert "“shop” includes this, and then had a fault in line 3: Nothing uses" in str(
        refusal.value
    )
    circle = BASE.replace("title: A base", "include: [shop]")
    with pytest.raises(RecipeError, match="circle: base → shop → base"):
        actions.save_version(recipe=base, user=admin_user, text=circle)
    assert base.newest.number == 1


def test_archived_ones_are_not_included_and_included_ones_not_archived(admin_user):
    base, shop = lookup.find("base", admin_user), lookup.find("shop", admin_user)
    with pytest.raises(ValidationError, match="“base” is included by shop"):
        actions.set_archived(recipe=base, user=admin_user, archived=True)
    actions.set_archived(recipe=shop, user=admin_user, archived=True)
    actions.set_archived(recipe=base, user=admin_user, archived=True)
    with pytest.raises(RecipeError, match="no recipe “base” to include"):
        actions.create_recipe(user=admin_user, text=own() + "include: [base]\n")
    actions.set_archived(recipe=base, user=admin_user, archived=False)
    actions.create_recipe(user=admin_user, text=own() + "include: [base]\n")


def test_files_may_include_each_other_and_all_or_none_are_kept(admin_user):
    texts = {
        "top": own(name="top") + "include: [middle]\n",
        "middle": own(name="middle") + "include: [base, bottom]\n",
        "bottom": own(name="bottom"),
        "base": BASE.replace("A base", "Ours"),
    }
    with pytest.raises(RecipeError):
        actions.import_texts(user=admin_user, texts={**texts, "bad": "recipe: bad\nsteps: [x]"})
    assert not Recipe.objects.filter(name="bottom").exists()
    saved = actions.import_texts(user=admin_user, texts=texts)
    told = {one.version.recipe.name: (one.version.number, one.made) for one in saved}
    assert told == {"top": (1, True), "middle": (1, True), "bottom": (1, True), "base": (2, True)}
    assert Recipe.objects.get(name="top").newest.includes == ["base", "bottom", "middle"]
    again = actions.import_texts(user=admin_user, texts=texts)
    assert [one.made for one in again] == [False] * 4


def test_who_may_what(admin_user, brand_admin, reviewer, viewer, outsider, brand, person):
    with pytest.raises(PermissionDenied):
        actions.create_recipe(user=brand_admin, text=own())
    for user in (reviewer, outsider):
        with pytest.raises(PermissionDenied):
            actions.create_recipe(user=user, text=own(), brand=brand)
    recipe = actions.create_recipe(user=brand_admin, text=own(), brand=brand).version.recipe
    for user in (reviewer, viewer, outsider):
        with pytest.raises(PermissionDenied):
            actions.save_version(recipe=recipe, user=user, text=own(20))
        with pytest.raises(PermissionDenied):
            actions.restore_version(recipe=recipe, number=1, user=user)
        with pytest.raises(PermissionDenied):
            actions.set_archived(recipe=recipe, user=user, archived=True)
    everybodys = lookup.find("base", brand_admin)
    with pytest.raises(PermissionDenied):
        actions.save_version(recipe=everybodys, user=brand_admin, text=BASE.replace("800", "9"))
    with pytest.raises(PermissionDenied):
        actions.import_texts(user=brand_admin, texts={"base": BASE.replace("800", "9")})
    actions.save_version(recipe=recipe, user=admin_user, text=own(20))


def test_who_sees_what(brand_admin, viewer, outsider, brand, person):
    actions.create_recipe(user=brand_admin, text=own(), brand=brand)
    names = {user: {one.name for one in lookup.recipes(user)} for user in (viewer, outsider)}
    assert names == {viewer: {"base", "own", "shop"}, outsider: {"base", "shop"}}
    assert not lookup.recipes(person("nobody")).exists()
    with pytest.raises(LookupError, match="no recipe “own”"):
        lookup.find("own", outsider)
    with pytest.raises(LookupError, match="Did you mean “shop”"):
        lookup.find("shopp", viewer)


def test_a_brand_includes_its_own_and_everybodys_but_not_others(admin_user, brand, other_brand):
    actions.create_recipe(user=admin_user, text=own(), brand=brand)
    including = own(name="second").replace("steps", "include: [own, base]\nsteps")
    with pytest.raises(RecipeError, match="no recipe “own” to include"):
        actions.create_recipe(user=admin_user, text=including)
    with pytest.raises(RecipeError, match="no recipe “own” to include"):
        actions.create_recipe(user=admin_user, text=including, brand=other_brand)
    actions.create_recipe(user=admin_user, text=including, brand=brand)


def test_the_policy_for_one_and_for_many_agree(admin_user, brand_admin, viewer, outsider, brand):
    from dam.permissions import can

    actions.create_recipe(user=brand_admin, text=own(), brand=brand)
    for user in (admin_user, brand_admin, viewer, outsider):
        seen = set(Recipe.objects.visible_to(user))
        assert seen == {one for one in Recipe.objects.all() if can(user, "recipe.view", one)}
    assert Membership.objects.exists()
