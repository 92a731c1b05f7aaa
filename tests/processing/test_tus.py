"""The tus endpoint: every rule of the protocol that a client may rely on."""

import hashlib
import io

import pytest

from dam import storage
from dam.models import Asset, Version
from processing.models import UploadSession
from processing.uploads import parts
from tests.processing.tus import BODY, ROOT, Tus, checksum, encoded


@pytest.fixture
def tus(owner) -> Tus:
    return Tus(owner)


@pytest.fixture
def data(picture) -> bytes:
    return picture(seed=3)


def test_what_the_server_can_do_is_told(tus, settings):
    answer = tus.client.options(ROOT)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Max-Size"] == str(settings.LOUPE_MAX_UPLOAD_BYTES)
    assert set(answer["Tus-Extension"].split(",")) >= {
        "creation", "creation-with-upload", "checksum", "expiration", "termination",
        "concatenation",
    }  # fmt: skip
    assert "sha1" in answer["Tus-Checksum-Algorithm"]


def test_a_file_in_three_pieces_becomes_an_asset(tus, data):
    place = tus.begin(len(data), note="x")
    for start, end in ((0, 1000), (1000, 1001), (1001, len(data))):
        answer = tus.patch(place, start, data[start:end])
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(end))
    version = Version.objects.get()
    assert (version.file_name, version.blob.size) == ("sea.jpg", len(data))
    with storage.original(version.blob) as path:
        assert path.read_bytes() == data
    state = tus.state(place)
    assert (state["state"], state["outcome"]) == ("ended", "ingested")
    assert (state["asset"], state["version"]) == (version.asset_id, version.pk)
    assert list(storage.incoming().glob("*.part")) == []


def test_head_tells_offset_length_metadata_and_is_not_cached(tus, data):
    place = tus.begin(len(data))
    tus.patch(place, 0, data[:10])
    answer = tus.ask("HEAD", place)
    assert answer.status_code == 200
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("10", str(len(data)))
    assert answer["Upload-Metadata"] == encoded(filename="sea.jpg")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Upload-Expires"].endswith("GMT")
    assert answer.content == b""


def test_creation_with_upload_takes_the_first_bytes_or_all(tus, data):
    part = tus.create(len(data), data[:700], fields={"filename": "a.jpg"})
    assert (part.status_code, part["Upload-Offset"]) == (201, "700")
    whole = tus.create(len(data), data, fields={"filename": "a.jpg"})
    assert tus.state(whole["Location"])["outcome"] == "ingested"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus_Resumable": "0.2.2", "Upload_Length": 5}, 412),
        ({"Tus_Resumable": "", "Upload_Length": 5}, 412),
        ({}, 400),
        ({"Upload_Length": "-1"}, 400),
        ({"Upload_Length": "5.0"}, 400),
        ({"Upload_Length": "٥"}, 400),
        ({"Upload_Length": "9" * 30}, 400),
        ({"Upload_Length": 2**40}, 413),
        ({"Upload_Defer_Length": "2"}, 400),
        ({"Upload_Defer_Length": "1", "Upload_Length": 5}, 400),
        ({"Upload_Length": 5, "Upload_Metadata": "filename ***"}, 400),
        ({"Upload_Length": 5, "Upload_Metadata": "filename /w=="}, 400),
        ({"Upload_Length": 5, "Upload_Metadata": "a YQ==,a YQ=="}, 400),
        ({"Upload_Length": 5, "Upload_Metadata": "a " + "A" * 9000}, 400),
        ({"Upload_Length": 5, "Upload_Metadata": encoded(sha256="abc")}, 400),
        ({"Upload_Length": 5, "Upload_Metadata": encoded(brand="nowhere")}, 404),
        ({"Upload_Length": 5, "Upload_Metadata": encoded(asset="99999")}, 404),
        ({"Upload_Length": 5, "Upload_Metadata": encoded(asset="²")}, 404),
        ({"Upload_Length": 5, "Upload_Concat": "both"}, 400),
        ({"Upload_Concat": "final;"}, 400),
        ({"Upload_Concat": "final;/x/y"}, 400),
        ({"Upload_Concat": "final;/x/00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
def test_creations_that_are_refused(tus, headers, status):
    answer = tus.ask("POST", ROOT, **headers)
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")
    assert answer["Tus-Resumable"] == "1.0.0"
    assert not UploadSession.objects.exists()
    if status == 412:
        assert answer["Tus-Version"] == "1.0.0"
    if status == 413:
        assert int(answer["Tus-Max-Size"]) < 2**40


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Tus_Resumable": "2.0"}, b"x", 412),
        ({"Content_Type": "text/plain"}, b"x", 415),
        ({"Upload_Offset": 3}, b"x", 409),
        ({"Upload_Offset": "x"}, b"x", 400),
        ({"Upload_Offset": ""}, b"x", 400),
        ({}, b"x" * 101, 413),
        ({"Upload_Length": 90}, b"x", 400),
        ({"Upload_Checksum": checksum(b"y")}, b"x", 460),
        ({"Upload_Checksum": checksum(b"y", "sha256")}, b"x", 460),
        ({"Upload_Checksum": "crc32 AAAAAA=="}, b"x", 460),
        ({"Upload_Checksum": "sha3 AAAA"}, b"x", 400),
        ({"Upload_Checksum": "sha1 AAAA"}, b"x", 400),
        ({"Upload_Checksum": "sha1 %%%"}, b"x", 400),
    ],
)
def test_bytes_that_are_refused_leave_no_trace(tus, headers, body, status):
    place = tus.begin(100)
    answer = tus.ask("PATCH", place, body, **{"Upload_Offset": 0} | headers)
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")
    assert tus.offset(place) == 0
    assert tus.patch(place, 0, b"right").status_code == 204
    assert parts.path_of(UploadSession.objects.get().pk).read_bytes() == b"right"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_checksum_that_agrees_lets_the_bytes_in(tus, algorithm):
    place = tus.begin(10)
    answer = tus.patch(place, 0, b"12345", Upload_Checksum=checksum(b"12345", algorithm))
    assert (answer.status_code, tus.offset(place)) == (204, 5)


