"""Strangers' files: recognised by content, refused with a sentence, never a crash."""

import io
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from dam.formats import CAMERA_RAW, DNG
from processing import vips
from processing.decode import Header, Limits, inspect, sniff, verify
from processing.errors import InputError
from processing.icc import ADOBE_RGB, DISPLAY_P3, read_profile
from processing.media import AVIF, JPEG, PNG, TIFF, WEBP, sniff_bytes

from .pictures import photo, save_in_space

FORMATS = {
    "jpg": (JPEG, {"quality": 90}),
    "png": (PNG, {}),
    "webp": (WEBP, {"quality": 90}),
    "tif": (TIFF, {"compression": "tiff_lzw"}),
    "avif": (AVIF, {"quality": 80, "speed": 9}),
}


def encoded(extension: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    _media, options = FORMATS[extension]
    picture = Image.fromarray(photo("chelsea.png")[:200, :300])
    picture.save(buffer, {"jpg": "JPEG", "tif": "TIFF"}.get(extension, extension), **options | more)
    return buffer.getvalue()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("extension", FORMATS)
def test_type_is_known_by_content_and_not_by_name(extension, tmp_path):
    path = written(tmp_path, "holiday.exe", encoded(extension))
    assert sniff(path) == FORMATS[extension][0]
    header = verify(path)
    assert (header.width, header.height) == (300, 200)
    assert (header.bands, header.bit_depth, header.frames) == (3, 8, 1)
    assert header.colour_space == "sRGB"


@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_cut_anywhere_is_refused(extension, tmp_path):
    whole = encoded(extension)
    cuts = [len(whole) - back for back in (1, 2, 5, 11, 12, 13, 50)]
    cuts += [round(len(whole) * share) for share in (0.95, 0.8, 0.5, 0.3, 0.1)] + [20, 9]
    for cut in cuts:
        with pytest.raises(InputError) as caught:
            verify(written(tmp_path, "cut", whole[:cut]))
        assert caught.value.sentence.endswith("."), cut


@pytest.mark.parametrize(
    ("extension", "more"),
    [("jpg", {"progressive": True}), ("png", {"bits": 8}), ("webp", {"lossless": True})],
)
def test_cut_in_the_middle_says_incomplete(extension, more, tmp_path):
    whole = encoded(extension, **more)
    with pytest.raises(InputError, match=r"^The file ends early: it is incomplete\.$"):
        verify(written(tmp_path, "cut", whole[: len(whole) * 2 // 3]))


def test_interlaced_png_and_strips_cut_late_are_refused(tmp_path):
    image = vips.Image.new_from_array(photo("chelsea.png"))
    for name, save in (
        ("i.png", lambda path: image.pngsave(path, interlace=True)),
        ("s.tif", lambda path: image.tiffsave(path, compression="none")),
        ("t.tif", lambda path: image.tiffsave(path, compression="jpeg", tile=True)),
    ):
        save(str(tmp_path / name))
        whole = (tmp_path / name).read_bytes()
        assert verify(tmp_path / name).width == 451
        with pytest.raises(InputError):
            verify(written(tmp_path, "cut", whole[: len(whole) - 200]))


def test_damage_inside_a_png_is_found(tmp_path):
    data = bytearray(encoded("png"))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(InputError):
        verify(written(tmp_path, "flipped.png", bytes(data)))


def test_second_page_of_a_tiff_is_read_too(tmp_path):
    pages = [Image.fromarray(photo("chelsea.png")), Image.fromarray(photo("coffee.png"))]
    path = tmp_path / "two.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_deflate")
    assert verify(path).frames == 2
    whole = bytearray(path.read_bytes())
    whole[-100_000:-90_000] = bytes(10_000)
    with pytest.raises(InputError):
        verify(written(tmp_path, "bad.tif", bytes(whole)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Dear all,\nplease find attached the picture.\n", "Plain text"),
        ("Grüße".encode() * 1000, "Plain text"),
        (b"PK\x03\x04" + bytes(30), "ZIP archive"),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp42avc1", "MPEG-4 video"),
        (bytes(range(200, 256)) * 3, "Unknown data"),
    ],
)
def test_what_is_no_picture_is_named(data, words, tmp_path):
    path = written(tmp_path, "photo.jpg", data)
    assert sniff(path) is None
    with pytest.raises(InputError) as caught:
        inspect(path)
    assert words in caught.value.sentence
    assert data == b"" or "JPEG, PNG, WebP, TIFF, AVIF" in caught.value.sentence


def test_dng_and_nef_are_not_taken_for_tiff():
    def tiff(*entries: tuple[int, int, int]) -> bytes:
        rows = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
        return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + bytes(4)

    assert sniff_bytes(tiff((256, 4, 100), (50706, 1, 0x401))) == DNG
    nef = tiff((254, 4, 1), (256, 4, 160), (330, 4, 1000))
    assert sniff_bytes(nef) == CAMERA_RAW  # whoever made it: no maker is named
    assert sniff_bytes(tiff((254, 4, 0), (256, 4, 160))) == TIFF


def png_bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def test_too_many_pixels_names_both_numbers(tmp_path):
    path = written(tmp_path, "bomb.png", png_bomb(30_000, 30_000))
    with pytest.raises(InputError) as caught:
        inspect(path)
    assert "900,000,000 pixels (30,000 × 30,000)" in caught.value.sentence
    assert "300,000,000" in caught.value.sentence


@pytest.mark.parametrize("size", [(2_000_000_000, 1), (1, 2_147_483_647), (200_000, 100), (0, 5)])
def test_impossible_sizes_end_quickly(size, tmp_path):
    path = written(tmp_path, "huge.png", png_bomb(*size))
    start = time.monotonic()
    with pytest.raises(InputError):
        verify(path)
    assert time.monotonic() - start < 5


def test_limits_are_obeyed(tmp_path):
    path = written(tmp_path, "a.jpg", encoded("jpg"))
    with pytest.raises(InputError, match="60,000 pixels"):
        inspect(path, Limits(max_pixels=59_999))
    with pytest.raises(InputError, match="bytes; at most 100 are"):
        inspect(path, Limits(max_bytes=100))
    with pytest.raises(InputError, match="longer side has 300"):
        inspect(path, Limits(max_dimension=299))
    progressive = written(tmp_path, "p.jpg", encoded("jpg", progressive=True))
    with pytest.raises(InputError, match="memory"):
        verify(progressive, Limits(max_memory=100_000))
    assert verify(path, Limits(max_memory=100_000)).width == 300


def test_a_missing_file_is_not_the_files_fault(tmp_path):
    with pytest.raises(FileNotFoundError):
        inspect(tmp_path / "nowhere.jpg")


def test_a_changed_file_is_read_anew(tmp_path):
    path = written(tmp_path, "same.jpg", encoded("jpg"))
    assert verify(path).width == 300
    written(tmp_path, "same.jpg", encoded("jpg")[:3000])
    with pytest.raises(InputError):
        verify(path)


def test_other_loaders_are_blocked(tmp_path):
    path = tmp_path / "grey.ppm"
    path.write_bytes(b"P5 2 2 255\n" + bytes(4))
    with pytest.raises(vips.Error):
        vips.Image.new_from_file(str(path))


def test_concurrency_must_be_positive():
    with pytest.raises(ValueError, match="at least one thread"):
        vips.configure(0)


@pytest.mark.parametrize(("tag", "size"), [(1, (300, 200)), (3, (300, 200)), (6, (200, 300))])
def test_size_is_that_of_the_upright_picture(tag, size, tmp_path):
    exif = Image.Exif()
    exif[274] = tag
    path = written(tmp_path, "turned.jpg", encoded("jpg", exif=exif))
    header = inspect(path)
    assert (header.orientation, (header.width, header.height)) == (tag, size)


def test_colour_spaces_are_named(tmp_path):
    rgb = photo("chelsea.png")
    p3 = save_in_space(rgb, tmp_path / "p3.jpg", DISPLAY_P3, None)
    adobe = save_in_space(rgb, tmp_path / "adobe.tif", ADOBE_RGB, 563 / 256)
    Image.fromarray(rgb).convert("CMYK").save(tmp_path / "cmyk.jpg")
    Image.fromarray(rgb).convert("L").save(tmp_path / "grey.png")
    Image.fromarray(rgb).save(tmp_path / "broken.jpg", icc_profile=b"not a profile")
    names = {path.name: inspect(path).colour_space for path in tmp_path.iterdir()}
    assert names == {
        "p3.jpg": "Display P3",
        "adobe.tif": "Adobe RGB",
        "cmyk.jpg": "CMYK",
        "grey.png": "Grey",
        "broken.jpg": "sRGB",
    }
    assert inspect(p3).icc_name == "Display P3"
    assert inspect(adobe).icc_name == "Adobe RGB"
    assert read_profile(b"junk") is None


def test_alpha_depth_and_frames(tmp_path):
    rgba = np.dstack([photo("chelsea.png"), np.full((300, 451), 90, np.uint8)])
    Image.fromarray(rgba).save(tmp_path / "a.webp")
    assert inspect(tmp_path / "a.webp").has_alpha
    deep = vips.Image.new_from_array(photo("chelsea.png").astype(np.uint16) * 257)
    deep.copy(interpretation="rgb16").pngsave(str(tmp_path / "d.png"))
    assert inspect(tmp_path / "d.png").bit_depth == 16
    frames = [Image.fromarray(photo("chelsea.png") // n) for n in (1, 2, 3)]
    frames[0].save(tmp_path / "m.webp", save_all=True, append_images=frames[1:])
    moving = verify(tmp_path / "m.webp")
    assert (moving.frames, moving.height) == (3, 300)


def test_numbers_that_are_no_colours_are_refused(tmp_path):
    vips.Image.new_from_array(np.zeros((4, 4), np.int32)).tiffsave(str(tmp_path / "f.tif"))
    with pytest.raises(InputError, match="int numbers"):
        inspect(tmp_path / "f.tif")


def header_or_sentence(look: Callable[[Path], Header], path: Path) -> Header | str:
    try:
        return look(path)
    except InputError as error:
        return error.sentence


MAGIC = [encoded(extension) for extension in FORMATS]


@st.composite
def hostile_bytes(draw: st.DrawFn) -> bytes:
    """Arbitrary bytes, bytes behind a real beginning, or a real file with some bytes changed."""
    base = draw(st.sampled_from([b"", *MAGIC]))
    kept = bytearray(base[: draw(st.integers(0, len(base)))])
    for _ in range(draw(st.integers(0, 8)) if kept else 0):
        # Headers are where parsers break, so most changes go there.
        spot = draw(st.integers(0, min(len(kept), draw(st.sampled_from([64, 1024, 10**6]))) - 1))
        kept[spot] = draw(st.integers(0, 255))
    return bytes(kept) + draw(st.binary(max_size=200))


@settings(
    max_examples=250,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=hostile_bytes())
@example(data=b"\xff\xd8\xff")
@example(data=b"II*\0\xff\xff\xff\xff")
@example(data=b"\0\0\0\x08ftyp")
def test_any_bytes_are_a_picture_or_an_input_error(data, tmp_path):
    path = written(tmp_path, "fuzz", data)
    for look in (inspect, verify):
        outcome = header_or_sentence(look, path)
        if isinstance(outcome, str):
            assert outcome.endswith(".")
            assert str(tmp_path) not in outcome
        else:
            assert min(outcome.width, outcome.height) > 0


MEMORY_PROBE = """
import sys
from processing.decode import verify
header = verify(sys.argv[1])
# Not ru_maxrss: that begins with what the process that started this one had.
status = open("/proc/self/status").read()
print(header.pixels, status.partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.parametrize("interlace", [False, True])
def test_a_hundred_megapixels_stay_under_a_gibibyte(interlace, tmp_path):
    tile = vips.Image.new_from_array(photo())
    path = tmp_path / "big.jpg"
    wall = tile.replicate(20, 20).crop(0, 0, 10_000, 10_000)
    wall.jpegsave(str(path), Q=85, interlace=interlace)
    done = subprocess.run(
        [sys.executable, "-c", MEMORY_PROBE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    pixels, peak_kib = map(int, done.stdout.split())
    assert pixels == 100_000_000
    assert peak_kib < 1024**2


def test_a_large_tiff_in_one_strip_is_read(tmp_path):
    rows = np.random.default_rng(0).integers(0, 60, (500, 5000, 3), dtype=np.uint8)
    picture = Image.fromarray(rows.repeat(10, axis=0))
    picture.save(tmp_path / "strip.tif", compression="tiff_lzw", tiffinfo={278: 5000})
    assert verify(tmp_path / "strip.tif").pixels == 25_000_000


def png_of(*chunks: tuple[bytes, bytes], times: int = 1) -> bytes:
    from tests.hostile.bombs import chunk

    plain = encoded("png")
    more = b"".join(chunk(kind, body) for kind, body in chunks) * times
    return plain[:33] + more + plain[33:]


@pytest.mark.parametrize("kind", [b"tEXt", b"IDAT", b"abCd"])
def test_a_png_of_a_million_pieces_is_refused_at_once(tmp_path, kind):
    path = written(tmp_path, "splinters.png", png_of((kind, b"a\0b"), times=1_000_000))
    begun = time.monotonic()
    with pytest.raises(InputError, match="too many pieces"):
        inspect(path)
    assert time.monotonic() - begun < 1


def test_a_png_of_many_pieces_as_encoders_write_them_is_taken(tmp_path):
    path = written(tmp_path, "texts.png", png_of((b"tEXt", b"Title\0b"), times=900))
    assert inspect(path).media == PNG
    Image.fromarray(photo("chelsea.png")).resize((3000, 2000)).save(
        tmp_path / "large.png", compress_level=0
    )
    assert verify(tmp_path / "large.png").width == 3000
