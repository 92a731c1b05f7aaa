"""What a cell that a file took over can bring into the library with the renditions it answers."""

import hashlib
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from dam.models import Rendition
from dam.storage import path_of
from processing import pictures, sandbox
from processing.errors import InputError, TransientError
from processing.metadata.containers import webp
from processing.metadata.containers.blocks import ContainerError
from processing.renditions import reading
from processing.renditions.making import render
from processing.steps import renditions as step
from tests.processing.pictures import photo

PAGE = b"<!doctype html><script src=/renditions/1/preview></script>"


@pytest.fixture
def taken_over(monkeypatch):
    """Let the cell write and say what it likes instead of what it was asked for."""

    def with_(change):
        genuine = sandbox.call

        def call(function, *arguments, **named):
            result = genuine(function, *arguments, **named)
            return [change(file) for file in result] if function is render else result

        monkeypatch.setattr(sandbox, "call", call)

    return with_


@pytest.fixture
def version(picture, ingest):
    return ingest(picture()).version


@pytest.mark.django_db
def test_its_word_counts_for_nothing(version, taken_over):
    taken_over(
        lambda file: replace(
            file, media_type="text/html", sha256="0" * 64, bytes=1, width=9**9, height=0
        )
    )
    step.run([version])
    for made in version.renditions.all():
        data = path_of(made.key).read_bytes()
        assert made.media_type == "image/webp"
        assert made.key.endswith(".webp")
        assert (made.size, made.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert 0 < max(made.width, made.height) <= 2048
    assert version.renditions.count() == 3


def another(path):
    path.write_bytes(PAGE)


def too_large(path):
    Image.fromarray(photo()).resize((3000, 2000)).save(path, "WEBP")


def tailed(path):
    path.write_bytes(path.read_bytes() + PAGE)


def gone(path):
    path.unlink()


@pytest.mark.django_db
@pytest.mark.parametrize("trick", [another, too_large, tailed, gone])
def test_what_is_no_such_picture_is_not_kept(version, taken_over, trick):
    def change(file):
        trick(file.path)
        return file

    taken_over(change)
    with pytest.raises(InputError, match="no picture"):
        step.run([version])
    assert not Rendition.objects.filter(version=version).exists()


@pytest.mark.parametrize("how", ["lossy", "lossless", "alpha"])
def test_sizes_are_told_without_decoding(tmp_path, how):
    path = tmp_path / "a.webp"
    mode = "RGBA" if how == "alpha" else "RGB"
    Image.new(mode, (301, 77), 128).save(path, lossless=how == "lossless")
    assert webp.dimensions(path.read_bytes()) == (301, 77)


def test_only_one_still_picture_has_a_size(tmp_path):
    path = tmp_path / "a.webp"
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    Image.new("RGBA", (30, 20)).save(tmp_path / "b.webp")
    two_sizes = bytearray((tmp_path / "b.webp").read_bytes())
    assert two_sizes[12:16] == b"VP8X"
    two_sizes[24:27] = struct.pack("<I", 999)[:3]
    frames[0].save(tmp_path / "c.webp")
    whole = (tmp_path / "c.webp").read_bytes()
    bad = [path.read_bytes(), bytes(two_sizes), whole[:-1], whole + b"x", b"", b"RIFF", PAGE]
    bad.append(whole[:20] + b"\0" * (len(whole) - 20))
    for data in bad:
        with pytest.raises(ContainerError):
            webp.dimensions(data)


@pytest.mark.django_db
def test_renditions_are_decoded_in_a_cell_alone(tmp_path, monkeypatch):
    """Nothing outside a cell decodes what a cell made, in the whole of the program."""
    path = tmp_path / "a.webp"
    Image.new("RGB", (30, 20), "red").save(path, lossless=True)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("decoded outside")

    monkeypatch.setattr(Image, "open", opened)
    monkeypatch.setattr(ImageFile.ImageFile, "load", opened)
    assert pictures.read(path).shape == (20, 30, 3)
    assert (pictures.read(path) == (255, 0, 0)).all()


@pytest.mark.django_db
@pytest.mark.parametrize("how", [{"format": "GIF"}, {"format": "PNG"}, {"format": "TIFF"}])
def test_only_webp_is_read_back(tmp_path, how):
    Image.new("RGB", (30, 20)).save(tmp_path / "a.webp", **how)
    with pytest.raises(TransientError, match="made again"):
        pictures.read(tmp_path / "a.webp")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", [(30, 20, 1799), (0, 0, 0), (-30, -20, 1800), (100_000, 1, 300_000)]
)
def test_pixels_that_do_not_fit_what_is_said_are_refused(tmp_path, monkeypatch, said):
    width, height, size = said

    def call(_function, _path, folder):
        path = Path(folder) / "pixels"
        path.write_bytes(b"\0" * size)
        return reading.Pixels(path, width, height)

    monkeypatch.setattr(sandbox, "call", call)
    with pytest.raises(sandbox.Crashed):
        pictures.read(tmp_path / "a.webp")
