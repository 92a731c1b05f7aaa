"""Embedded metadata: the good is merged, the odd is reported, nothing is ever fatal."""

import hashlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin, TiffImagePlugin

from processing.metadata import MetadataError
from processing.metadata.cleaning import MAX_TEXT, clean_text, clean_value
from processing.metadata.exif import parse_time
from processing.metadata.iptc import parse_iim
from processing.metadata.reading import PictureMetadata, read
from processing.metadata.xmp import clean_xmp, read_xmp

EXIF_IFD, GPS_IFD = 0x8769, 0x8825

XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Vienna">
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Title from XMP</rdf:li></rdf:Alt></dc:title>
 <dc:subject><rdf:Bag><rdf:li>harbour</rdf:li><rdf:li>Boat</rdf:li></rdf:Bag></dc:subject>
 <dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Grace</rdf:li></rdf:Seq></dc:creator>
 <xmpRights:UsageTerms><rdf:Alt><rdf:li>Editorial only</rdf:li></rdf:Alt></xmpRights:UsageTerms>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    return bytes([0x1C, record, number]) + len(value).to_bytes(2, "big") + value


def photoshop_block(iim: bytes) -> bytes:
    """An APP13 segment with one 8BIM resource 0x0404, as JPEG carries IPTC."""
    resource = b"8BIM\x04\x04\0\0" + len(iim).to_bytes(4, "big") + iim + b"\0" * (len(iim) % 2)
    body = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(path: Path, *, exif: Image.Exif | bytes = b"", xmp: bytes = b"", iim: bytes = b"") -> Path:
    Image.new("RGB", (32, 24), "teal").save(
        path, "JPEG", exif=exif, **({"xmp": xmp} if xmp else {})
    )
    if iim:
        data = path.read_bytes()
        path.write_bytes(data[:2] + photoshop_block(iim) + data[2:])
    return path


def camera_exif() -> Image.Exif:
    exif = Image.Exif()
    exif.update(
        {271: "Acme", 272: "Camera One", 305: "Firmware 2", 315: "Eve", 33432: "© Eve".encode()}
    )
    exif.get_ifd(EXIF_IFD).update(
        {
            33434: TiffImagePlugin.IFDRational(1, 250),
            33437: TiffImagePlugin.IFDRational(28, 10),
            34855: 400,
            36867: "2024:02:29 23:59:58",
            36881: "+05:30",
            37386: 50.0,
            42036: "50mm F1.8",
        }
    )
    exif.get_ifd(GPS_IFD).update({1: "S", 2: (33.0, 51.0, 24.48), 3: "E", 4: (151.0, 12.0, 0.0)})
    return exif


def test_camera_facts(tmp_path):
    found = read(jpeg(tmp_path / "a.jpg", exif=camera_exif()))
    assert found.problems == ()
    assert (found.camera_make, found.camera_model, found.lens) == (
        "Acme",
        "Camera One",
        "50mm F1.8",
    )
    assert (found.exposure, found.aperture, found.iso, found.focal_length) == (0.004, 2.8, 400, 50)
    zone = timezone(timedelta(hours=5, minutes=30))
    assert found.captured_at == datetime(2024, 2, 29, 23, 59, 58, tzinfo=zone)
    assert found.gps == pytest.approx((-33.8568, 151.2), abs=1e-6)
    assert (found.creator, found.copyright, found.software) == ("Eve", "© Eve", "Firmware 2")
    assert read(tmp_path / "a.jpg") == found


def test_xmp_comes_before_iptc_before_exif(tmp_path):
    iim = dataset(5, b"Title from IPTC") + dataset(120, "Grüße".encode())
    iim += dataset(25, b"boat") + dataset(25, b"pier") + dataset(116, b"(c) IPTC")
    found = read(jpeg(tmp_path / "a.jpg", exif=camera_exif(), xmp=XMP, iim=iim))
    assert found.title == "Title from XMP"
    assert found.caption == "Grüße"
    assert found.copyright == "(c) IPTC"
    assert found.creator == "Ada; Grace"
    assert found.usage_terms == "Editorial only"
    assert [word.casefold() for word in found.keywords] == ["harbour", "boat", "pier"]
    assert set(found.raw) == {"exif", "iptc", "xmp"}


@pytest.mark.parametrize("extension", ["png", "webp", "tif", "avif"])
def test_other_containers_carry_it_too(extension, tmp_path):
    path = tmp_path / f"a.{extension}"
    options = {} if extension in ("png", "tif") else {"xmp": XMP}
    Image.new("RGB", (32, 24)).save(path, exif=camera_exif(), **options)
    found = read(path)
    assert found.camera_model == "Camera One"
    assert found.copyright == "© Eve"
    if extension != "tif":  # Pillow writes no Exif directory into a TIFF
        assert found.iso == 400
    assert found.title == ("Title from XMP" if options else "")


