"""What is registered in code (steps, weights, permissions, tables) is in the reference pages."""

import pytest
from django.apps import apps

from dam.models import ApiToken, Asset, BrandProfile, Collection, Renaming, User, Version
from dam.permissions import PERMISSIONS, can
from dam.roles import EVERY_BRAND, Grants, Role
from processing import steps, weights
from processing.models import Recipe
from tests.docs.reading import OURS, codes, document, first_codes, rows

ME, SOMEBODY_ELSE, BRAND = 1, 2, 7


def test_steps_are_documented():
    said = {}
    for name, after, title, limit in rows(document("reference/steps.md")):
        said[codes(name)[0]] = (set(codes(after)), title, int(limit.removesuffix(" s")))
    there = {one.name: (set(one.after), one.title, one.time_limit) for one in steps.known()}
    assert said == there


def test_weights_are_documented():
    table = [row for row in rows(document("reference/models.md")) if codes(row[0])]
    said = {codes(row[0])[0]: row[1:3] for row in table}
    there = {name: [one.task, one.licence] for name, one in weights.manifest().items()}
    assert said == there


def test_permissions_are_documented():
    assert first_codes(document("reference/permissions.md")) == PERMISSIONS.keys()


def test_tables_are_documented():
    there = {
        model.__name__
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        # django-pghistory makes a table of events for each table that it tracks.
        if not hasattr(model, "pgh_tracked_model")
    }
    assert first_codes(document("reference/data-model.md")) == there


COLUMNS = {
    "viewer": (Role.VIEWER, BRAND),
    "creator": (Role.CREATOR, BRAND),
    "reviewer": (Role.REVIEWER, BRAND),
    "admin of the brand": (Role.ADMIN, BRAND),
    "admin of every brand": (Role.ADMIN, EVERY_BRAND),
}


def _person(column: str) -> User:
    """Somebody with one role; their grants are given, so that no database is asked."""
    role, brand = COLUMNS[column]

    def brands(least: Role) -> frozenset[int | None]:
        return frozenset({brand} if role in Role.at_least(least) else ())

    user = User(pk=ME, username=column)
    user._grants = Grants(
        ME, brands(Role.VIEWER), brands(Role.CREATOR), brands(Role.REVIEWER), brands(Role.ADMIN)
    )
    return user


def _thing(permission: str, owner: int) -> object:
    asset = Asset(pk=3, brand_id=BRAND, owner_id=owner)
    kinds = {"asset": asset, "version": Version(pk=4, asset=asset), "brand": BrandProfile(pk=BRAND)}
    kinds["collection"] = Collection(pk=5, owner_id=owner)
    kinds["token"] = ApiToken(pk=6, user_id=owner)
    kinds["renaming"] = Renaming(pk=6, created_by_id=owner)
    kinds["source"] = kinds["brand"]
    kinds["consistency"] = kinds["brand"]
    kinds["recipe"] = Recipe(pk=7, brand_id=BRAND)
    if permission in {"preset.manage", "source.see", "source.use_server_keys"}:
        return None
    if permission.endswith(".add") or permission.startswith(
        ("library.", "review.", "system.", "term.")
    ):
        return None
    return kinds[permission.split(".")[0]]


def _cells() -> list[tuple[str, str, str]]:
    table = [row for row in rows(document("reference/permissions.md")) if len(row) == 7]
    cells = []
    for row in table:
        cells += [(codes(row[0])[0], *pair) for pair in zip(COLUMNS, row[2:], strict=True)]
    # A cell with words depends on what is in the library: tests/dam/test_permissions.py.
    return [cell for cell in cells if cell[2] in {"yes", "no", "own"}]


def test_the_table_of_permissions_is_whole():
    in_words = {"asset.view", "collection.view", "rendition.look", "rendition.download"}
    assert {permission for permission, _, _ in _cells()} >= PERMISSIONS.keys() - in_words


@pytest.mark.parametrize(("permission", "column", "said"), _cells())
def test_what_each_role_may_do_is_as_documented(permission: str, column: str, said: str):
    user = _person(column)
    allowed = [can(user, permission, _thing(permission, owner)) for owner in (ME, SOMEBODY_ELSE)]
    assert allowed == {"yes": [True, True], "own": [True, False], "no": [False, False]}[said]
