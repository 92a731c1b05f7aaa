"""Reference sets by program: from no set to a score with reasons, and what is refused."""

import pytest

from dam.models import Asset
from tests.api.conftest import is_problem
from tests.processing.consistency.sets import looked

pytestmark = pytest.mark.django_db


@pytest.fixture
def pictures(asset_factory) -> list[Asset]:
    """Four that are alike, and one that is much darker."""
    made = [looked(asset_factory(f"Model {n}"), stops=n / 10) for n in range(4)]
    made.append(looked(asset_factory("Night"), stops=-2.0))
    Asset.objects.update(category="product")
    return made


def test_from_nothing_to_a_score(program, admin_user, pictures, run_jobs):
    asking = program(admin_user)
    made = asking.post("consistency/", {"brand": "house", "category": "product"}).json()
    assert made["run"] is None
    place = f"consistency/{made['id']}"
    four = [asset.pk for asset in pictures[:4]]
    assert asking.post(f"{place}/pictures/", {"add": four}).json()["pictures"] == 4
    assert asking.post(f"{place}/runs/").status_code == 202
    run_jobs()
    run = asking.get(place).json()["run"]
    assert (run["measured"], run["pictures"]) == (1, 4)
    (worst,) = asking.get(f"{place}/runs/{run['id']}?aspect=exposure").json()["worst"]
    assert worst["title"] == "Night"
    assert worst["reasons"] == {"exposure": "Its subject is 2.1 stops darker than the reference's."}
    again = asking.post("consistency/", {"brand": "house", "category": "product"}).json()
    assert again["id"] == made["id"]


def test_locks_hold_for_renders_that_are_asked_for(program, admin_user, pictures):
    asking = program(admin_user)
    made = asking.post("consistency/", {"brand": "house", "category": "product"}).json()
    locks = f"consistency/{made['id']}/locks/"
    (lock,) = asking.post(locks, {"name": "size", "value": 1600}).json()
    assert (lock["name"], lock["value"], lock["locked_by"]) == ("size", 1600, "admin")
    renders = f"assets/{pictures[0].pk}/renders"
    wish = {"recipe": "marketplace-second", "variables": {"size": 900}}
    refused = is_problem(asking.post(renders, wish), 400)
    assert "“size” is locked to 1600 for House, Product by admin" in refused["detail"]
    assert asking.post(renders, wish | {"variables": {"size": 1600}}).status_code == 202
    assert asking.post(locks, {"name": "size", "value": None}).json() == []
    assert asking.post(renders, wish).status_code == 202


def test_nonsense_is_refused_in_words(program, admin_user, pictures, other_brand):
    asking = program(admin_user)
    made = asking.post("consistency/", {"brand": "house", "category": "event"}).json()
    place = f"consistency/{made['id']}"
    wrong = is_problem(asking.post(f"{place}/pictures/", {"add": [pictures[0].pk]}), 400)
    assert "is Product, and this set is Event" in str(wrong)
    is_problem(asking.post(f"{place}/pictures/", {"add": [10**9]}), 400)
    is_problem(asking.patch(place, {"floor": 101}), 400)
    is_problem(asking.post(f"{place}/locks/", {"name": "size", "value": [1]}), 400)
    is_problem(asking.post(f"{place}/locks/", {"name": "nothing", "value": 1}), 400)
    is_problem(asking.post("consistency/", {"brand": "nowhere", "category": "event"}), 400)
    is_problem(asking.get(f"{place}/runs/1"), 404)
    assert asking.get(f"{place}/pictures/").json() == []
