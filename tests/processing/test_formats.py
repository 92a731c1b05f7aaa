"""Every format beyond the web's: what is read of it, how large, in the right colours; damage."""

import contextlib
import io
import random

import numpy as np
import pytest
from PIL import Image

from dam import formats as known
from dam.colour import srgb_to_linear
from processing.decode import Limits, inspect, verify
from processing.errors import InputError
from processing.formats.codecs import codec_of
from processing.formats.header import Header
from processing.formats.text import extract
from processing.media import sniff_bytes
from processing.pixels import load_srgb, read_rgb

from . import samples
from .pictures import difference
from .samples import FILES, SIDE, pixels

EXACT = {"a.bmp", "a.jxl", "a.psd", "a.psb"}


@pytest.mark.parametrize("name", FILES)
def test_each_is_told_and_read(name, put):
    label, make = FILES[name]
    path = put(make())
    header = verify(path)
    assert header.media.label == label
    if header.media.kind == "picture":
        assert (header.width, header.height) == SIDE
        rgb = read_rgb(path, 1000)
        assert rgb.shape == (SIDE[1], SIDE[0], 3)
        most = 0 if name in EXACT else 6
        assert difference(pixels(), rgb) <= most
    else:
        assert max(header.width, header.height) == 2048
        assert header.width / header.height == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_is_refused_or_whole_enough_to_show(name, put):
    whole = FILES[name][1]()
    refused = []
    for share in (0.001, 0.05, 0.3, 0.6, 0.9, 0.99):
        path = put(whole[: max(5, round(len(whole) * share))])
        with contextlib.suppress(InputError):
            verify(path)
            load_srgb(path, 200)
            continue
        refused.append(share)
    # PDFium repairs what it can: a page that can be shown is shown.
    assert len(refused) == 6 or (name == "a.pdf" and len(refused) >= 2)


@pytest.mark.parametrize("name", FILES)
def test_size_is_refused_before_anything_is_decoded(name, put):
    if name in {"a.svg", "a.pdf"}:
        pytest.skip("these are as large as we draw them")
    path = put(FILES[name][1]())
    with pytest.raises(InputError, match="pixels"):
        inspect(path, Limits(max_pixels=1000))


@pytest.mark.parametrize("maker", ["CR2", "CR3", "RAF", "ORF", "RW2"])
def test_raw_files_are_told_by_their_beginning(maker):
    assert sniff_bytes(samples.raw_header(maker)) == getattr(known, maker)


@pytest.mark.parametrize(
    ("maker", "media"),
    [
        ("NIKON CORPORATION", known.NEF),
        ("SONY", known.ARW),
        ("PENTAX Corporation", known.PEF),
        ("OLYMPUS IMAGING", known.ORF),
        ("Somebody", known.CAMERA_RAW),
    ],
)
def test_raw_files_in_a_tiff_are_told_by_their_maker(maker, media):
    assert sniff_bytes(samples.raw_header(maker)) == media


@pytest.mark.parametrize("maker", ["CR2", "CR3", "RAF", "ORF", "NIKON CORPORATION"])
def test_the_beginning_of_a_raw_file_alone_is_refused(maker, put):
    with pytest.raises(InputError, match="damaged"):
        inspect(put(samples.raw_header(maker)))


class TestRaw:
    @pytest.mark.parametrize(("orientation", "size"), [(1, SIDE), (6, SIDE[::-1])])
    def test_is_upright_once(self, put, orientation, size):
        path = put(samples.dng(orientation))
        header = inspect(path)
        image = load_srgb(path, 1000)
        assert (header.width, header.height) == (image.width, image.height) == size

    def test_a_small_copy_looks_like_a_large_one(self, put):
        path = put(samples.dng())
        assert difference(read_rgb(path, 1000), read_rgb(path, 100)) < 12


class TestGif:
    def test_frames_are_counted_and_the_first_is_shown(self, put):
        path = put(samples.animation(7))
        header = verify(path)
        assert (header.frames, header.height) == (7, SIDE[1])
        assert difference(pixels(), read_rgb(path, 1000)) < 6

    def test_what_is_transparent_stays_so(self, put):
        file = io.BytesIO()
        picture = Image.fromarray(np.zeros((20, 20), np.uint8), "P")
        picture.putpalette([255, 0, 0, 0, 0, 255])
        picture.paste(1, (0, 0, 10, 20))
        picture.save(file, "GIF", transparency=0)
        shown = load_srgb(put(file.getvalue()), 100)
        assert shown.bands == 4
        assert list(shown.numpy()[5, 15, 3:]) == [0]
        assert list(shown.numpy()[5, 5]) == [0, 0, 255, 255]

    def test_ten_thousand_frames_are_counted_quickly(self, put):
        one = samples.animation(1)
        first = one.index(b"\x2c\0\0\0\0")  # where the picture begins, after the colours
        many = one[:first] + one[first:-1] * 10_000 + b"\x3b"
        assert inspect(put(many)).frames == 10_000