def test_png_text_and_profile(tmp_path):
    from processing.icc import DISPLAY_P3, matrix_profile

    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "From a text chunk")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(path, pnginfo=info, icc_profile=matrix_profile(DISPLAY_P3))
    found = read(path)
    assert (found.title, found.icc_name) == ("Title from XMP", "Display P3")
    assert found.raw["text"]["Title"] == "From a text chunk"


def test_nothing_embedded(tmp_path):
    assert read(jpeg(tmp_path / "a.jpg")) == PictureMetadata()


def test_markup_is_kept_as_text_and_controls_are_removed(tmp_path):
    exif = Image.Exif()
    exif[270] = "<script>alert(1)</script>\x07\u202egnp.exe".encode()
    exif[271] = "Make\0hidden"
    found = read(jpeg(tmp_path / "a.jpg", exif=exif))
    assert found.caption == "<script>alert(1)</script>gnp.exe"
    assert "\0" not in json.dumps(found.raw)
    assert "\\u0000" not in json.dumps(found.raw)


def test_giant_strings_are_bounded(tmp_path):
    exif = Image.Exif()
    exif[270] = "x" * 60_000
    found = read(jpeg(tmp_path / "a.jpg", exif=exif))
    assert len(found.caption) == MAX_TEXT
    assert found.caption.endswith("…")
    assert len(json.dumps(found.raw)) < 3 * MAX_TEXT


@pytest.mark.parametrize("stamp", ["2024:13:45 10:00:00", "yesterday", "2023:02:29 00:00:00"])
def test_impossible_dates_are_reported(stamp, tmp_path):
    exif = Image.Exif()
    exif.get_ifd(EXIF_IFD)[36867] = stamp
    found = read(jpeg(tmp_path / "a.jpg", exif=exif))
    assert found.captured_at is None
    assert found.problems == (f"The capture date “{stamp}” is not a date.",)


@pytest.mark.parametrize("stamp", ["0000:00:00 00:00:00", "    :  :     :  :  ", ""])
def test_dates_that_were_never_set_are_no_problem(stamp, tmp_path):
    exif = Image.Exif()
    exif.get_ifd(EXIF_IFD)[36867] = stamp
    found = read(jpeg(tmp_path / "a.jpg", exif=exif))
    assert (found.captured_at, found.problems) == (None, ())


def test_places_that_are_nowhere_are_reported(tmp_path):
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (123.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)})
    found = read(jpeg(tmp_path / "a.jpg", exif=exif))
    assert found.gps is None
    assert found.problems == ("The position in the metadata is not a place on Earth.",)


def test_iptc_date_and_time_are_used(tmp_path):
    iim = dataset(55, b"20240131") + dataset(60, b"235959+0100")
    found = read(jpeg(tmp_path / "a.jpg", iim=iim))
    assert found.captured_at == datetime(
        2024, 1, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=1))
    )


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>",
        b"rubbish",
        XMP.replace(b"</dc:title>", b""),
        XMP.replace(b"<rdf:Description", b"&b;<rdf:Description"),
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + BOMB + b"</x:xmpmeta>",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 500 + b"</a>" * 500 + b"</x:xmpmeta>",
        b"\xff\xfe" * 100,
    ],
)
def test_broken_xmp_is_reported_and_never_travels(packet, tmp_path):
    found = read(jpeg(tmp_path / "a.jpg", exif=camera_exif(), xmp=packet))
    assert found.camera_make == "Acme"
    assert len(found.problems) == 1
    assert found.problems[0].startswith("The XMP data is")
    assert clean_xmp(packet, strip_place=False) is None


def test_xmp_places_can_be_taken_out():
    assert read_xmp(XMP)["photoshop:City"] == "Vienna"
    left = read_xmp(clean_xmp(XMP, strip_place=True))
    assert "photoshop:City" not in left
    assert left["dc:title"] == "Title from XMP"
    assert "photoshop:City" in read_xmp(clean_xmp(XMP, strip_place=False))


def test_damaged_iptc_is_reported(tmp_path):
    found = read(jpeg(tmp_path / "a.jpg", iim=b"\x1c\x02\x05\x7f\xffshort"))
    assert found.problems == ("The IPTC data is damaged and was read in part at most.",)


def test_no_picture_at_all_is_a_problem_and_not_a_crash(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"hello")
    assert read(tmp_path / "a.jpg").problems == ("The metadata could not be opened.",)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nowhere.jpg")


