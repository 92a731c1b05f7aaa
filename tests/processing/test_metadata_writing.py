"""Metadata into files: read back by our reader and by others, with every pixel as it was."""

import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from processing.metadata import iim, packet
from processing.metadata.containers.blocks import ContainerError
from processing.metadata.containers.boxed import box
from processing.metadata.iptc import parse_iim
from processing.metadata.mapping import FIELDS
from processing.metadata.reading import read
from processing.metadata.values import Values, chosen
from processing.metadata.writing import WRITERS, blocks, embed
from processing.metadata.xmp import read_xmp
from tests.processing.test_metadata import XMP, camera_exif, dataset, photoshop_segment

PILLOW = {
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/avif": "AVIF",
}
MIMES = PILLOW | {"image/jxl": "JXL"}
VALUES = Values(
    texts={
        "title": "Harbour at dawn",
        "caption": "Grüße aus Wien\nзавтра 日本 🚢",
        "creator": "Ada Byron; Smith, John",
        "credit": "Ada Byron / House",
        "copyright": "© 2026 House <all>",
        "usage_terms": "Editorial use only.\nNo resale.",
        "rights_url": "https://example.com/licence?a=1&b=2",
        "headline": "Ships",
        "source": "Agency",
        "city": "Wien",
        "country": "Austria",
        "digital_source": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    },
    lists={"people": ("Ada", "Eve & co")},
    keywords=("harbour", "été", "<b>boat</b>"),
    camera={
        "Make": "Acme",
        "Model": "One",
        "ExposureTime": 0.004,
        "FNumber": 2.8,
        "ISO": 400.0,
        "FocalLength": 50.0,
        "LensModel": "50mm F1.8",
        "DateTimeOriginal": "2024:02:29 23:59:58",
        "OffsetTimeOriginal": "+05:30",
    },
    gps=(-33.8568, 151.2153),
    document="xmp.did:0123",
    version="2",
)


def photo(mime: str, **options) -> bytes:
    """A file with everything in it that must not stay: EXIF with a place, XMP, IPTC, comments."""
    pixels = np.random.default_rng(3).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": camera_exif(), "icc_profile": profile} | options
    if mime == "image/jxl":
        return jxl_photo(pixels)
    if mime == "image/png":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", "a secret word")
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = info
    elif mime == "image/tiff":
        tags = {700: XMP, 33723: dataset(5, b"Old title"), 270: "a secret word"}
        options |= {"tiffinfo": options.pop("exif"), "compression": "tiff_lzw"}
        for tag, value in tags.items():
            options["tiffinfo"][tag] = value
    else:
        options["xmp"] = XMP
    if mime == "image/jpeg":
        options["comment"] = "a secret word"
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, MIMES[mime], **options)
    data = file.getvalue()
    if mime == "image/jpeg":
        data = data[:2] + photoshop_segment((0x404, dataset(5, b"Old title"))) + data[2:]
    return data


def jxl_photo(pixels: np.ndarray) -> bytes:
    stream = bytes(imagecodecs.jpegxl_encode(pixels, lossless=True))
    said = b"\0\0\0\0" + camera_exif().tobytes()[6:]
    parts = [(b"JXL ", b"\r\n\x87\n"), (b"ftyp", b"jxl \0\0\0\0jxl "), (b"Exif", said)]
    return b"".join(box(*one) for one in [*parts, (b"xml ", XMP), (b"jxlc", stream)])


def written(tmp_path: Path, mime: str, rule: str, **more) -> Path:
    path = tmp_path / f"a.{MIMES[mime].lower()}"
    options = {"strip_place": False} | more
    path.write_bytes(embed(photo(mime), mime, VALUES, rule, **options))
    return path


def pixels_of(data: bytes) -> bytes:
    if b"JXL " in data[:16]:
        return imagecodecs.jpegxl_decode(data).tobytes()
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


@pytest.mark.parametrize("mime", MIMES)
def test_everything_is_read_back_and_no_pixel_changed(tmp_path, mime):
    path = written(tmp_path, mime, "all")
    found = read(path)
    assert found.problems == ()
    for name, text in VALUES.texts.items():
        assert getattr(found, name) == text, name
    assert found.keywords == VALUES.keywords
    assert found.people == VALUES.lists["people"]
    assert found.gps == pytest.approx(VALUES.gps, abs=1e-6)
    assert (found.camera_make, found.lens, found.iso) == ("Acme", "50mm F1.8", 400)
    assert (found.exposure, found.aperture, found.focal_length) == (0.004, 2.8, 50)
    assert found.captured_at.isoformat() == "2024-02-29T23:59:58+05:30"
    assert found.icc_name.startswith("sRGB") or mime == "image/jxl"
    assert pixels_of(path.read_bytes()) == pixels_of(photo(mime))


