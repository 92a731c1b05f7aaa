"""Downloads carry what the library says today, as the brand wants it; originals are unchanged."""

import hashlib
import io

import pytest
from PIL import Image

from dam.actions.brands import change_rules
from dam.actions.rights import change_rights
from dam.actions.tags import decide, term_named
from dam.models import Asset, TagAssignment
from dam.storage import path_of
from processing.delivery import making
from processing.delivery import signing as delivery_signing
from processing.delivery.signing import checkup
from processing.metadata import credentials
from processing.metadata.reading import PictureMetadata, read
from processing.metadata.signing import Parent
from tests.processing.test_metadata import XMP, camera_exif, dataset, photoshop_segment
from tests.signing import signed, signing_key


@pytest.fixture
def picture_with_all(picture) -> bytes:
    """A JPEG with a place in EXIF, in XMP, and in what looks like a maker note; and a thumbnail."""
    exif = camera_exif()
    exif.get_ifd(0x8769)[37500] = b"MakerNote GPS 33.8568 S"
    packet = XMP.replace(
        b'photoshop:City="Vienna"', b'photoshop:City="Vienna" exif:GPSLatitude="33,51S"'
    )
    packet = packet.replace(b"xmlns:dc", b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc')
    data = picture((900, 600), seed=4, exif=exif, xmp=packet)
    return data[:2] + photoshop_segment((0x404, dataset(90, b"Vienna"))) + data[2:]


@pytest.fixture
def asset(ingest, run_jobs, picture_with_all, client, owner) -> Asset:
    client.force_login(owner)
    outcome = ingest(picture_with_all)
    run_jobs()
    return Asset.objects.get(pk=outcome.asset.pk)


@pytest.fixture
def download(client, asset, tmp_path):
    """Download a rendition, and read its metadata."""

    def get(query: str = "", purpose: str = "preview", **headers):
        address = f"/renditions/{asset.current_version_id}/{purpose}?download{query}"
        return client.get(address, headers=headers)

    return get


def body(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def said(data: bytes, tmp_path) -> PictureMetadata:
    (tmp_path / "downloaded").write_bytes(data)
    return read(tmp_path / "downloaded")


FORMATS = [("", "image/webp", "WEBP"), ("&format=jpeg", "image/jpeg", "JPEG")]


@pytest.mark.parametrize(("query", "mime", "format"), FORMATS)
def test_it_carries_what_the_library_says_now(
    asset, owner, download, tmp_path, query, mime, format
):
    change_rights(asset=asset, user=owner, creator="Ada Byron", usage_terms="Ask first")
    term = term_named("tall ship")
    decide(asset=asset, term=term, user=owner, state=TagAssignment.State.ACCEPTED)
    response = download(query)
    data = body(response)
    assert response["Content-Type"] == mime
    assert response["Cache-Control"] == "private, no-cache"
    assert Image.open(io.BytesIO(data)).format == format
    found = said(data, tmp_path)
    assert (found.title, found.creator, found.usage_terms) == (
        "Title from XMP",
        "Ada Byron",
        "Ask first",
    )
    assert "tall ship" in found.keywords
    assert {"harbour", "boat"} <= {word.lower() for word in found.keywords}
    assert (found.camera_model, found.iso) == ("Camera One", 400)
    change_rights(asset=asset, user=owner, creator="Eve")
    again = download(query)
    assert again["ETag"] != response["ETag"]
    assert said(body(again), tmp_path).creator == "Eve"


@pytest.mark.parametrize(("query", "mime", "format"), FORMATS)
@pytest.mark.parametrize("purpose", ["thumbnail", "preview", "large"])
def test_no_trace_of_the_place_where_the_brand_leaves_it_out(
    asset, download, tmp_path, query, mime, format, purpose
):
    assert asset.brand.rules.strip_gps
    data = body(download(query, purpose))
    found = said(data, tmp_path)
    assert (found.gps, found.city) == (None, "")
    for trace in (b"GPS", b"MakerNote", b"Vienna", b"33,51"):
        assert trace not in data
    exif = Image.Image.getexif(Image.open(io.BytesIO(data)))
    assert 0x8825 not in exif
    assert not exif.get_ifd(0x8825)


def test_the_place_is_there_where_the_brand_lets_it_out(asset, admin_user, download, tmp_path):
    change_rules(brand=asset.brand, user=admin_user, rules={"strip_gps": False})
    found = said(body(download("&format=jpeg")), tmp_path)
    assert found.gps == pytest.approx((-33.8568, 151.2), abs=1e-6)
    assert found.city == "Vienna"


@pytest.mark.parametrize("rule", ["rights", "none"])
def test_the_brand_says_how_much(asset, owner, admin_user, download, tmp_path, rule):
    change_rights(asset=asset, user=owner, credit="House")
    change_rules(brand=asset.brand, user=admin_user, rules={"embed_metadata": rule})
    data = body(download())
    found = said(data, tmp_path)
    assert found.credit == ("House" if rule == "rights" else "")
    assert (found.title, found.keywords, found.camera_model) == ("", (), "")
    if rule == "none":
        assert found.raw == {}


def test_the_original_is_as_it_came_and_pages_show_bare_pictures(
    asset, owner, client, picture_with_all
):
    change_rights(asset=asset, user=owner, creator="Ada Byron")
    version = asset.current_version
    assert body(client.get(f"/originals/{version.pk}")) == picture_with_all
    shown = client.get(f"/renditions/{version.pk}/large")
    assert shown["Cache-Control"].endswith("immutable")
    data = body(shown)
    assert b"XMP " not in data
    assert b"EXIF" not in data
    assert hashlib.sha256(data).hexdigest() == version.renditions.get(purpose="large").sha256


def test_browsers_ask_and_are_told_that_nothing_changed(download, asset, owner):
    response = download()
    body(response)
    again = download(**{"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == response["ETag"]
    change_rights(asset=asset, user=owner, credit="New")
    assert download(**{"If-None-Match": response["ETag"]}).status_code == 200


def test_it_is_made_once_and_old_words_go(download, asset, owner, monkeypatch):
    made = []
    genuine = making.as_jpeg
    monkeypatch.setattr(making, "as_jpeg", lambda path: made.append(1) or genuine(path))
    for _ in range(3):
        body(download("&format=jpeg"))
    assert len(made) == 1
    for name in ("A", "B", "C"):
        change_rights(asset=asset, user=owner, creator=name)
        body(download("&format=jpeg"))
        body(download())
    folder = path_of(making.key_of(asset.current_version_id, "preview", "x", ".jpg")).parent
    assert sorted(path.suffix for path in folder.iterdir()) == [".jpg", ".webp"]


def test_an_unknown_format_is_told(download):
    response = download("&format=gif")
    assert response.status_code == 400
    assert response.content.decode() == "Downloads come as jpeg, webp."


def test_what_is_damaged_is_not_sent(download, asset):
    made = asset.current_version.renditions.get(purpose="preview")
    path_of(made.key).write_bytes(b"RIFF\x10\0\0\0WEBPVP8X\xff\xff\0\0")
    response = download()
    assert response.status_code == 503
    assert response.content.decode() == "This WebP file ends before its picture."
    path_of(made.key).unlink()
    assert download().status_code == 404


@pytest.mark.parametrize("data", [b"GIF89a and more", b"RIFF\x10\0\0\0WEBPVP8X\xff\xff\0\0"])
def test_nothing_but_a_whole_webp_becomes_a_jpeg(download, asset, data):
    made = asset.current_version.renditions.get(purpose="preview")
    path_of(made.key).write_bytes(data)
    response = download("&format=jpeg")
    assert response.status_code == 503
    assert "made again" in response.content.decode()


@pytest.mark.django_db
def test_transparency_becomes_white_in_a_jpeg(tmp_path):
    path = tmp_path / "a.webp"
    Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(path, "WEBP", lossless=True)
    image = Image.open(io.BytesIO(making.as_jpeg(path)))
    assert image.getpixel((5, 5)) == (255, 255, 255)


def test_names_cannot_break_headers(asset, download):
    version = asset.current_version
    version.file_name = 'a\r\nX-Evil: 1".jpg'
    version.save()
    response = download("&format=jpeg")
    assert "X-Evil" not in response.headers
    assert "\r" not in response["Content-Disposition"]


def test_others_get_nothing(client, asset, outsider):
    client.force_login(outsider)
    address = f"/renditions/{asset.current_version_id}/preview?download"
    assert client.get(address).status_code == 404


@pytest.fixture
def key_files(settings, tmp_path):
    """A signing key, as an installation has it."""
    key = signing_key("House")
    (tmp_path / "chain.pem").write_bytes(key.certificates)
    (tmp_path / "key.pem").write_bytes(key.key)
    settings.LOUPE_C2PA_CERT = str(tmp_path / "chain.pem")
    settings.LOUPE_C2PA_KEY = str(tmp_path / "key.pem")


def credentials_of(data: bytes, mime: str, tmp_path):
    (tmp_path / "signed").write_bytes(data)
    return credentials.read(tmp_path / "signed", mime)


@pytest.mark.parametrize(("query", "mime", "format"), FORMATS)
def test_with_a_key_downloads_are_signed_and_name_their_parent(
    key_files, ingest, run_jobs, picture, client, owner, tmp_path, query, mime, format
):
    client.force_login(owner)
    outcome = ingest(signed(picture((900, 600)), title="from the camera"), "harbour.jpg")
    run_jobs()
    response = client.get(f"/renditions/{outcome.version.pk}/thumbnail?download{query}")
    data = body(response)
    said_of = credentials_of(data, mime, tmp_path)
    assert (said_of.state, said_of.signer, said_of.title) == ("valid", "House", "Harbour")
    (ingredient,) = said_of.ingredients
    assert (ingredient.title, ingredient.relationship, ingredient.signed) == (
        "harbour.jpg",
        "parentOf",
        True,
    )
    names = {action.name for action in said_of.actions}
    assert {"c2pa.opened", "c2pa.resized", "c2pa.redacted"} <= names
    assert ("c2pa.converted" in names) == (mime != "image/jpeg")
    assert b"GPSLatitude" not in data  # the parent's own statement of the place is left out
    assert said(data, tmp_path).title == "Harbour"


def test_without_a_key_nothing_is_claimed(download, tmp_path):
    assert credentials_of(body(download()), "image/webp", tmp_path) is None


def test_a_brand_that_wants_nothing_written_wants_no_credentials(
    key_files, asset, admin_user, download, tmp_path
):
    change_rules(brand=asset.brand, user=admin_user, rules={"embed_metadata": "none"})
    assert credentials_of(body(download()), "image/webp", tmp_path) is None


def test_a_key_that_does_not_work_is_told_and_nothing_unsigned_leaves(
    key_files, settings, download, tmp_path
):
    assert list(checkup()) == []
    (tmp_path / "key.pem").write_bytes(b"nonsense")
    assert download().status_code == 503
    (finding,) = checkup()
    assert finding.sentence.startswith("Downloads cannot be signed. It cannot")
    settings.LOUPE_C2PA_CERT = ""
    assert "belong together" in download().content.decode()
    settings.LOUPE_C2PA_CERT = str(tmp_path / "nowhere.pem")
    (finding,) = checkup()
    assert "No such file" in finding.sentence


def test_a_parent_that_cannot_be_read_stops_the_download(key_files, asset, download):
    assert download().status_code == 200
    path_of(asset.current_version.blob.key).unlink()
    assert download("&format=jpeg").status_code == 503


def test_a_parent_larger_than_any_is_not_parsed_beside_the_key(
    key_files, asset, download, monkeypatch
):
    """What names the parent is a cell's word, which a file may have taken over."""
    signs = []
    monkeypatch.setattr(delivery_signing, "sign", lambda *_, **__: signs.append(1))
    lies = [
        Parent(b"x" * (4 * 1024**2 + 1)),
        Parent(b"x", ("place",) * 1_001),
        Parent(b"x", ("p" * 1_001,)),
    ]
    for lie in lies:
        monkeypatch.setattr(delivery_signing.sandbox, "call", lambda *_, lie=lie, **__: lie)
        response = download()
        assert response.status_code == 503
        assert "too large" in response.content.decode()
    assert signs == []
