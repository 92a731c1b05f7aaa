"""Lists in bodies: refused by their length before anybody looks at their items."""

import pytest
from django.urls import get_resolver
from rest_framework import serializers

from dam.api.serializers import BoundedList, Given, Id
from tests.api.conftest import is_problem


class CountingId(Id):
    looked = 0

    def run_validation(self, data=serializers.empty):
        CountingId.looked += 1
        return super().run_validation(data)


class Wish(Given):
    ids = BoundedList(child=CountingId(), max_length=50)


@pytest.fixture(autouse=True)
def _nothing_was_looked_at():
    CountingId.looked = 0


def test_a_list_that_is_too_long_is_not_looked_at():
    wish = Wish(data={"ids": [0] * 51})
    assert not wish.is_valid()
    assert wish.errors["ids"] == ["Ensure this field has no more than 50 elements."]
    assert CountingId.looked == 0


def test_ten_faults_are_enough():
    wish = Wish(data={"ids": [1, *[0] * 49]})
    assert not wish.is_valid()
    assert list(wish.errors["ids"]) == list(range(1, 11))
    assert CountingId.looked == 11
    assert Wish(data={"ids": list(range(1, 51))}).is_valid()


def test_zeros_without_end_cost_nothing_and_get_a_short_answer(program, owner):
    answer = program(owner).post("assets/bulk", {"action": "bin", "ids": [0] * 100_000})
    assert is_problem(answer, 400)["errors"] == {
        "ids": ["Ensure this field has no more than 500 elements."]
    }
    assert len(answer.content) < 1_000


def _kinds(of: type) -> set[type]:
    below = of.__subclasses__()
    return set(below).union(*map(_kinds, below))


def test_every_list_that_comes_in_is_bounded():
    get_resolver().url_patterns  # noqa: B018 - imports every serializer of the API
    lists = [
        (f"{kind.__name__}.{name}", field, issubclass(kind, Given))
        for kind in _kinds(serializers.Serializer)
        for name, field in kind._declared_fields.items()
        if isinstance(field, serializers.ListField)
    ]
    assert sum(given for _, _, given in lists) > 15
    bare = [
        name
        for name, field, given in lists
        if not isinstance(field, BoundedList) and (given or field.max_length is not None)
    ]
    assert bare == []


def test_the_description_tells_how_many():
    from dam.api import describe

    body = describe.document()["paths"]["/api/v1/assets/bulk"]["post"]["requestBody"]["content"]
    name = body["application/json"]["schema"]["$ref"].rpartition("/")[2]
    wish = describe.document()["components"]["schemas"][name]["properties"]["ids"]
    assert (wish["type"], wish["minItems"], wish["maxItems"]) == ("array", 1, 500)
