"""Content credentials: read, checked, told in plain words; and never asked of a network."""

import http.server
import io
import threading

import numpy as np
import pytest
from PIL import Image

from dam.credentials import FAILURES, credentials_in_words
from dam.models import Version
from processing import sandbox
from processing.metadata import credentials
from processing.metadata.signing import SigningError, check, parent, sign
from tests.signing import AI, signed, signing_key

MIMES = {"image/jpeg": "JPEG", "image/webp": "WEBP", "image/png": "PNG"}


def photo(mime: str = "image/jpeg") -> bytes:
    pixels = np.random.default_rng(8).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, MIMES[mime])
    return file.getvalue()


def found(tmp_path, data: bytes, mime: str = "image/jpeg"):
    path = tmp_path / "a"
    path.write_bytes(data)
    return credentials.read(path, mime) if credentials.mentioned(path) else None


@pytest.mark.parametrize("mime", MIMES)
def test_they_are_read(tmp_path, mime):
    said = found(tmp_path, signed(photo(mime), mime), mime)
    assert said.state == "valid"
    assert (said.title, said.generator) == ("harbour.jpg", "Camera firmware 1.2")
    assert (said.signer, said.issuer, said.algorithm) == ("Test signer", "Loupe tests", "Es256")
    assert (said.source, said.ai) == ("digitalCapture", False)
    assert [action.name for action in said.actions] == ["c2pa.created"]
    assert said.failures == ("signingCredential.untrusted",)


def test_most_files_have_none(tmp_path):
    assert found(tmp_path, photo()) is None
    assert found(tmp_path, b"") is None
    assert found(tmp_path, photo() + b"c2pa") is None
    assert found(tmp_path, b"c2pa, a word in a text", "text/plain") is None


def test_generative_ai_is_noticed(tmp_path):
    said = found(tmp_path, signed(photo(), source=AI))
    assert (said.ai, said.source) == (True, "trainedAlgorithmicMedia")


@pytest.mark.parametrize("spot", [-2_000, -60_000])
def test_a_changed_picture_is_told(tmp_path, spot):
    data = bytearray(signed(photo()))
    data[spot] ^= 1
    said = found(tmp_path, bytes(data))
    assert said.state == "invalid"
    assert "assertion.dataHash.mismatch" in said.failures


def test_a_changed_statement_is_told(tmp_path):
    data = signed(photo())
    changed = data.replace(b"48,12.5N", b"48,12.6N")
    assert changed != data
    said = found(tmp_path, changed)
    assert said.state == "invalid"
    assert "assertion.hashedURI.mismatch" in said.failures


def test_damaged_ones_are_told_and_nothing_more(tmp_path):
    data = bytearray(signed(photo()))
    at = data.find(b"jumb")
    states = set()
    for spot in range(at, at + 3_000, 61):
        broken = bytearray(data)
        broken[spot : spot + 8] = b"\xff" * 8
        said = found(tmp_path, bytes(broken))
        states.add(said.state if said else None)
    assert states <= {"valid", "invalid", "unreadable", None}  # some bytes are only padding
    assert states & {"invalid", "unreadable"}


@pytest.fixture
def canary():
    """A server that nobody must ask."""
    asked: list[str] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/manifest.c2pa", asked
    server.shutdown()
    server.server_close()


def test_an_address_in_a_file_is_not_asked(tmp_path, canary):
    address, asked = canary
    path = tmp_path / "a.jpg"
    path.write_bytes(signed(photo(), remote=address))
    assert credentials.mentioned(path)
    assert credentials.read(path, "image/jpeg").state == "elsewhere"
    made_from = parent(path, "image/jpeg", "a.jpg")
    sign(
        photo(),
        "image/jpeg",
        signing_key(),
        title="b",
        made_from=made_from,
        actions=(),
        strip_place=True,
    )
    assert asked == []