def test_a_crc32_is_that_of_everybody(tus):
    # The check value of CRC-32: that of "123456789" is cbf43926.
    place = tus.begin(10)
    answer = tus.patch(place, 0, b"123456789", Upload_Checksum="crc32 y/Q5Jg==")
    assert (answer.status_code, tus.offset(place)) == (204, 9)


def test_a_body_cut_short_is_kept_but_not_where_a_checksum_was_to_vouch(tus, data):
    place = tus.begin(len(data))

    def send(start: int, there: int, said: int, **headers):
        cut = {"wsgi.input": io.BytesIO(data[start : start + there]), "CONTENT_LENGTH": str(said)}
        names = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(start)} | headers
        return tus.client.generic("PATCH", place, headers=names, CONTENT_TYPE=BODY, **cut)

    answer = send(0, 300, 500)
    assert (answer.status_code, answer["Upload-Offset"]) == (408, "300")
    assert tus.offset(place) == 300
    vouched = {"Upload-Checksum": checksum(data[300:500])}
    assert send(300, 200, 300, **vouched).status_code == 408
    assert tus.offset(place) == 300
    assert send(300, 200, 200, **vouched).status_code == 204


def test_the_method_may_be_named_in_a_header(tus):
    place = tus.begin(10)
    answer = tus.ask("POST", place, b"12345", Upload_Offset=0, X_HTTP_Method_Override="PATCH")
    assert (answer.status_code, tus.offset(place)) == (204, 5)
    head = tus.ask("POST", place, X_HTTP_Method_Override="HEAD")
    assert (head.status_code, head["Upload-Offset"]) == (200, "5")
    assert tus.ask("POST", place, X_HTTP_Method_Override="DELETE").status_code == 204
    assert tus.ask("HEAD", place).status_code == 404


