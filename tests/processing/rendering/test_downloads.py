"""What recipes made, as downloads: whole, with the library's words where the type can hold them."""

import io

import pytest
from PIL import Image

from dam.actions.library import describe
from processing.recipes.reading import read
from processing.rendering.actions import render

pytestmark = pytest.mark.django_db
RECIPE = "recipe: own\noutputs:\n  main: {export: {format: %s}}\n"


@pytest.fixture
def asset(ingest, run_jobs, picture, client, owner):
    client.force_login(owner)
    asset = ingest(picture((160, 120)), "chair.jpg").asset
    run_jobs()
    asset.refresh_from_db()
    describe(asset=asset, user=owner, title="A wicker chair", description="")
    return asset


@pytest.fixture
def download(asset, owner, client):
    def get(format: str, query: str = ""):
        version = asset.current_version
        render(version=version, recipe=read(RECIPE % format), user=owner)
        return client.get(f"/renditions/{version.pk}/own?download{query}")

    return get


def test_what_is_too_large_to_be_rewritten_comes_as_it_is(download, asset, monkeypatch):
    monkeypatch.setattr("processing.delivery.writer.MOST_WRITTEN", 100)
    response = download("tiff")
    data = b"".join(response.streaming_content)
    made = asset.current_version.renditions.get(purpose="own")
    assert len(data) == made.size
    assert f".{made.key.rpartition('.')[2]}" in response["Content-Disposition"]


@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "avif", "tiff"])
def test_they_carry_what_the_library_says(download, format):
    data = b"".join(download(format).streaming_content)
    assert b"A wicker chair" in data
    assert Image.open(io.BytesIO(data)).size == (160, 120)


@pytest.mark.parametrize(("format", "other"), [("avif", "jpeg"), ("png", "jpeg"), ("jpeg", "webp")])
def test_what_is_not_converted_says_so(download, format, other):
    response = download(format, f"&format={other}")
    assert response.status_code == 400
    assert "cannot be downloaded as that" in response.content.decode()


def test_an_avif_can_be_looked_at(download, asset, client):
    download("avif")
    response = client.get(f"/renditions/{asset.current_version_id}/own")
    assert response["Content-Type"] == "image/avif"
    assert response["X-Content-Type-Options"] == "nosniff"
