"""What files that recipes made say: by their recipe, within what the brand lets out."""

import io
import json
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from dam.actions.brands import change_rules
from dam.actions.library import describe
from dam.actions.rights import change_rights
from dam.actions.tags import decide, term_named
from dam.models import TagAssignment
from processing.delivery import edits
from processing.metadata.reading import PictureMetadata
from processing.metadata.reading import read as read_metadata
from processing.recipes.reading import read
from processing.rendering.actions import render, render_as_version
from processing.rendering.files import render_file
from tests.processing.test_metadata import camera_exif

pytestmark = pytest.mark.django_db
RECIPE = "recipe: own\nsteps:\n  - resize: {width: 80}\noutputs:\n  main: {export: {%s}}\n"
FORMATS = ("jpeg", "webp", "avif", "jxl", "png", "tiff")


@pytest.fixture
def asset(ingest, run_jobs, picture, client, owner):
    client.force_login(owner)
    asset = ingest(picture((160, 120), exif=camera_exif()), "chair.jpg").asset
    run_jobs()
    asset.refresh_from_db()
    describe(asset=asset, user=owner, title="A wicker chair", description="")
    change_rights(asset=asset, user=owner, creator="Ada Byron", copyright_notice="© House")
    term = term_named("basketry")
    decide(asset=asset, term=term, user=owner, state=TagAssignment.State.ACCEPTED)
    return asset


@pytest.fixture
def made(asset, owner, client, tmp_path):
    """Render with an export, download it, and read what the file says."""

    def get(export: str) -> tuple[bytes, PictureMetadata]:
        version = asset.current_version
        render(version=version, recipe=read(RECIPE % export), user=owner)
        response = client.get(f"/renditions/{version.pk}/own?download")
        data = b"".join(response.streaming_content)
        (tmp_path / "made").write_bytes(data)
        return data, read_metadata(tmp_path / "made")

    return get


def of_brand(asset, admin, **rules):
    change_rules(brand=asset.brand, user=admin, rules=rules)


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_says_as_much_as_its_recipe_lets_out(made, format):
    _, found = made(f"format: {format}")
    assert (found.title, found.creator, found.gps) == ("A wicker chair", "Ada Byron", None)
    assert "basketry" in found.keywords
    _, found = made(f"format: {format}, metadata: rights")
    assert (found.title, found.creator, found.copyright) == ("", "Ada Byron", "© House")
    assert (found.keywords, found.camera_make) == ((), "")
    data, found = made(f"format: {format}, metadata: none")
    assert (found.creator, found.copyright, found.keywords) == ("", "", ())
    assert b"xmpmeta" not in data


def test_the_place_is_only_told_where_recipe_and_brand_both_let_it(made, asset, admin_user):
    assert asset.current_version.metadata["gps"]
    assert made("format: jpeg, place: true")[1].gps is None
    of_brand(asset, admin_user, strip_gps=False)
    assert made("format: jpeg")[1].gps is None
    assert made("format: jpeg, place: true")[1].gps is not None


def test_a_brand_that_says_less_is_obeyed(made, asset, admin_user):
    of_brand(asset, admin_user, embed_metadata="rights")
    _, found = made("format: jpeg, metadata: all")
    assert (found.title, found.creator) == ("", "Ada Byron")
    of_brand(asset, admin_user, embed_metadata="none")
    assert made("format: jpeg, metadata: all")[1].creator == ""


def test_words_keep_to_the_byte_budget(made, asset, owner):
    describe(asset=asset, user=owner, title="A wicker chair", description="long " * 700)
    data, found = made("format: webp, max_bytes: 6000")
    assert len(data) <= 6000
    assert (found.caption, found.creator) == ("", "Ada Byron"), "rights before the rest"
    data, found = made("format: webp, max_bytes: 1000")
    assert len(data) <= 1000
    assert found.creator == ""


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool")
@pytest.mark.parametrize("format", ["jpeg", "png", "tiff"])
def test_resolution_and_colours_are_told_once_and_alike(made, tmp_path, format):
    made(f"format: {format}, dpi: 240, profile: display-p3")
    command = ["exiftool", "-j", "-a", "-G1", "-n", str(tmp_path / "made")]
    (found,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    told = [value for name, value in found.items() if name.endswith(":XResolution")]
    told += [value * 0.0254 for name, value in found.items() if name.endswith(":PixelsPerUnitX")]
    assert told
    assert told == pytest.approx([240] * len(told), abs=0.02)
    assert found["ExifIFD:ColorSpace"] == 0xFFFF
    assert found["ICC_Profile:ProfileDescription"]
    assert found.get("IFD0:Orientation", 1) == 1


def test_the_next_version_has_the_words_in_it(asset, owner, run_jobs):
    recipe = read(RECIPE % "format: tiff, metadata: rights")
    done = render_as_version(
        version=asset.current_version, recipe=recipe, output="main", user=owner
    )
    run_jobs()
    done.version.refresh_from_db()
    assert done.version.metadata["creator"] == "Ada Byron"
    assert "gps" not in done.version.metadata


def test_a_file_keeps_its_own_words_but_for_the_place(picture, owner, tmp_path):
    path = tmp_path / "own.jpg"
    path.write_bytes(picture((160, 120), exif=camera_exif()))
    before = read_metadata(path)
    (one,) = render_file(path, read(RECIPE % "format: avif"), user=owner, room=tmp_path)
    (tmp_path / "made").write_bytes(one.encoded.data)
    found = read_metadata(tmp_path / "made")
    assert before.gps
    assert found.gps is None
    assert (found.camera_make, found.captured_at) == (before.camera_make, before.captured_at)
    assert np.asarray(Image.open(io.BytesIO(one.encoded.data))).shape == (60, 80, 3)


def test_edits_are_named_as_c2pa_and_iptc_name_them():
    steps = [
        {"operator": "smart-crop"},
        {"operator": "white-balance"},
        {"operator": "exposure"},
        {"operator": "sky", "skipped": True},
        {"operator": "text"},
        {"operator": "export"},
    ]
    assert edits.actions(steps) == ["c2pa.cropped", "c2pa.color_adjustments", "c2pa.edited"]
    assert edits.source_type(steps, "") == ""
    capture = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    assert edits.source_type(steps, capture) == capture
    assert edits.source_type([{"operator": "sky"}], capture).endswith("/composite")
    assert edits.source_type([{"operator": "enlarge"}], capture).endswith("algorithmicallyEnhanced")
    trained = capture.replace("digitalCapture", "trainedAlgorithmicMedia")
    assert edits.source_type([{"operator": "sky"}], trained) == trained
