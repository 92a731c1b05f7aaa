"""Renditions and originals by API: as the pages send them, with every refusal as a problem."""

import io

import pytest
from PIL import Image

from dam import delivery
from dam.delivery import FORMATS, Undeliverable
from dam.models import Asset
from dam.storage import StorageAway, StorageFull
from dam.views import files
from processing.delivery import making
from processing.errors import TransientError
from tests.api.conftest import is_problem


@pytest.fixture
def address(ingest, run_jobs) -> str:
    asset = ingest().asset
    run_jobs()
    return f"versions/{Asset.objects.get(pk=asset.pk).current_version_id}"


def kind_of(answer) -> tuple[str, str | None]:
    assert answer.status_code == 200, answer.content
    data = b"".join(answer.streaming_content)
    return answer["Content-Type"], Image.open(io.BytesIO(data)).format


@pytest.mark.parametrize("name", FORMATS)
def test_it_comes_as_what_is_asked_for(program, owner, address, name):
    asking = program(owner)
    media, ending = FORMATS[name]
    for query in (f"?download=true&format={name}", f"?format={name}"):
        answer = asking.get(f"{address}/renditions/preview{query}")
        assert kind_of(answer) == (media, name.upper())
        assert answer["Content-Disposition"].split('"')[1].endswith(f"-preview{ending}")
    again = asking.get(f"{address}/renditions/preview?format={name}", If_None_Match=answer["ETag"])
    assert again.status_code == 304


def test_without_a_wish_it_is_shown_as_it_is(program, owner, address):
    answer = program(owner).get(f"{address}/renditions/preview")
    assert kind_of(answer) == ("image/webp", "WEBP")
    assert not answer["Content-Disposition"].startswith("attachment")


def test_those_who_accept_pictures_alone_get_them(program, owner, address):
    asking = program(owner)
    for path in (f"{address}/renditions/preview", f"{address}/original"):
        answer = asking.get(path, Accept="image/avif,image/webp")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
    is_problem(asking.get(f"{address}/renditions/poster", Accept="image/*"), 404)


@pytest.mark.parametrize("query", ["format=tiff", "format=", "download=no", "size=large"])
def test_what_there_is_not_is_refused(program, owner, address, query):
    is_problem(program(owner).get(f"{address}/renditions/preview?{query}"), 400)


@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8"])
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Undeliverable("The key to sign with cannot be read."), 503),
        (delivery.UnknownFormat("This rendition cannot be downloaded as that."), 400),
        (StorageAway("The disk is not mounted."), 503),
        (StorageFull("The disk is full."), 507),
        (TransientError("The cells are busy."), 503),
        (RuntimeError("a fault of ours"), 500),
    ],
)
def test_every_refusal_is_a_problem(program, owner, address, monkeypatch, error, status, accept):
    def fail(*_given, **_more):
        raise error

    monkeypatch.setattr(making, "kept", fail)
    asking = program(owner)
    answer = asking.get(f"{address}/renditions/preview?download=true", Accept=accept)
    body = is_problem(answer, status)
    assert status == 500 or body["detail"] == str(error)
    assert (status == 503) == ("Retry-After" in answer)
    monkeypatch.setattr(files, "open_original", fail)
    if status in {503, 500} and not isinstance(error, Undeliverable):
        is_problem(asking.get(f"{address}/original", Accept=accept), status)


def test_a_host_that_is_not_ours_gets_a_problem(program, owner, settings):
    settings.ALLOWED_HOSTS = ["loupe.example"]
    is_problem(program(owner).get("me", Host="elsewhere.example"), 400)
