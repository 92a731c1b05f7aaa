"""Metadata of the formats that Pillow does not open: found without decoding anything."""

import struct

import imagecodecs
import pytest
from PIL import Image

from processing.errors import InputError
from processing.formats.boxes import boxes
from processing.metadata.reading import read

from . import samples

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
    b"Harbour</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def exif() -> bytes:
    """A TIFF block that names a camera."""
    block = Image.Exif()
    block[0x010F], block[0x0110] = "Nikon", "Z 8"
    return block.tobytes().removeprefix(b"Exif\0\0")


@pytest.fixture
def said(tmp_path):
    def ask(data: bytes):
        path = tmp_path / "file"
        path.write_bytes(data)
        return read(path)

    return ask


def test_jpeg_xl(said):
    bare = samples.jxl(usecontainer=False)
    plain = said(samples.in_boxes(bare, Exif=bytes(4) + exif(), xml_=XMP))
    assert (plain.camera_model, plain.title, plain.problems) == ("Z 8", "Harbour", ())
    packed = said(samples.in_boxes(bare, brob=b"xml " + imagecodecs.brotli_encode(XMP)))
    assert packed.title == "Harbour"
    assert said(bare).problems == ()


def test_photoshop(said):
    found = said(samples.psd(blocks={1058: exif(), 1060: XMP}))
    assert (found.camera_model, found.title) == ("Z 8", "Harbour")


def test_raw(said):
    found = said(samples.dng())
    assert (found.camera_make, found.camera_model) == ("Loupe", "Test")


def test_drawing(said):
    found = said(b"<svg><title>Floor plan</title><desc>First floor</desc></svg>")
    assert (found.title, found.caption) == ("Floor plan", "First floor")


def test_canon_and_fujifilm_containers(said):
    canon = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    cmt = struct.pack(">I4s", 8 + len(exif()), b"CMT1") + exif()
    inside = struct.pack(">I4s", 8 + 16 + len(cmt), b"uuid") + canon + cmt
    moov = struct.pack(">I4s", 8 + len(inside), b"moov") + inside
    assert said(b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + moov).camera_model == "Z 8"
    jpeg = samples._pillow("JPEG", exif=b"Exif\0\0" + exif())
    raf = b"FUJIFILMCCD-RAW ".ljust(84, b"0") + struct.pack(">II", 92, len(jpeg)) + jpeg
    assert said(raf).camera_model == "Z 8"


@pytest.mark.parametrize("name", samples.FILES)
def test_what_is_damaged_is_left_out(said, name):
    whole = samples.FILES[name][1]()
    for share in (0.01, 0.2, 0.5, 0.9):
        said(whole[: max(20, int(len(whole) * share))])


def test_boxes_beyond_the_end_are_told(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(struct.pack(">I4s", 100, b"mdat") + bytes(20))
    with pytest.raises(InputError, match="incomplete"):
        list(boxes(path))


@pytest.mark.corpora
def test_a_phone(corpora):
    found = read(corpora / "formats" / "IMG_2682.heic")
    assert (found.camera_model, found.icc_name) == ("iPhone 7", "Display P3")
    assert found.gps is not None
