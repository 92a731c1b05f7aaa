"""Requests that come twice: the same answer again, and the work done once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dam.api import idempotency
from dam.models import Collection, IdempotencyKey
from tests.api.conftest import is_problem

KEY = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
BODY = {"name": "Spring"}


def test_the_same_request_brings_the_same_answer(program, viewer):
    asking = program(viewer)
    first = asking.post("collections/", BODY, Idempotency_Key=KEY)
    again = asking.post("collections/", BODY, Idempotency_Key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Collection.objects.count() == 1


def test_without_a_key_it_is_done_again(program, viewer):
    program(viewer).post("collections/", BODY)
    is_problem(program(viewer).post("collections/", BODY), 400)


def test_another_request_with_the_key_is_refused(program, viewer):
    asking = program(viewer)
    asking.post("collections/", BODY, Idempotency_Key=KEY)
    is_problem(asking.post("collections/", {"name": "Autumn"}, Idempotency_Key=KEY), 422)
    assert Collection.objects.count() == 1


def test_a_key_is_of_one_person(program, viewer, owner):
    program(viewer).post("collections/", BODY, Idempotency_Key=KEY)
    assert program(owner).post("collections/", BODY, Idempotency_Key=KEY).status_code == 201
    assert Collection.objects.count() == 2


def test_a_refusal_is_not_kept(program, viewer):
    asking = program(viewer)
    is_problem(asking.post("collections/", {"name": ""}, Idempotency_Key=KEY), 400)
    assert not IdempotencyKey.objects.exists()
    assert asking.post("collections/", BODY, Idempotency_Key=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_that_is_none_is_refused(program, viewer, key):
    is_problem(program(viewer).post("collections/", BODY, Idempotency_Key=key), 400)


def test_while_it_is_being_carried_out_others_are_told_so(program, viewer):
    asking = program(viewer)
    asking.post("collections/", BODY, Idempotency_Key=KEY)
    IdempotencyKey.objects.update(status=None, created_at=timezone.now())
    answer = asking.post("collections/", BODY, Idempotency_Key=KEY)
    is_problem(answer, 409)
    assert answer["Retry-After"] == "1"


def test_one_whose_process_died_is_begun_again(program, viewer):
    asking = program(viewer)
    asking.post("collections/", BODY, Idempotency_Key=KEY)
    Collection.objects.all().delete()
    long_ago = timezone.now() - idempotency.GIVEN_UP - timedelta(seconds=1)
    IdempotencyKey.objects.update(status=None, created_at=long_ago)
    assert asking.post("collections/", BODY, Idempotency_Key=KEY).status_code == 201
    assert Collection.objects.count() == 1


def test_keys_are_forgotten_after_a_day(program, viewer):
    asking = program(viewer)
    asking.post("collections/", BODY, Idempotency_Key=KEY)
    old = timezone.now() - idempotency.KEPT - timedelta(seconds=1)
    IdempotencyKey.objects.update(created_at=old)
    asking.post("collections/", {"name": "Autumn"}, Idempotency_Key="another")
    assert [row.key for row in IdempotencyKey.objects.all()] == ["another"]


def test_an_upload_is_known_by_its_bytes(program, owner, picture):
    import io

    def send(data: bytes, name: str = "sea.jpg"):
        file = io.BytesIO(data)
        file.name = name
        return program_of.send("uploads/", {"file": file}, Idempotency_Key=KEY)

    program_of = program(owner)
    first = send(picture(seed=1))
    assert first.status_code == 201
    again = send(picture(seed=1))
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    is_problem(send(picture(seed=2)), 422)
    is_problem(send(picture(seed=1), "sky.jpg"), 422)


def test_the_order_of_fields_makes_no_other_request(program, viewer):
    asking = program(viewer)
    one = asking.post("collections/", {"name": "A", "description": "B"}, Idempotency_Key=KEY)
    two = asking.post("collections/", {"description": "B", "name": "A"}, Idempotency_Key=KEY)
    assert (two.json(), two["Idempotency-Replayed"]) == (one.json(), "true")


@pytest.mark.django_db(transaction=True)
def test_a_slow_request_whose_place_was_taken_undoes_what_it_did(program, viewer, monkeypatch):
    """It was only slow, not dead: the one that took its place is the one that counts."""
    from dam.api.collections import actions

    asking, plain = program(viewer), actions.create_collection

    def take_over():
        IdempotencyKey.objects.update(created_at=timezone.now())
        connection.close()

    def meanwhile(**given):
        other = threading.Thread(target=take_over)
        other.start()
        other.join()
        return plain(**given)

    monkeypatch.setattr(actions, "create_collection", meanwhile)
    is_problem(asking.post("collections/", BODY, Idempotency_Key=KEY), 409)
    assert not Collection.objects.exists()
    assert IdempotencyKey.objects.get().status is None, "the other's row is left alone"


def test_the_answer_is_kept_with_the_work_or_not_at_all(program, viewer, monkeypatch):
    def fail(*_given) -> bool:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(idempotency, "_keep", fail)
    answer = program(viewer).post("collections/", BODY, Idempotency_Key=KEY)
    assert answer.status_code == 500
    assert not Collection.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one(program, viewer):
    asking, codes = program(viewer), []

    def ask():
        codes.append(asking.post("collections/", BODY, Idempotency_Key=KEY).status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {201, 409}
    assert 201 in codes
    assert Collection.objects.count() == 1