@pytest.mark.parametrize("mime", MIMES)
def test_rights_alone(tmp_path, mime):
    path = written(tmp_path, mime, "rights")
    found = read(path)
    assert (found.creator, found.copyright) == (
        VALUES.texts["creator"],
        VALUES.texts["copyright"],
    )
    assert found.usage_terms == VALUES.texts["usage_terms"]
    rest = (found.title, found.caption, found.keywords, found.city, found.gps, found.camera_make)
    assert rest == ("", "", (), "", None, "")


@pytest.mark.parametrize("mime", MIMES)
@pytest.mark.parametrize("rule", ["all", "rights", "none"])
def test_nothing_of_what_the_file_said_before_stays(tmp_path, mime, rule):
    data = written(tmp_path, mime, rule, strip_place=True).read_bytes()
    for word in (b"secret", b"Title from XMP", b"Old title", b"Vienna", b"Firmware 2", b"GPS"):
        assert word not in data, word
    if rule == "none":
        found = read_from(tmp_path, data)
        structure = {"exif": found.raw.get("exif")} if mime == "image/tiff" else {}
        assert found == replace(found, raw=structure, title="")
        assert b"xmp" not in data.lower()


def read_from(tmp_path: Path, data: bytes):
    path = tmp_path / "again"
    path.write_bytes(data)
    return read(path)


@pytest.mark.parametrize("mime", MIMES)
def test_places_are_left_out_where_they_are_to_be(tmp_path, mime):
    path = written(tmp_path, mime, "all", strip_place=True)
    found = read(path)
    assert (found.gps, found.city, found.country) == (None, "", "")
    assert found.title == "Harbour at dawn"
    if mime in PILLOW:
        assert 0x8825 not in Image.Image.getexif(Image.open(path))


@pytest.mark.parametrize("mime", MIMES)
def test_writing_twice_gives_the_same_bytes(mime):
    once = embed(photo(mime), mime, VALUES, "all", strip_place=False)
    assert embed(once, mime, VALUES, "all", strip_place=False) == once


@pytest.mark.parametrize("mime", PILLOW)  # libvips knows no JPEG XL here
def test_libvips_reads_it_too(tmp_path, mime):
    path = written(tmp_path, mime, "all")
    image = pyvips.Image.new_from_file(str(path))
    assert (image.width, image.height) == (60, 40)
    assert b"Harbour at dawn" in bytes(image.get("xmp-data"))
    if mime != "image/tiff":  # of which libvips reads no EXIF
        assert "Acme" in image.get("exif-ifd0-Make")
    assert image.get_typeof("icc-profile-data")


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool")
@pytest.mark.parametrize("mime", MIMES)
def test_exiftool_reads_it_and_finds_nothing_wrong(tmp_path, mime):
    path = written(tmp_path, mime, "all")
    (found,) = json.loads(exiftool("-j", "-G1", "-n", "-a", path))
    assert found["XMP-dc:Title"] == "Harbour at dawn"
    assert found["XMP-dc:Creator"] == ["Ada Byron", "Smith, John"]
    assert found["XMP-dc:Subject"] == list(VALUES.keywords)
    assert found["XMP-dc:Rights"] == VALUES.texts["copyright"]
    assert found["XMP-xmpRights:UsageTerms"].startswith("Editorial use only.")
    assert found["XMP-xmpRights:WebStatement"] == VALUES.texts["rights_url"]
    assert found["XMP-iptcExt:PersonInImage"] == ["Ada", "Eve & co"]
    assert found["IFD0:Copyright"] == VALUES.texts["copyright"]
    assert found["Composite:GPSLatitude"] == pytest.approx(-33.8568)
    assert found["Composite:GPSLongitude"] == pytest.approx(151.2153)
    if mime in ("image/jpeg", "image/tiff"):
        assert found["IPTC:Keywords"] == list(VALUES.keywords)
        assert found["IPTC:By-line"] == ["Ada Byron", "Smith, John"]
    if mime == "image/jpeg":
        assert found["Photoshop:IPTCDigest"] == found["File:CurrentIPTCDigest"]
    complaints = exiftool("-validate", "-warning", "-a", "-s3", path).splitlines()
    known = ("Missing required", "Non-standard format (undef) for IFD0 0x83bb IPTC-NAA")
    assert all(said.startswith(known) for said in complaints[1:]), complaints