class TestPhotoshop:
    def test_without_a_merged_picture_says_what_to_do(self, put):
        with pytest.raises(InputError, match="Maximise compatibility"):
            inspect(put(samples.psd(merged=False)))

    def test_grey_indexed_and_transparent(self, put):
        grey = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
        shown = read_rgb(put(samples.psd(grey, "grey")), 100)
        assert np.array_equal(shown[..., 0], grey[0])
        palette = bytes(range(256)) + bytes(256) + bytes(255 - n for n in range(256))
        shown = read_rgb(put(samples.psd(grey, "indexed", palette=palette)), 100)
        assert np.array_equal(shown[..., 2], 255 - grey[0])
        rgba = np.concatenate([np.full((3, 4, 4), 200, np.uint8), np.full((1, 4, 4), 9, np.uint8)])
        image = load_srgb(put(samples.psd(rgba)), 100)
        assert image.bands == 4
        assert image.numpy()[0, 0].tolist() == [200, 200, 200, 9]

    def test_sixteen_bits(self, put):
        wide = np.moveaxis(pixels().astype(np.uint16) * 257, 2, 0)
        path = put(samples.psd(wide))
        assert inspect(path).bit_depth == 16
        assert difference(pixels(), read_rgb(path, 1000)) <= 1

    def test_lab(self, put):
        from skimage.color import rgb2lab

        lab = rgb2lab(pixels())
        coded = np.stack([lab[..., 0] * 2.55, lab[..., 1] + 128, lab[..., 2] + 128])
        path = put(samples.psd(np.rint(coded).astype(np.uint8), "lab"))
        assert inspect(path).colour_space == "Lab"
        assert difference(pixels(), read_rgb(path, 1000)) < 2

    def test_paper_is_white_and_full_ink_is_dark(self, put):
        ink = np.zeros((4, 4, 8), np.uint8)
        ink[:, :, 4:] = 255  # Photoshop keeps the light that is left
        shown = read_rgb(put(samples.psd(ink, "cmyk")), 100)
        assert shown[0, 0].max() < 60
        assert shown[0, 7].min() > 240


class TestJpegXl:
    def test_sixteen_bits_and_transparency(self, put):
        rgba = np.dstack([pixels().astype(np.uint16) * 257, np.full(SIDE[::-1], 32896, np.uint16)])
        path = put(samples.jxl(rgba, lossless=True))
        header = inspect(path)
        assert (header.bit_depth, header.has_alpha, header.bands) == (16, True, 4)
        shown = load_srgb(path, 1000)
        assert shown.bands == 4
        assert abs(int(shown.numpy()[0, 0, 3]) - 128) <= 1

    def test_grey(self, put):
        path = put(samples.jxl(pixels()[..., 1], lossless=True))
        assert inspect(path).colour_space == "Grey"
        assert difference(np.dstack([pixels()[..., 1]] * 3), read_rgb(path, 1000)) == 0

    def test_not_a_picture_after_all(self, put):
        with pytest.raises(InputError):
            inspect(put(b"\xff\x0a" + b"\xff" * 200))


class TestLight:
    """Floating point: linear, of any range."""

    def test_what_is_made_for_a_screen_is_shown_as_it_is(self, put):
        assert difference(pixels(), read_rgb(put(samples.exr()), 1000)) <= 1

    @pytest.mark.parametrize("gain", [8.0, 1000.0])
    def test_any_exposure_is_brought_to_about_the_same_picture(self, put, gain):
        light = (srgb_to_linear(pixels()) * gain).astype(np.float32)
        shown = read_rgb(put(samples.exr(light)), 1000)
        assert 70 < shown.mean() < 190
        assert (shown == 255).all(axis=2).mean() < 0.02
        ours, theirs = shown.mean(axis=2).ravel(), pixels().mean(axis=2).ravel()
        assert np.corrcoef(ours, theirs)[0, 1] > 0.9

    def test_alpha_is_straightened(self, put):
        light = np.zeros((4, 4, 4), np.float32)
        light[:, :2] = (0.25, 0.25, 0.25, 0.5)
        shown = load_srgb(put(samples.exr(light)), 100).numpy()
        assert shown[0, 0, 3] == 127 or shown[0, 0, 3] == 128
        assert abs(int(shown[0, 0, 0]) - 188) <= 1  # 0.5 of linear light
        assert shown[0, 3, 3] == 0

    def test_float_tiff(self, put, tmp_path):
        import tifffile

        light = srgb_to_linear(pixels()).astype(np.float32)
        tifffile.imwrite(tmp_path / "f.tif", light, photometric="rgb")
        assert difference(pixels(), read_rgb(tmp_path / "f.tif", 1000)) <= 1

    def test_no_numbers_are_black(self, put):
        light = np.full((8, 8, 3), np.nan, np.float32)
        assert read_rgb(put(samples.exr(light)), 100).max() == 0