def test_a_length_that_is_told_later(tus, data):
    place = tus.begin(None, Upload_Defer_Length=1)
    tus.patch(place, 0, data[:400])
    head = tus.ask("HEAD", place)
    assert head["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in head
    assert tus.patch(place, 400, b"", Upload_Length=399).status_code == 400
    assert tus.patch(place, 400, data[400:], Upload_Length=len(data)).status_code == 204
    assert tus.state(place)["outcome"] == "ingested"


def test_a_length_told_with_the_last_bytes_already_here(tus, data):
    place = tus.begin(None, Upload_Defer_Length=1)
    tus.patch(place, 0, data)
    assert tus.patch(place, len(data), b"", Upload_Length=len(data)).status_code == 204
    assert tus.state(place)["outcome"] == "ingested"


def test_without_a_length_the_largest_size_holds(tus, settings):
    settings.LOUPE_MAX_UPLOAD_BYTES = 1000
    place = tus.begin(None, Upload_Defer_Length=1)
    assert tus.patch(place, 0, b"x" * 900).status_code == 204
    assert tus.patch(place, 900, b"x" * 101).status_code == 413
    assert tus.patch(place, 900, b"", Upload_Length=1001).status_code == 413
    assert tus.offset(place) == 900


def test_an_upload_is_terminated(tus):
    place = tus.begin(10)
    tus.patch(place, 0, b"12345")
    assert tus.ask("DELETE", place).status_code == 204
    assert tus.ask("HEAD", place).status_code == 404
    assert tus.patch(place, 5, b"67890").status_code == 404
    assert list(storage.incoming().glob("*.part")) == []
    assert not Asset.objects.exists()


def test_what_has_ended_takes_no_more_and_cannot_be_terminated(tus, data):
    place = tus.create(len(data), data, fields={"filename": "a.jpg"})["Location"]
    assert tus.patch(place, len(data), b"more").status_code == 413
    assert tus.patch(place, 0, data).status_code == 409
    assert tus.patch(place, len(data), b"").status_code == 204
    assert tus.ask("DELETE", place).status_code == 410
    assert tus.offset(place) == len(data)
    assert Asset.objects.count() == 1


def test_parts_are_joined_in_the_order_that_is_asked(tus, data):
    cut = len(data) // 3
    pieces = [data[:cut], data[cut : 2 * cut], data[2 * cut :]]
    places = []
    for piece in reversed(pieces):
        answer = tus.create(len(piece), Upload_Concat="partial")
        places.insert(0, answer["Location"])
    early = tus.ask("POST", ROOT, Upload_Concat="final;" + " ".join(places))
    assert early.status_code == 409
    for place, piece in zip(places, pieces, strict=True):
        assert tus.patch(place, 0, piece).status_code == 204
    assert not Asset.objects.exists()
    asked = {"Upload_Concat": "final;" + " ".join(places),
             "Upload_Metadata": encoded(filename="joined.jpg")}  # fmt: skip
    assert tus.ask("POST", ROOT, Upload_Length=3, **asked).status_code == 400
    answer = tus.ask("POST", ROOT, **asked)
    assert answer.status_code == 201
    head = tus.ask("HEAD", answer["Location"])
    assert head["Upload-Concat"] == asked["Upload_Concat"]
    assert head["Upload-Length"] == str(len(data))
    state = tus.state(answer["Location"])
    version = Version.objects.get()
    assert (state["outcome"], version.file_name) == ("ingested", "joined.jpg")
    with storage.original(version.blob) as path:
        assert path.read_bytes() == data
    again = tus.ask("POST", ROOT, **asked)
    assert again["Location"] == answer["Location"], "the answer was lost, so it is asked again"
    assert tus.patch(answer["Location"], len(data), b"").status_code == 403
    other = "final;" + " ".join(reversed(places))
    assert tus.ask("POST", ROOT, Upload_Concat=other).status_code == 409
    assert list(storage.incoming().glob("*.part")) == []


def test_only_parts_are_joined(tus, data):
    place = tus.begin(5)
    tus.patch(place, 0, b"12345")
    assert tus.ask("POST", ROOT, Upload_Concat=f"final;{place}").status_code == 400
    assert tus.ask("POST", ROOT, Upload_Concat=f"final;{place} {place}").status_code == 400


def test_a_duplicate_shows_its_match_and_a_refused_file_its_sentence(tus, data, teammate):
    first = tus.state(tus.create(len(data), data, fields={"filename": "a.jpg"})["Location"])
    second = tus.state(tus.create(len(data), data, fields={"filename": "b.jpg"})["Location"])
    assert second["outcome"] == "duplicate"
    assert second["asset"] == first["asset"]
    other = Tus(teammate)
    hidden = other.state(other.create(len(data), data, fields={"filename": "c.jpg"})["Location"])
    assert hidden["outcome"] == "duplicate"
    assert "asset" not in hidden
    assert str(first["asset"]) not in hidden["reason"]
    text = tus.create(9, b"just text", fields={"filename": "notes.jpg"})
    state = tus.state(text["Location"])
    assert (state["outcome"], state["reason"][-1]) == ("refused", ".")


def test_an_announced_sha256_is_held_against_what_came(tus, data):
    right = hashlib.sha256(data).hexdigest()
    wrong = tus.create(len(data), data, fields={"filename": "a.jpg", "sha256": "0" * 64})
    state = tus.state(wrong["Location"])
    assert state["outcome"] == "refused"
    assert "SHA-256" in state["reason"]
    assert not Asset.objects.exists()
    good = tus.create(len(data), data, fields={"filename": "a.jpg", "sha256": right.upper()})
    assert tus.state(good["Location"])["outcome"] == "ingested"


def test_names_are_cleaned_and_notes_bounded(tus, data):
    fields = {"filename": "../../etc/\u202egpj.x\r\n.jpg", "note": "a\r\nb" + "x" * 600}
    tus.create(len(data), data, fields=fields)
    version = Version.objects.get()
    assert version.file_name == "gpj.x.jpg"
    assert version.note.startswith("abx")
    assert len(version.note) == 500


def test_a_version_of_an_asset(tus, teammate, asset_factory, data):
    asset = asset_factory()
    fields = {"filename": "b.jpg", "asset": str(asset.pk), "note": "Warmer"}
    assert Tus(teammate).create(len(data), fields=fields).status_code == 403
    place = tus.create(len(data), data, fields=fields)["Location"]
    assert tus.state(place)["asset"] == asset.pk
    assert asset.versions.first().note == "Warmer"
    gone = tus.create(len(data) + 1, data, fields=fields)["Location"]
    Asset.objects.update(deleted_at="2026-01-01T00:00Z")
    tus.patch(gone, len(data), b"x")
    assert tus.state(gone)["outcome"] == "refused"
    assert asset.versions.count() == 2


def test_an_empty_file_ends_at_once(tus):
    state = tus.state(tus.begin(0, "nothing.jpg"))
    assert state["state"] == "ended"


def test_one_sees_ones_own_uploads_and_no_other(tus, teammate, admin_user):
    place = tus.begin(10)
    mine = tus.client.get(ROOT).json()["uploads"]
    assert [(one["upload"], one["offset"]) for one in mine] == [(place, 0)]
    for somebody in (Tus(teammate), Tus(admin_user)):
        assert somebody.client.get(ROOT).json()["uploads"] == []
        assert somebody.ask("HEAD", place).status_code == 404
        assert somebody.client.get(place).status_code == 404
        assert somebody.patch(place, 0, b"x").status_code == 404
        assert somebody.ask("DELETE", place).status_code == 404
        assert somebody.ask("POST", ROOT, Upload_Concat=f"final;{place}").status_code == 404
    assert tus.offset(place) == 0


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("outsider", 404)])
@pytest.mark.parametrize("headers", [{}, {"Upload_Concat": "partial"}])
def test_who_may_not_upload_there_is_refused(request, role, status, headers, brand):
    somebody = Tus(request.getfixturevalue(role))
    fields = {"filename": "a.jpg", "brand": brand.slug}
    assert somebody.create(5, fields=fields, **headers).status_code == status
    assert not UploadSession.objects.exists()


def test_rights_that_are_withdrawn_meanwhile_end_the_upload(tus, owner, data):
    place = tus.begin(len(data))
    owner.memberships.update(role="viewer")
    tus.patch(place, 0, data)
    state = tus.state(place)
    assert state["outcome"] == "refused"
    assert "may not" in state["reason"]
    assert not Asset.objects.exists()


def test_nobody_unsigned_and_no_form_of_another_site(owner, client, db):
    assert client.options(ROOT).status_code in {401, 403}
    assert client.post(ROOT).status_code in {401, 403}
    strict = Tus(owner, enforce_csrf_checks=True)
    assert strict.create(5, fields={"filename": "a.jpg"}).status_code == 403
    forged = strict.ask("GET", ROOT, Upload_Length=5, X_HTTP_Method_Override="POST")
    assert forged.status_code == 403
    assert not UploadSession.objects.exists()
    strict.client.cookies["csrftoken"] = "a" * 32
    answer = strict.create(5, b"12345", fields={"filename": "a.jpg"}, X_CSRFToken="a" * 32)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "5"), "its body is still there"