def exiftool(*arguments: str | Path) -> str:
    command = ["exiftool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_a_simple_webp_becomes_an_extended_one(tmp_path):
    for lossless, mode in ((False, "RGB"), (True, "RGB"), (True, "RGBA")):
        file = io.BytesIO()
        Image.new(mode, (33, 17), (200, 30, 30, 90)[: len(mode)]).save(
            file, "WEBP", lossless=lossless
        )
        plain = file.getvalue()
        assert b"VP8X" not in plain or mode == "RGBA"
        data = embed(plain, "image/webp", VALUES, "rights", strip_place=True)
        image = Image.open(io.BytesIO(data))
        assert (image.size, image.mode) == ((33, 17), mode)
        assert image.convert("RGBA").tobytes() == (
            Image.open(io.BytesIO(plain)).convert("RGBA").tobytes()
        )
        assert read_from(tmp_path, data).credit == "Ada Byron / House"


@pytest.mark.parametrize("mime", MIMES)
def test_damaged_files_are_refused_with_a_sentence(mime):
    data = photo(mime)
    for broken in (b"", data[:1], data[:40], b"hello" + data):
        with pytest.raises(ContainerError, match=r"\.$"):
            embed(broken, mime, VALUES, "all", strip_place=False)
    with pytest.raises(ContainerError, match="cannot be written"):
        embed(data, "image/gif", VALUES, "all", strip_place=False)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(MIMES)), st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_copied_and_nothing_else(mime, spot, value):
    data = bytearray(photo(mime))
    data[spot % len(data)] = value
    try:
        embed(bytes(data), mime, VALUES, "none", strip_place=True)
    except ContainerError as error:
        assert str(error).endswith(".")  # noqa: PT017


def test_a_packet_fits_whatever_there_is_to_say(tmp_path):
    huge = Values(
        texts=dict.fromkeys(VALUES.texts, "ü" * 4000),
        lists={"people": tuple(f"person {n}" * 20 for n in range(1_000))},
        keywords=tuple(f"мир {n} " * 12 for n in range(100_000)),
    )
    kept = chosen(huge, "all", strip_place=False)
    assert len(kept.keywords) == 100
    assert len(packet.build(kept)) <= packet.MAX_PACKET
    data = embed(photo("image/jpeg"), "image/jpeg", huge, "all", strip_place=False)
    found = read_from(tmp_path, data)
    assert found.usage_terms.startswith("üü")
    assert found.keywords


def test_iptc_is_cut_between_characters():
    texts = {"credit": "ü" * 40, "copyright": "日" * 100}
    found = parse_iim(iim.build(chosen(Values(texts=texts), "all", strip_place=False)))
    assert found["Credit"] == "ü" * 16
    assert found["CopyrightNotice"] == "日" * 42
    assert set(iim.LIMITS) >= {
        field.iptc[0] for field in FIELDS if field.iptc and field.scope != "never"
    }


@given(st.text(max_size=200))
def test_any_text_makes_a_packet_that_can_be_read(text):
    values = chosen(Values(texts={"credit": text}, keywords=(text,)), "all", strip_place=False)
    made = blocks(values)
    if not made.xmp:
        assert not values.texts
        assert not values.keywords
        return
    said = read_xmp(made.xmp)
    assert said.get("photoshop:Credit", "") == values.texts.get("credit", "")


def test_markup_and_header_breaks_stay_text(tmp_path):
    nasty = '"><script>alert(1)</script>\r\nX-Evil: 1\0]]>&lt;'
    values = Values(texts={"credit": nasty, "caption": nasty}, keywords=(nasty,))
    found = read_from(
        tmp_path, embed(photo("image/png"), "image/png", values, "all", strip_place=False)
    )
    assert found.credit == '"><script>alert(1)</script> X-Evil: 1]]>&lt;'
    assert found.keywords == (found.credit,)


def test_nothing_to_say_writes_nothing():
    data = photo("image/webp")
    bare = embed(data, "image/webp", Values(document="x", version="1"), "all", strip_place=False)
    assert b"XMP " not in bare
    assert b"EXIF" not in bare
    assert set(WRITERS) == set(MIMES)


def test_the_digest_changes_with_what_is_written():
    assert VALUES.digest() == replace(VALUES).digest()
    assert VALUES.digest() != replace(VALUES, keywords=("other",)).digest()