@pytest.mark.django_db
def test_they_are_read_in_the_sandbox(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(signed(photo()))
    assert sandbox.call(credentials.read, path, "image/jpeg") == credentials.read(
        path, "image/jpeg"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("mime", MIMES)
@pytest.mark.parametrize("strip", [True, False])
def test_a_download_names_its_parent(tmp_path, mime, strip):
    original = tmp_path / "original.jpg"
    original.write_bytes(signed(photo()))
    made_from = sandbox.call(parent, original, "image/jpeg", "original.jpg")
    data = sign(
        photo(mime),
        mime,
        signing_key("House"),
        title="small",
        made_from=made_from,
        actions=("c2pa.resized", "c2pa.converted"),
        strip_place=strip,
    )
    said = found(tmp_path, data, mime)
    assert (said.state, said.signer, said.title) == ("valid", "House", "small")
    (ingredient,) = said.ingredients
    assert (ingredient.title, ingredient.relationship) == ("original.jpg", "parentOf")
    assert ingredient.signed
    names = ["c2pa.opened", "c2pa.resized", "c2pa.converted"]
    assert [action.name for action in said.actions] == names + ["c2pa.redacted"] * strip
    assert (b"GPSLatitude" in data) is not strip
    plain = Image.open(io.BytesIO(photo(mime))).tobytes()
    assert Image.open(io.BytesIO(data)).tobytes() == plain


def test_ai_stays_known_through_a_download(tmp_path):
    original = tmp_path / "original.jpg"
    original.write_bytes(signed(photo(), source=AI))
    made_from = parent(original, "image/jpeg", "original.jpg")
    data = sign(
        photo(),
        "image/jpeg",
        signing_key(),
        title="b",
        made_from=made_from,
        actions=(),
        strip_place=False,
    )
    assert found(tmp_path, data).ai


def test_a_parent_without_credentials_is_named_too(tmp_path):
    original = tmp_path / "original.jpg"
    original.write_bytes(photo())
    made_from = parent(original, "image/jpeg", "original.jpg")
    data = sign(
        photo(),
        "image/jpeg",
        signing_key(),
        title="b",
        made_from=made_from,
        actions=(),
        strip_place=True,
    )
    (ingredient,) = found(tmp_path, data).ingredients
    assert (ingredient.title, ingredient.signed) == ("original.jpg", False)
    assert parent(original, "text/csv", "original.csv") is None


def test_a_key_is_tried_before_it_is_needed():
    check(signing_key())
    with pytest.raises(SigningError, match=r"^It cannot .*\.$"):
        check(type(signing_key())(signing_key().certificates, b"no key"))
    with pytest.raises(SigningError, match=r"^It cannot .*\.$"):
        check(type(signing_key())(signing_key("Other").certificates, signing_key().key))
    assert "PRIVATE" not in repr(signing_key())


def test_they_land_on_the_version_and_on_the_page(ingest, run_jobs, client, owner):
    client.force_login(owner)
    outcome = ingest(signed(photo(), source=AI, title='<script>alert("x")</script>'))
    run_jobs()
    version = Version.objects.get(pk=outcome.version.pk)
    assert version.credentials["state"] == "valid"
    page = client.get(f"/assets/{outcome.asset.pk}").content.decode()
    for words in (
        "Content credentials",
        "Intact",
        "Made by generative AI",
        "Test signer, Loupe tests",
        "Camera firmware 1.2",
        str(FAILURES["signingCredential.untrusted"]),
    ):
        assert words in page, words
    assert "<script>alert" not in page


def test_a_tampered_file_is_told_as_such_on_the_page(ingest, run_jobs, client, owner):
    client.force_login(owner)
    data = bytearray(signed(photo()))
    data[-2_000] ^= 1
    outcome = ingest(bytes(data))
    run_jobs()
    page = client.get(f"/assets/{outcome.asset.pk}").content.decode()
    assert "Does not hold" in page
    assert "The picture was changed after it was signed." in page


def test_what_breaks_the_reader_does_not_cost_the_picture(
    ingest, run_jobs, client, owner, monkeypatch
):
    genuine = sandbox.call

    def crash(function, *arguments, **named):
        if function is credentials.read:
            raise sandbox.Crashed("It crashed.")
        return genuine(function, *arguments, **named)

    monkeypatch.setattr(sandbox, "call", crash)
    client.force_login(owner)
    outcome = ingest(signed(photo()))
    run_jobs()
    version = Version.objects.get(pk=outcome.version.pk)
    assert version.state != Version.State.REFUSED
    assert version.credentials["state"] == "unreadable"
    page = client.get(f"/assets/{outcome.asset.pk}").content.decode()
    assert "There are credentials in the file, but they are damaged." in page


def test_a_file_that_says_ai_itself_is_believed_that_far(asset_factory):
    version = asset_factory().current_version
    assert credentials_in_words(version) is None
    version.metadata = {"digital_source": AI}
    shown = credentials_in_words(version)
    assert (shown.ai, shown.source, shown.state) == (True, "Made by generative AI", "None")
    assert shown.reasons == ["The file says so in its metadata; nobody has signed it."]
