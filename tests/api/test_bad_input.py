"""Whatever is sent, the answer is a refusal in words and never a fault of ours."""

import json

import pytest
from django.test import Client

from tests.api.conftest import is_problem

NUL, HALF = "a\0b", "a\ud800b"


@pytest.mark.parametrize("text", [NUL, HALF])
@pytest.mark.parametrize("path", ["collections/", "assets/bulk"])
def test_text_that_no_database_keeps_is_refused(program, owner, path, text):
    is_problem(program(owner).post(path, {"name": text}), 400)
    is_problem(program(owner).post(path, {text: "x"}), 400)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_json_that_is_none_is_refused(program, owner, body):
    asking = program(owner)
    answer = asking.client.generic(
        "POST", "/api/v1/collections/", body, "application/json", headers=asking.headers
    )
    is_problem(answer, 400)


def test_a_body_that_is_too_large_is_refused(program, owner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    is_problem(program(owner).post("collections/", {"name": "x" * 20_000}), 413)


def test_a_body_of_another_type_is_refused(program, owner):
    asking = program(owner)
    answer = asking.client.post(
        "/api/v1/collections/", "<x/>", content_type="text/xml", headers=asking.headers
    )
    is_problem(answer, 415)


@pytest.mark.parametrize(
    "path",
    [
        "assets/?tag=%00",
        "assets/?brand=%ff",
        "uploads/states?versions=%00",
        f"uploads/states?versions={'9' * 18},{'9' * 30},-1,%C2%B2",
        f"versions/{'9' * 18}/original",
        f"versions/{'9' * 18}/renditions/large",
        "brands/nowhere",
        "search/?q=%00",
        "search/?cursor=odd",
        "review/decisions/?reviewer=%00",
    ],
)
def test_odd_addresses_are_no_fault(program, admin_user, brand, path):
    assert program(admin_user).get(path).status_code in {200, 400, 404}


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("get", "/?like=" + "9" * 40, {}),
        ("get", "/?like=%C2%B2", {}),
        ("get", "/?q=%00", {}),
        ("get", "/terms?q=%00", {}),
        ("get", "/activity?x=%00", {}),
        ("post", "/activity/retry", {"job": "9" * 40}),
        ("post", "/activity/retry", {"job": "²"}),
        ("post", "/activity/retry", {"category": NUL}),
        ("post", "/collections/", {"name": NUL}),
        ("post", "/brands/", {"name": NUL}),
        ("post", "/assets/1/edit", {"title": NUL}),
        ("post", "/assets/" + "9" * 40 + "/bin", {}),
        ("get", "/assets/" + "9" * 40, {}),
        ("get", "/review/" + "9" * 40, {}),
        ("get", "/renditions/" + "9" * 40 + "/large", {}),
    ],
)
def test_odd_requests_of_the_pages_are_no_fault(admin_user, brand, method, address, body):
    browser = Client(raise_request_exception=False)
    browser.force_login(admin_user)
    answer = getattr(browser, method)(address, body)
    assert answer.status_code in {200, 302, 400, 404}, answer.status_code


def test_a_title_with_nul_changes_nothing_and_says_so(owner, asset_factory):
    asset = asset_factory("Sea")
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    answer = browser.post(f"/assets/{asset.pk}/edit", {"title": NUL})
    assert answer.status_code == 400
    assert answer.content.decode().endswith(".")
    asset.refresh_from_db()
    assert asset.title == "Sea"


def test_a_json_key_twice_is_no_fault(program, owner):
    body = json.dumps({"name": "A"})[:-1] + ', "name": "B"}'
    asking = program(owner)
    answer = asking.client.generic(
        "POST", "/api/v1/collections/", body, "application/json", headers=asking.headers
    )
    assert answer.status_code == 201
