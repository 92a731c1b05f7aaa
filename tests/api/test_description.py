"""The description (OpenAPI 3.1): valid, whole, and served."""

import io
import re
from contextlib import redirect_stderr

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.plumbing import _load_enum_name_overrides
from drf_spectacular.validation import validate_schema

from dam.api import describe
from dam.api.me import NothingHere
from dam.scopes import Scope


@pytest.fixture(scope="module")
def document() -> dict:
    return describe.document()


def test_it_is_made_without_a_warning():
    describe.as_json.cache_clear()
    _load_enum_name_overrides.cache_clear()
    with redirect_stderr(io.StringIO()) as said:
        describe.as_json()
    assert said.getvalue() == ""


def test_it_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate_schema(document)


def _routes(resolver: URLResolver, before: str = "/"):
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one, path)
        elif isinstance(one, URLPattern) and path.startswith(describe.PREFIX):
            yield path, one


# Pages for people below the API's addresses: they are no part of it.
PAGES = {"api_docs"}


def test_every_address_is_in_it(document):
    described = {re.sub("{.*?}", "<>", path) for path in document["paths"]}
    there = {
        re.sub("<.*?>", "<>", path)
        for path, route in _routes(get_resolver())
        if route.name not in PAGES and getattr(route.callback, "cls", None) is not NothingHere
    }
    assert there == described
    assert len(there) > 25


def test_each_operation_says_what_it_is(document):
    ids = []
    for path, method, one in describe.operations(document):
        ids.append(one["operationId"])
        assert one["summary"], (path, method)
        assert one["description"].endswith("."), (path, method)
        assert one["tags"][0] in describe.GROUPS, (path, method)
        assert {"400", "401", "403", "406", "429"} <= one["responses"].keys(), (path, method)
        if "{" in path:
            assert "404" in one["responses"], (path, method)
        if "requestBody" in one:
            assert {"413", "415"} <= one["responses"].keys(), (path, method)
    assert len(ids) == len(set(ids))


def test_every_refusal_is_a_problem_with_an_example(document):
    for path, method, one in describe.operations(document):
        for status, answer in one["responses"].items():
            if status >= "400":
                body = answer["content"]["application/problem+json"]
                assert body["schema"] == {"$ref": "#/components/schemas/Problem"}, (path, method)
                assert body["example"]["status"] == int(status)


def test_each_operation_names_a_scope_that_exists(document):
    known = {*Scope.values}
    for path, method, one in describe.operations(document):
        tokens = [need["token"] for need in one["security"] if "token" in need]
        assert len(tokens) == 1, (path, method)
        assert set(tokens[0]) <= known


def test_it_is_served_to_those_who_are_let_in(program, viewer, document):
    answer = program(viewer, "search:read").get("schema/")
    assert answer.json() == document
    tag = answer["ETag"]
    assert program(viewer).get("schema/", If_None_Match=tag).status_code == 304
    assert program(None).get("schema/").status_code == 401


def test_whole_numbers_have_their_own_bounds(document):
    schemas = document["components"]["schemas"]
    bounds = {
        ("PatchedRulesInRequest", "min_width"): (0, 100_000),
        ("SourceInRequest", "priority"): (1, 10),
        ("RenamingInRequest", "start"): (0, 999_999_999),
        ("RelationInRequest", "target"): (1, 10**18 - 1),
    }
    for (schema, name), (least, most) in bounds.items():
        field = schemas[schema]["properties"][name]
        assert (field["minimum"], field["maximum"]) == (least, most), (schema, name)
