"""Signatures: any change of any part is refused; nothing is served without keys."""

import stat

import pytest

from processing.transforms import keys
from processing.transforms.addresses import signed_path
from processing.transforms.errors import NotSigned
from processing.transforms.signing import Ring, sign, verify

RING = Ring("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
PATH = "w=100,f=jpg/v7/hill.jpg"


def test_what_was_signed_is_good_until_it_expires():
    assert verify(RING, sign(RING, PATH), PATH, now=10**10) is None
    signed = sign(RING, PATH, expires=1000)
    assert verify(RING, signed, PATH, now=999) == 1000
    with pytest.raises(NotSigned, match="time is over"):
        verify(RING, signed, PATH, now=1000)


def _changes(signed: str):
    for at, letter in enumerate(signed):
        for other in ("A", "B", "0", ".", ""):
            if other != letter:
                yield signed[:at] + other + signed[at + 1 :]
    yield from (signed + "A", signed + "=", "", ".", "k2", signed.upper(), f"{signed}.{signed}")


@pytest.mark.parametrize("expires", [None, 5_000_000_000])
def test_a_signature_with_any_letter_changed_is_refused(expires):
    signed = sign(RING, PATH, expires=expires)
    for changed in _changes(signed):
        with pytest.raises(NotSigned):
            verify(RING, changed, PATH, now=0)


@pytest.mark.parametrize(
    "path",
    [
        "w=101,f=jpg/v7/hill.jpg",
        "w=100,f=jpg/v8/hill.jpg",
        "w=100,f=jpg/v7/hall.jpg",
        "w=100,f=jpg/v7/hill.jpg/",
        "w=100,f=jpg//v7/hill.jpg",
        "w=100%2Cf=jpg/v7/hill.jpg",
        "W=100,f=jpg/v7/hill.jpg",
        "",
    ],
)
def test_a_path_with_any_part_changed_is_refused(path):
    with pytest.raises(NotSigned):
        verify(RING, sign(RING, PATH), path, now=0)


def test_an_expiry_cannot_be_taken_off_or_put_on():
    key, _, mark = sign(RING, PATH, expires=1000).split(".")
    with pytest.raises(NotSigned):
        verify(RING, f"{key}.{mark}", PATH, now=0)
    key, mark = sign(RING, PATH).split(".")
    with pytest.raises(NotSigned):
        verify(RING, f"{key}.9999999999.{mark}", PATH, now=0)


def test_an_older_key_is_good_until_it_is_taken_out():
    old = sign(Ring("k1", RING.secrets), PATH)
    assert verify(RING, old, PATH, now=0) is None
    with pytest.raises(NotSigned):
        verify(Ring("k2", {"k2": b"2" * 32}), old, PATH, now=0)


def test_without_keys_nothing_is_good():
    with pytest.raises(NotSigned, match="no keys"):
        verify(None, sign(RING, PATH), PATH, now=0)


def test_keys_do_not_show_when_they_are_printed():
    assert "1111" not in repr(RING)


def test_the_first_key_is_made_at_once_and_readable_by_us_alone(settings):
    first = keys.ring()
    path = settings.LOUPE_HOME / keys.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys._read = None
    assert keys.ring().secrets == first.secrets


def test_rotating_and_retiring():
    old = keys.ring()
    new = keys.rotate()
    assert new.active == "k2"
    assert set(keys.ring().secrets) == {"k1", "k2"}
    with pytest.raises(keys.KeysUnusable, match="rotate first"):
        keys.retire("k2")
    keys.retire("k1")
    with pytest.raises(NotSigned):
        verify(keys.ring(), sign(old, PATH), PATH, now=0)
    with pytest.raises(keys.KeysUnusable, match="no key"):
        keys.retire("k1")


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"active": "k9", "keys": {}}', '{"active": "k1", "keys": {"k1": "YQ=="}}', "[1]"],
)
@pytest.mark.django_db
def test_a_spoilt_file_of_keys_serves_nothing_and_the_doctor_says_so(settings, client, content):
    address = signed_path("v1", "w=100")
    (settings.LOUPE_HOME / keys.FILE).write_text(content)
    answer = client.get(address)
    assert answer.status_code == 403
    assert "no keys" in answer.content.decode()
    assert [finding.level for finding in keys.checkup()] == ["problem"]


@pytest.mark.parametrize(
    "given", [["k1"], ["k1:short"], ["K1:" + "x" * 20], ["a:" + "x" * 20, "a:" + "y" * 20]]
)
def test_keys_of_the_settings_that_are_none_are_refused(settings, given):
    settings.LOUPE_URL_KEYS = given
    with pytest.raises(keys.KeysUnusable):
        keys.ring()


def test_the_first_key_of_the_settings_signs(settings):
    settings.LOUPE_URL_KEYS = ["new:" + "x" * 20, "old:" + "y" * 20]
    assert keys.ring().active == "new"
    assert set(keys.ring().secrets) == {"new", "old"}
    with pytest.raises(keys.KeysUnusable, match="LOUPE_URL_KEYS"):
        keys.rotate()