class TestPdf:
    def test_first_page_and_words(self, put):
        path = put(samples.pdf(pages=3))
        header = inspect(path)
        assert (header.frames, header.media.kind) == (3, "document")
        shown = read_rgb(path, 300)
        assert shown[10, 10].tolist() == [255, 0, 0]
        assert shown[10, 290].tolist() == [255, 255, 255]
        found = extract(path, known.PDF)
        assert "harbour lantern 0" in found.text
        assert "harbour lantern 2" in found.text
        assert dict(found.facts) == {"Pages": "3", "Page size": "106 × 71 mm"}

    def test_a_locked_one_says_so(self, put):
        locked = samples.pdf().replace(
            b"trailer << ",
            b"trailer << /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
            + b"00" * 32 + b"> /U <" + b"00" * 32 + b"> >> /ID [<00> <00>] ",
        )  # fmt: skip
        with pytest.raises(InputError, match="password"):
            inspect(put(locked))

    def test_no_document_after_all(self, put):
        with pytest.raises(InputError, match="damaged"):
            inspect(put(b"%PDF-1.7\n" + b"junk " * 100))


class TestHeic:
    @pytest.mark.corpora
    @pytest.mark.parametrize(
        ("name", "size", "space"),
        [
            ("IMG_2682.heic", (4032, 3024), "Display P3"),
            ("samsung-one-ui-6.heic", (3000, 4000), "sRGB"),
        ],
    )
    def test_phones(self, corpora, name, size, space):
        path = corpora / "formats" / name
        header = inspect(path)
        assert (header.width, header.height, header.colour_space) == (*size, space)
        image = load_srgb(path, 400)
        assert (image.width > image.height) == (size[0] > size[1])
        assert 60 < image.avg() < 120

    @pytest.mark.corpora
    def test_cut(self, corpora, put):
        whole = (corpora / "formats" / "IMG_2682.heic").read_bytes()
        for share in (0.001, 0.1, 0.5, 0.95):
            path = put(whole[: int(len(whole) * share)])
            with pytest.raises(InputError):
                verify(path)

    def test_the_beginning_alone_is_refused(self, put):
        data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50)
        assert sniff_bytes(data) == known.HEIC
        with pytest.raises(InputError, match="damaged"):
            inspect(put(data))


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("name", "space"),
    [("16bit-HDR-P3-nclx.jxl", "Display P3"), ("10bit-HDR-P3-nclx.avif", "Display P3")],
)
def test_high_dynamic_range_is_shown_with_detail(corpora, name, space):
    path = corpora / "formats" / name
    assert inspect(path).colour_space == space
    rgb = read_rgb(path, 400)
    assert 60 < rgb.mean() < 170
    assert (rgb == 255).all(axis=2).mean() < 0.1


@pytest.mark.parametrize("name", FILES)
def test_bytes_that_were_changed_end_in_a_picture_or_a_sentence(name, put):
    """Any other exception would be a fault of ours; so would minutes."""
    whole, chance = FILES[name][1](), random.Random(name)
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 4, 20))):
            data[chance.randrange(min(len(data), 4000))] = chance.choice((0, 127, 255))
        path = put(bytes(data))
        with contextlib.suppress(InputError):
            inspect(path, name=name, others=True)
            load_srgb(path, 200)


def test_sections_beyond_the_end_are_told(put):
    whole = samples.psd(big=True)
    at = 34 + int.from_bytes(whole[30:34], "big")  # the length of the layers
    with pytest.raises(InputError, match="incomplete"):
        inspect(put(whole[:at] + b"\x7f" + whole[at + 1 :]))


@pytest.mark.parametrize("name", ["a.jxl", "a.psd", "a.exr", "a.dng", "a.bmp"])
def test_memory_is_refused_before_anything_is_decoded(name, put):
    path = put(FILES[name][1]())
    assert inspect(path, Limits(max_memory=8 * 1024**2)).width == SIDE[0]
    with pytest.raises(InputError, match="GB of memory"):
        inspect(path, Limits(max_memory=100_000))


def test_a_large_camera_fits():
    """61 megapixels, as full-frame cameras have them, within what is allowed by default."""
    for media in (known.ARW, known.HEIC, known.JXL):
        header = Header(media, 9504, 6336, 3, False, "sRGB", 16, "", 1, 1)
        codec = codec_of(media)
        assert codec is not None
        assert codec.memory(header) < Limits().max_memory
