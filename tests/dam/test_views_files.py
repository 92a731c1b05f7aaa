"""Pictures as bytes: kept by browsers, refused to those who may not, never shown as a page."""

import io
import zipfile

import pytest

from dam.models import Version
from dam.storage import path_of


@pytest.fixture
def version(asset_factory, with_files) -> Version:
    asset = asset_factory(file_name='été "harbour" <1>.jpg')
    return with_files(asset.current_version)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_rendition_is_kept_by_the_browser_for_good(as_, viewer, version):
    client = as_(viewer)
    response = client.get(f"/renditions/{version.pk}/preview")
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert body(response)[8:12] == b"WEBP"
    tag = response["ETag"]
    again = client.get(f"/renditions/{version.pk}/preview", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again["ETag"] == tag


def test_a_rendition_that_is_not_made_yet_is_not_there(as_, owner, version):
    assert as_(owner).get(f"/renditions/{version.pk}/poster").status_code == 404
    path_of(f"renditions/{version.pk}/preview.webp").unlink()
    assert as_(owner).get(f"/renditions/{version.pk}/preview").status_code == 404


def test_a_rendition_can_be_downloaded_under_its_name(as_, viewer, version):
    response = as_(viewer).get(f"/renditions/{version.pk}/preview?download")
    assert response["Content-Disposition"].startswith("attachment")
    assert "-preview.webp" in response["Content-Disposition"]


def test_a_rendition_can_do_nothing_as_a_page(as_, viewer, version):
    for address in (f"/renditions/{version.pk}/preview", f"/renditions/{version.pk}/large"):
        response = as_(viewer).get(address)
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("told", ["text/html", "image/svg+xml", "text/javascript", ""])
def test_what_could_run_is_never_shown(as_, viewer, version, told):
    """Whatever the table says of a rendition, only pictures are shown."""
    version.renditions.update(media_type=told)
    response = as_(viewer).get(f"/renditions/{version.pk}/preview")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_an_original_is_always_a_download(as_, viewer, version):
    response = as_(viewer).get(f"/originals/{version.pk}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="_t_ _harbour_ _1_.jpg"')
    assert disposition.endswith("filename*=UTF-8''%C3%A9t%C3%A9%20_harbour_%20_1_.jpg")
    assert body(response) == path_of(version.blob.key).read_bytes()


@pytest.mark.parametrize("state", ["processing", "in_review", "rejected", "refused"])
def test_viewers_get_nothing_of_what_is_not_approved(as_, viewer, version, state):
    Version.objects.filter(pk=version.pk).update(state=state)
    for address in (f"/originals/{version.pk}", f"/renditions/{version.pk}/thumbnail"):
        assert as_(viewer).get(address).status_code == 404


def test_what_is_binned_is_seen_only_by_who_can_take_it_out(as_, viewer, owner, version):
    type(version.asset).objects.update(deleted_at="2026-01-01T00:00:00Z")
    address = f"/renditions/{version.pk}/thumbnail"
    assert as_(viewer).get(address).status_code == 404
    assert as_(owner).get(address).status_code == 200
    assert as_(owner).get(f"/originals/{version.pk}").status_code == 404


def test_several_originals_come_as_one_zip(as_, viewer, asset_factory, with_files):
    versions = [
        with_files(asset_factory(file_name="same.jpg").current_version),
        with_files(asset_factory(file_name="same.jpg").current_version),
        with_files(asset_factory(file_name="hidden.jpg", state="in_review").current_version),
    ]
    chosen = {"asset": [version.asset_id for version in versions]}
    response = as_(viewer).post("/selection/download", chosen)
    archive = zipfile.ZipFile(io.BytesIO(body(response)))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len(names) == len(set(names)) == 2
    assert not any("hidden" in name for name in names)
    sizes = {info.file_size for info in archive.infolist()}
    assert sizes == {version.blob.size for version in versions[:2]}
