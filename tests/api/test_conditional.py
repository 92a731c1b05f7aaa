"""ETags: nothing is sent twice, and nobody overwrites what they have not seen."""

import threading

import pytest
from django.db import connection

from dam.models import Collection, Term
from tests.api.conftest import is_problem


@pytest.fixture
def things(asset_factory, owner, brand):
    asset = asset_factory()
    return {
        "asset": f"assets/{asset.pk}",
        "version": f"versions/{asset.current_version_id}",
        "collection": f"collections/{Collection.objects.create(name='C', owner=owner).pk}",
        "term": f"terms/{Term.objects.create(facet='keyword', name='zz').pk}",
        "brand": f"brands/{brand.slug}",
    }


CHANGES = {
    "asset": {"description": "New"},
    "collection": {"description": "New"},
    "term": {"active": False},
    "brand": {"min_width": 500},
}


@pytest.mark.parametrize("kind", ["asset", "version", "collection", "term", "brand"])
def test_what_one_has_is_not_sent_again(program, admin_user, things, kind):
    asking = program(admin_user)
    first = asking.get(things[kind])
    assert first["ETag"].startswith('"')
    for known in (first["ETag"], f'"x", {first["ETag"]}', f"W/{first['ETag']}", "*"):
        again = asking.get(things[kind], If_None_Match=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    assert asking.get(things[kind], If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize("kind", CHANGES)
def test_only_what_one_has_seen_is_changed(program, admin_user, things, kind):
    asking = program(admin_user)
    seen = asking.get(things[kind])["ETag"]
    changed = asking.patch(things[kind], CHANGES[kind], If_Match=seen)
    assert changed.status_code == 200, changed.content
    assert changed["ETag"] != seen
    assert changed["ETag"] == asking.get(things[kind])["ETag"]
    is_problem(asking.patch(things[kind], CHANGES[kind], If_Match=seen), 412)
    is_problem(asking.patch(things[kind], CHANGES[kind], If_Match=f"W/{changed['ETag']}"), 412)
    assert asking.patch(things[kind], CHANGES[kind], If_Match="*").status_code == 200


def test_a_collection_is_deleted_as_one_has_seen_it(program, owner, things):
    asking = program(owner)
    is_problem(asking.delete(things["collection"], If_Match='"other"'), 412)
    seen = asking.get(things["collection"])["ETag"]
    assert asking.delete(things["collection"], If_Match=seen).status_code == 204
    assert not Collection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_have_seen_the_same_one_changes_it(program, admin_user, things):
    asking, codes = program(admin_user), []
    seen = asking.get(things["collection"])["ETag"]

    def change(number: int):
        body = {"description": f"By {number}"}
        codes.append(asking.patch(things["collection"], body, If_Match=seen).status_code)
        connection.close()

    threads = [threading.Thread(target=change, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200] + [412] * 5
