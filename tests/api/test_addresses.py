"""Who may hand a picture out to the public, and for how long."""

import time

import pytest

from tests.api.conftest import Program, is_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign(program, asset_factory):
    asset = asset_factory()

    def ask(person, **body):
        return program(person).post(f"assets/{asset.pk}/address", {"options": "w=100"} | body)

    return ask


def test_those_who_only_look_on_hand_nothing_out(sign, viewer, teammate):
    is_problem(sign(viewer), 403)
    assert sign(teammate).status_code == 200


def test_a_token_that_only_reads_hands_nothing_out(token, asset_factory, owner):
    _, secret = token(owner, "assets:read")
    address = f"assets/{asset_factory().pk}/address"
    is_problem(Program(secret).post(address, {"options": "w=100"}), 403)


def test_no_address_is_good_for_longer_than_the_library_allows(sign, owner, settings):
    settings.LOUPE_ADDRESS_DAYS = 2
    assert "2 days" in str(is_problem(sign(owner, seconds=3 * 86_400), 400))
    path = sign(owner).json()["path"]
    expires = int(path.split("/")[2].split(".")[1])
    assert 0 < expires - time.time() <= 2 * 86_400 + 5
