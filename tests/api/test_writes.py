"""Every address that writes: it may be asked twice, and never overwrites what was not seen."""

import pytest

from dam.api import describe
from processing.models import Source
from tests.api.conftest import Program, is_problem
from tests.api.test_every_operation import OPERATIONS, address_of, body_of

# POSTs without Idempotency-Key: asked twice they do no more than once, or have ways of their own.
HARMLESS_TWICE = {
    "renamings_preview",  # reads
    "recipes_validate",  # reads
    "assets_address",  # signs, and keeps nothing
    "similar_to_picture",  # reads
    "review_lease",  # what one holds comes first
    "review_take",
    "sources_events",  # says where to look
    "tus_create",  # one that is not gone on with runs out
}
# PATCHes and DELETEs without If-Match.
CHANGED_BLINDLY = {
    "tus_send",  # has its offset
    "tus_terminate",
    "made_delete",  # it can be made again
    "review_release",  # lets go of one's own
    "presets_delete",  # by its name: gone is gone
}
WRITES = [
    pytest.param(path, method, one, id=one["operationId"])
    for path, method, one in describe.operations(describe.document())
    if method != "get"
]


def headers_of(one: dict) -> set[str]:
    return {p["name"] for p in one.get("parameters", []) if p["in"] == "header"}


@pytest.mark.parametrize(("path", "method", "one"), WRITES)
def test_each_write_may_come_twice_or_is_changed_as_seen(path, method, one):
    name = one["operationId"]
    if method == "post":
        assert ("Idempotency-Key" in headers_of(one)) != (name in HARMLESS_TWICE)
    else:
        assert ("If-Match" in headers_of(one)) != (name in CHANGED_BLINDLY)


@pytest.mark.parametrize(("path", "method", "one"), WRITES)
def test_if_match_is_looked_at_or_refused(path, method, one, program, admin_user):
    if "If-Match" in headers_of(one):
        pytest.skip("tests/api/test_conditional.py changes things with it")
    body = body_of(one)
    answer = program(admin_user).ask(
        method.upper(), address_of(path, one), body, If_Match='"seen"', Tus_Resumable="1.0.0"
    )
    assert "If-Match" in is_problem(answer, 400)["detail"]


def test_the_lists_above_name_what_there_is():
    there = {one.values[2]["operationId"] for one in OPERATIONS}
    assert there >= HARMLESS_TWICE | CHANGED_BLINDLY


def test_a_decision_about_duplicates_is_taken_back_once(program, asset_factory, owner):
    one, two = asset_factory(), asset_factory()
    body = {"what": "dismiss", "keep": one.pk, "others": [two.pk]}
    asking = program(owner)
    made = asking.post("duplicates/decide", body, Idempotency_Key="decide").json()
    place = f"duplicates/decisions/{made['id']}/undo"
    first = asking.post(place, Idempotency_Key="undo")
    again = asking.post(place, Idempotency_Key="undo")
    assert first.status_code == 200
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    is_problem(asking.post(place), 409)


def test_the_unsigned_are_counted_by_address_when_they_upload(db, settings):
    settings.LOUPE_API_RATE_UNSIGNED = 2
    codes = [
        Program("lp_wrong").post("uploads/tus/", Tus_Resumable="1.0.0").status_code
        for _ in range(3)
    ]
    assert codes == [401, 401, 429]


@pytest.fixture
def source(brand, owner, tmp_path, settings) -> str:
    settings.LOUPE_WATCH_ROOTS = [tmp_path]
    drop = tmp_path / "drop"
    drop.mkdir()
    row = Source.objects.create(
        name="Drop", kind="folder", path=str(drop), brand=brand, bringer=owner
    )
    return f"sources/{row.pk}"


def test_a_source_is_changed_and_removed_as_one_has_seen_it(program, admin_user, source):
    asking = program(admin_user)
    seen = asking.get(source)["ETag"]
    changed = asking.patch(source, {"active": False}, If_Match=seen)
    assert changed.status_code == 200, changed.content
    assert changed["ETag"] == asking.get(source)["ETag"] != seen
    for method, body in (("PATCH", {"active": True}), ("DELETE", None)):
        is_problem(asking.ask(method, source, body, If_Match=seen), 412)
    assert asking.delete(source, If_Match=changed["ETag"]).status_code == 204
