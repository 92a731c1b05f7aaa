"""Sidecars by tus: sent first as uploads of their own, and named by the picture."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dam.actions.sidecars import LARGEST
from dam.models import Asset
from processing.models import UploadSession
from processing.uploads import parts, sweeping
from tests.processing.test_sidecars import SIDECAR
from tests.processing.tus import Tus


@pytest.fixture
def tus(owner) -> Tus:
    return Tus(owner)


@pytest.fixture
def data(picture) -> bytes:
    return picture(seed=3)


@pytest.fixture
def send_sidecar(tus):
    def send(content: bytes = SIDECAR, **fields) -> str:
        fields = {"filename": "a.xmp", "role": "sidecar"} | fields
        answer = tus.create(len(content), content, fields=fields)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    return send


def session_at(place: str) -> UploadSession:
    return UploadSession.objects.get(pk=place.rpartition("/")[2])


def test_it_comes_with_the_picture_that_names_it(tus, data, send_sidecar, run_jobs):
    beside = send_sidecar()
    assert tus.state(beside)["kind"] == "sidecar"
    assert tus.state(beside)["state"] == "complete"
    sweeping.run()
    assert not Asset.objects.exists()  # it waits
    answer = tus.create(len(data), data, fields={"filename": "a.jpg", "sidecar": beside})
    told = tus.state(answer["Location"])
    assert (told["outcome"], told["reason"]) == ("ingested", "")
    run_jobs()
    asset = Asset.objects.get()
    assert asset.title == "Title beside"
    assert asset.versions.get().sidecar.size == len(SIDECAR)
    assert (tus.state(beside)["outcome"], tus.state(beside)["asset"]) == ("ingested", asset.pk)
    assert not parts.path_of(session_at(beside).pk).exists()


def test_the_id_alone_names_it_too_and_parts_may_be_joined(tus, data, send_sidecar):
    beside = send_sidecar().rpartition("/")[2]
    half = len(data) // 2
    places = [
        tus.create(len(piece), piece, Upload_Concat="partial")["Location"]
        for piece in (data[:half], data[half:])
    ]
    answer = tus.create(
        None,
        fields={"filename": "a.jpg", "sidecar": beside},
        Upload_Concat=f"final;{' '.join(places)}",
    )
    assert tus.state(answer["Location"])["outcome"] == "ingested"
    assert Asset.objects.get().versions.get().sidecar is not None


def test_a_picture_that_is_begun_twice_may_name_it_twice(tus, data, send_sidecar):
    """The answer to the first beginning was lost: the client begins anew."""
    beside = send_sidecar()
    fields = {"filename": "a.jpg", "sidecar": beside}
    lost = tus.create(len(data), fields=fields)["Location"]
    told = tus.state(tus.create(len(data), data, fields=fields)["Location"])
    assert told["outcome"] == "ingested"
    tus.patch(lost, 0, data[:-1] + b"!")
    assert "Its sidecar was not there any more" in tus.state(lost)["reason"]


def test_the_sidecar_of_a_duplicate_is_applied(tus, data, send_sidecar):
    tus.create(len(data), data, fields={"filename": "a.jpg"})
    fields = {"filename": "b.jpg", "sidecar": send_sidecar()}
    told = tus.state(tus.create(len(data), data, fields=fields)["Location"])
    assert told["outcome"] == "duplicate"
    assert "Its sidecar filled title" in told["reason"]


def test_by_itself_it_goes_to_the_picture_called_like_it(tus, data):
    tus.create(len(data), data, fields={"filename": "harbour.jpg"})
    fields = {"filename": "harbour.xmp"}
    told = tus.state(tus.create(len(SIDECAR), SIDECAR, fields=fields)["Location"])
    assert told["outcome"] == "described"
    assert told["asset"] == Asset.objects.get().pk
    assert "it filled title" in told["reason"]


def test_dropped_on_an_asset_it_is_that_ones(tus, data, ingest, teammate):
    asset = ingest(data).asset
    fields = {"filename": "x.xmp", "asset": str(asset.pk)}
    assert Tus(teammate).create(len(SIDECAR), SIDECAR, fields=fields).status_code in {403, 404}
    told = tus.state(tus.create(len(SIDECAR), SIDECAR, fields=fields)["Location"])
    assert (told["outcome"], told["asset"]) == ("described", asset.pk)


class TestRefusals:
    def test_roles_that_nobody_knows(self, tus):
        assert tus.create(3, fields={"filename": "a", "role": "cover"}).status_code == 400

    def test_a_length_that_is_not_told_or_too_large(self, tus):
        fields = {"filename": "a.xmp", "role": "sidecar"}
        assert tus.create(None, fields=fields, Upload_Defer_Length=1).status_code == 400
        refused = tus.create(LARGEST + 1, fields=fields)
        assert refused.status_code == 413
        assert "sidecar is larger than 4 MiB" in refused.json()["detail"]

    def test_one_that_is_not_complete_not_a_sidecar_or_nobodys(self, tus, data, teammate):
        began = tus.create(9, fields={"filename": "a.xmp", "role": "sidecar"})["Location"]
        other = tus.begin(9)
        status = {
            place: tus.create(5, fields={"sidecar": place}).status_code
            for place in (began, other, "rubbish", "00000000-0000-0000-0000-000000000000")
        }
        assert list(status.values()) == [409, 400, 400, 404]
        assert Tus(teammate).create(5, fields={"sidecar": began}).status_code == 404

    def test_one_that_was_used_or_expired(self, tus, data, send_sidecar):
        used = send_sidecar()
        tus.create(len(data), data, fields={"sidecar": used})
        assert tus.create(5, fields={"sidecar": used}).status_code == 410

    def test_a_viewer_begins_none(self, viewer):
        fields = {"filename": "a.xmp", "role": "sidecar"}
        assert Tus(viewer).create(5, fields=fields).status_code == 403


class TestTheEnd:
    def test_a_cancelled_picture_takes_its_sidecar_along(self, tus, send_sidecar):
        beside = send_sidecar()
        pk = session_at(beside).pk
        begun = [tus.create(50, fields={"sidecar": beside})["Location"] for _ in range(2)]
        assert tus.ask("DELETE", begun[0]).status_code == 204
        assert parts.path_of(pk).exists()
        assert tus.ask("DELETE", begun[1]).status_code == 204
        assert not UploadSession.objects.exists()
        assert not parts.path_of(pk).exists()

    def test_it_expires_unless_its_picture_is_still_coming(self, tus, send_sidecar):
        left, needed = send_sidecar(), send_sidecar(SIDECAR + b" ")
        tus.create(50, fields={"sidecar": needed})
        long_ago = timezone.now() - timedelta(hours=1)
        UploadSession.objects.filter(kind="sidecar").update(expires_at=long_ago)
        sweeping.run()
        assert session_at(left).state == "expired"
        assert session_at(needed).state == "complete"
