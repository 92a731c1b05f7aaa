"""Shipped recipes: brought in once, renewed where nobody edited them, else left alone."""

import pytest

from processing.models import Recipe
from processing.recipebook import actions, lookup
from processing.recipebook.stock import bring_in
from tests.processing.recipebook.conftest import BASE, own

pytestmark = pytest.mark.django_db


def versions(name: str) -> list[tuple[int, bool]]:
    rows = Recipe.objects.get(name=name).versions.order_by("number")
    return [(one.number, one.author_id is None) for one in rows]


def test_they_come_once_and_cost_one_question_after(django_assert_num_queries):
    assert bring_in() == 2
    assert versions("base") == versions("shop") == [(1, True)]
    base = Recipe.objects.get(name="base")
    assert (base.title, base.newest.text, base.brand_id) == ("A base", BASE, None)
    assert Recipe.objects.get(name="shop").newest.includes == ["base"]
    with django_assert_num_queries(1):
        assert bring_in() == 0


def test_a_newer_loupe_makes_the_next_version(stock):
    bring_in()
    stock.now["base"] = BASE.replace("A base", "The base")
    assert bring_in() == 1
    assert versions("base") == [(1, True), (2, True)]
    assert Recipe.objects.get(name="base").title == "The base"
    assert versions("shop") == [(1, True)]


def test_what_somebody_edited_stays(stock, admin_user):
    base = lookup.find("base", admin_user)
    actions.save_version(recipe=base, user=admin_user, text=BASE.replace("800", "700"))
    stock.now["base"] = BASE.replace("800", "900")
    assert bring_in() == 1
    assert versions("base") == [(1, True), (2, False)]
    assert bring_in() == 0


def test_a_recipe_of_people_with_a_shipped_name_stays(stock, admin_user):
    actions.create_recipe(user=admin_user, text=own(name="later"))
    stock.now["later"] = own(20, "later")
    assert bring_in() == 1
    assert versions("later") == [(1, False)]
    stock.now["later"] = own(30, "later")
    bring_in()
    assert versions("later") == [(1, False)]