def test_broken_profile_is_reported(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg", icc_profile=b"nonsense")
    assert "profile is damaged" in read(tmp_path / "a.jpg").problems[0]


WHOLE = {}


@pytest.fixture(scope="module", params=["jpg", "png", "webp", "tif"])
def whole_file(request, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / f"a.{request.param}"
    if request.param == "jpg":
        jpeg(path, exif=camera_exif(), xmp=XMP, iim=dataset(5, b"Title") + dataset(25, b"word"))
    else:
        Image.new("RGB", (8, 8)).save(path, exif=camera_exif())
    return path.read_bytes()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    changes=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12),
    cut=st.integers(0, 3000),
)
def test_no_damage_is_fatal(changes, cut, whole_file, tmp_path):
    data = bytearray(whole_file)
    for spot, value in changes:
        data[spot % len(data)] = value
    (tmp_path / "fuzz").write_bytes(data[: len(data) - cut % len(data)])
    found = read(tmp_path / "fuzz")
    assert all(problem.endswith(".") for problem in found.problems)
    encoded = json.dumps(found.raw, allow_nan=False)
    assert "\\u0000" not in encoded
    encoded.encode("utf-8")


@given(st.binary(max_size=300))
def test_any_bytes_as_iptc(data):
    try:
        found = parse_iim(b"\x1c\x02" + data)
    except MetadataError as error:
        assert "IPTC" in str(error)  # noqa: PT017
    else:
        assert isinstance(found, dict)


@given(st.recursive(st.none() | st.floats() | st.integers() | st.text() | st.binary(), st.lists))
def test_any_value_becomes_json(value):
    encoded = json.dumps(clean_value(value), allow_nan=False)
    assert "\\u0000" not in encoded


def test_text_is_cleaned():
    assert clean_text("  a\0b\ud800c\u2066 ") == "abc"
    assert parse_time("2024-05-06T07:08:09Z").utcoffset() == timedelta(0)
    assert parse_time("2024:05:06 07:08:09").tzinfo is None
    with pytest.raises(MetadataError):
        parse_time("0:0")


def test_no_pixels_are_decoded(tmp_path, monkeypatch):
    from PIL import ImageFile

    def refuse(_image):
        raise AssertionError("pixels were decoded")

    Image.new("RGB", (32, 24)).save(tmp_path / "a.png")
    Image.new("RGB", (32, 24)).save(tmp_path / "b.png", exif=camera_exif())
    jpeg(tmp_path / "c.jpg", exif=camera_exif())
    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)
    for name in ("a.png", "b.png", "c.jpg"):
        assert read(tmp_path / name).problems == ()


def photoshop_segment(*resources: tuple[int, bytes]) -> bytes:
    body = b"Photoshop 3.0\0"
    for number, data in resources:
        body += b"8BIM" + number.to_bytes(2, "big") + b"\0\0" + len(data).to_bytes(4, "big") + data
        body += b"\0" * (len(data) % 2)
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


@pytest.mark.parametrize(("stale", "title"), [(True, "IPTC is newer"), (False, "Title from XMP")])
def test_the_digest_tells_whether_iptc_was_changed_after_xmp(stale, title, tmp_path):
    iim = dataset(5, b"IPTC is newer")
    digest = hashlib.md5(b"what was there before" if stale else iim).digest()
    path = jpeg(tmp_path / "a.jpg", xmp=XMP)
    data = path.read_bytes()
    path.write_bytes(data[:2] + photoshop_segment((0x404, iim), (0x425, digest)) + data[2:])
    assert read(path).title == title


def test_a_hundred_thousand_keywords_are_bounded_and_told(tmp_path):
    many = b"".join(b"<rdf:li>word %d</rdf:li>" % n for n in range(100_000))
    packet = XMP.replace(b"<rdf:li>harbour</rdf:li>", many)
    path = tmp_path / "a.webp"
    Image.new("RGB", (8, 8)).save(path, xmp=packet)
    found = read(path)
    assert len(found.keywords) == 100
    assert found.problems == ("There are more than 100 keywords; the first are used.",)
    assert len(json.dumps(found.raw)) < 10_000


def test_keywords_are_single_lines_and_none_is_a_text(tmp_path):
    packet = XMP.replace(b"<rdf:li>harbour</rdf:li>", b"<rdf:li>" + b"y" * 101 + b"</rdf:li>")
    packet = packet.replace(b"Boat", b"two\r\nlines&#8238;")
    found = read(jpeg(tmp_path / "a.jpg", xmp=packet))
    assert found.keywords == ("two lines",)
    assert found.problems == ("Keywords of more than 100 characters were left out.",)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("SONY DSC", ""),
        ("OLYMPUS DIGITAL CAMERA         ", ""),
        ("DCIM\\100MEDIA", ""),
        ("My digital camera", "My digital camera"),
    ],
)
def test_what_cameras_write_by_themselves_is_nobodys_word(said, kept, tmp_path):
    exif = Image.Exif()
    exif[270] = said
    exif[315] = "Picasa 3.0"
    found = read(jpeg(tmp_path / "a.jpg", exif=exif))
    assert (found.caption, found.creator) == (kept, "")
