"""Colour: one chart in many spaces and formats gives renditions of the same colours.

Real profiles: matrix profiles of our own (processing/icc.py), libvips' Display P3 and its press
profile. The patches are within the gamut of all the spaces. Measured on what people see: the
preview, as it is written to disk.
"""

import io
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab

from dam.colour import linear_to_srgb, srgb_to_linear
from processing import vips
from processing.icc import (
    ADOBE_RGB,
    DISPLAY_P3,
    PROPHOTO,
    REC2020,
    SRGB,
    Primaries,
    matrix_profile,
)
from processing.renditions.making import RenditionSpec, render

from . import samples

PATCH = 40  # pixels on a side
WITHIN = 2.0  # ΔE 2000 (CIE 142-2001)
WITHIN_LOSSY = 3.0  # where the original itself is compressed with loss, with YCbCr of 8 bits


def _lab() -> np.ndarray:
    """Patches (rows, columns, 3) in CIE L*a*b*, D65: greys, and six hues at two strengths.

    They are the colours of 8-bit sRGB that are nearest to that.
    """
    rows = []
    for lightness in (30, 45, 60, 75):
        row = [(lightness, 0.0, 0.0)]
        for chroma in (12, 24):
            for hue in np.radians(range(20, 380, 60)):
                row.append((lightness, chroma * np.cos(hue), chroma * np.sin(hue)))
        rows.append(row)
    return rgb2lab(np.rint(lab2rgb(np.array(rows)) * 255) / 255)


LAB = _lab()
PATCHES = lab2rgb(LAB)  # sRGB, 0..1
CHART = np.kron(PATCHES, np.ones((PATCH, PATCH, 1)))


def _coded(space: Primaries, gamma: float | None, most: int) -> np.ndarray:
    """The chart's code values in an RGB space."""
    linear = srgb_to_linear(CHART) @ (np.linalg.inv(space.to_d50()) @ SRGB.to_d50()).T
    assert linear.min() > -1e-3, "the chart must lie within the space"
    linear = np.clip(linear, 0, 1)
    coded = linear_to_srgb(linear) if gamma is None else linear ** (1 / gamma)
    return np.rint(coded * most).astype(np.uint8 if most == 255 else np.uint16)


def _pillow(format: str, space: Primaries, gamma: float | None, **options) -> bytes:
    file = io.BytesIO()
    profile = matrix_profile(space, gamma=gamma)
    Image.fromarray(_coded(space, gamma, 255)).save(file, format, icc_profile=profile, **options)
    return file.getvalue()


def _tiff16(space: Primaries, gamma: float | None) -> bytes:
    file = io.BytesIO()
    profile = matrix_profile(space, gamma=gamma)
    tifffile.imwrite(
        file, _coded(space, gamma, 65535), photometric="rgb", iccprofile=profile, metadata=None
    )
    return file.getvalue()


def _vips_lab() -> vips.Image:
    """The chart as libvips' Lab, which is relative to D50 as ICC's is."""
    image = vips.Image.new_from_array(np.ascontiguousarray(_coded(SRGB, None, 65535)))
    image = image.copy(interpretation="rgb16")
    image.set_type(vips.BLOB, "icc-profile-data", matrix_profile(SRGB))
    return image.icc_import(embedded=True, pcs="lab", intent="relative")


def _cmyk() -> vips.Image:
    """The chart in ink, 8 bit.

    The press profile's table to ink and its table back disagree by up to 3.7 ΔE 2000: so the ink is
    sought whose colour, by the table back, is that of the patch.
    """
    wanted = _vips_lab()
    asked, how = wanted, {"intent": "relative", "black_point_compensation": True}
    for _ in range(8):
        ink = asked.icc_export(output_profile="cmyk", depth=8, **how)
        asked = asked + (wanted - ink.icc_import(embedded=True, pcs="lab", **how)) * 0.7
        asked = asked.copy(interpretation="lab")
    return ink


def _cmyk_tiff(*, profile: bool) -> bytes:
    return _cmyk().tiffsave_buffer(keep="icc" if profile else "none")


def _cmyk_psd() -> bytes:
    ink = np.moveaxis(_cmyk().numpy(), 2, 0)
    return samples.psd(
        255 - ink, "cmyk", profile=bytes(vips.Operation.call("profile_load", "cmyk"))
    )


def _lab_psd(wide: bool) -> bytes:
    lab = _vips_lab().numpy().astype(np.float64)
    if wide:
        coded = np.stack(
            [lab[..., 0] * 655.35, lab[..., 1] * 256 + 32768, lab[..., 2] * 256 + 32768]
        )
        return samples.psd(np.rint(coded).astype(np.uint16), "lab")
    coded = np.stack([lab[..., 0] * 2.55, lab[..., 1] + 128, lab[..., 2] + 128])
    return samples.psd(np.rint(coded).astype(np.uint8), "lab")


def _p3_by_vips() -> bytes:
    image = _vips_lab().icc_export(output_profile="p3", depth=8, intent="relative")
    return image.pngsave_buffer(keep="icc")


def _flat(format: str, **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(_coded(SRGB, None, 255)).save(file, format, **options)
    return file.getvalue()


def _svg() -> bytes:
    rows, columns = PATCHES.shape[:2]
    marks = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns} {rows}">']
    for (row, column), _ in np.ndenumerate(PATCHES[..., 0]):
        red, green, blue = np.rint(PATCHES[row, column] * 255).astype(int)
        paint = f"rgb({red},{green},{blue})"
        marks.append(f'<rect x="{column}" y="{row}" width="1" height="1" fill="{paint}"/>')
    return "".join([*marks, "</svg>"]).encode()


CHARTS: dict[str, Callable[[], bytes]] = {
    "sRGB PNG": lambda: _pillow("PNG", SRGB, None),
    "sRGB 16-bit TIFF": lambda: _tiff16(SRGB, None),
    "Display P3 16-bit TIFF": lambda: _tiff16(DISPLAY_P3, None),
    "Adobe RGB 16-bit TIFF": lambda: _tiff16(ADOBE_RGB, 563 / 256),
    "Display P3 JPEG": lambda: _pillow("JPEG", DISPLAY_P3, None, quality=100, subsampling=0),
    "Display P3 PNG, libvips' profile": _p3_by_vips,
    "Display P3 WebP": lambda: _pillow("WEBP", DISPLAY_P3, None, lossless=True),
    "Display P3 AVIF": lambda: _pillow("AVIF", DISPLAY_P3, None, quality=100, subsampling="4:4:4"),
    "Adobe RGB TIFF": lambda: _pillow("TIFF", ADOBE_RGB, 563 / 256),
    "ProPhoto 16-bit TIFF": lambda: _tiff16(PROPHOTO, 1.8),
    "Rec. 2020 16-bit TIFF": lambda: _tiff16(REC2020, 2.4),
    "CMYK TIFF with a profile": lambda: _cmyk_tiff(profile=True),
    "CMYK TIFF without one": lambda: _cmyk_tiff(profile=False),
    "CMYK Photoshop": _cmyk_psd,
    "Lab TIFF": lambda: _vips_lab().tiffsave_buffer(),
    "Lab Photoshop": lambda: _lab_psd(wide=False),
    "Lab 16-bit Photoshop": lambda: _lab_psd(wide=True),
    "ProPhoto 16-bit Photoshop": lambda: samples.psd(
        np.moveaxis(_coded(PROPHOTO, 1.8, 65535), 2, 0), profile=matrix_profile(PROPHOTO, gamma=1.8)
    ),
    "JPEG XL": lambda: samples.jxl(_coded(SRGB, None, 255), lossless=True),
    # imagecodecs declares 16 bits to be linear light.
    "16-bit JPEG XL, linear": lambda: samples.jxl(
        np.rint(srgb_to_linear(CHART) * 65535).astype(np.uint16), lossless=True
    ),
    "OpenEXR, linear": lambda: samples.exr(srgb_to_linear(CHART).astype(np.float32)),
    "BMP": lambda: _flat("BMP"),
    "SVG": _svg,
    "PDF": lambda: _flat("PDF", quality=100, subsampling=0),
}


# Eight bits of a wide space are coarse, and so are those of a WebP: two of them may round apart.
COARSE = {
    "Display P3 PNG, libvips' profile",
    "Display P3 WebP",
    "Adobe RGB TIFF",
    "Lab Photoshop",
}
LOSSY = {"Display P3 JPEG", "Display P3 AVIF", "PDF"}


def seen(data: bytes, folder: Path) -> np.ndarray:
    """The patches of a chart's preview as CIE L*a*b* (rows, columns, 3)."""
    path = folder / "chart"
    path.write_bytes(data)
    spec = RenditionSpec("preview", 1024, quality=95)
    made = render(path, [spec], folder)[0]
    rgb = np.asarray(Image.open(made.path).convert("RGB")) / 255
    rows, columns = PATCHES.shape[:2]
    high, wide = rgb.shape[0] / rows, rgb.shape[1] / columns
    middles = [
        [
            rgb[
                round((row + 0.35) * high) : round((row + 0.65) * high),
                round((column + 0.35) * wide) : round((column + 0.65) * wide),
            ].mean(axis=(0, 1))
            for column in range(columns)
        ]
        for row in range(rows)
    ]
    return rgb2lab(np.array(middles))


@pytest.fixture(scope="module")
def all_seen(tmp_path_factory) -> dict[str, np.ndarray]:
    folder = tmp_path_factory.mktemp("charts")
    return {name: seen(make(), folder) for name, make in CHARTS.items()}


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_shows_the_colours_that_were_meant(all_seen, name):
    most = WITHIN_LOSSY if name in LOSSY else WITHIN
    assert deltaE_ciede2000(LAB, all_seen[name]).max() < most


def test_charts_show_the_same_colours(all_seen):
    """sRGB, Display P3, Adobe RGB, ProPhoto, Rec. 2020, CMYK and Lab, and the formats in sRGB."""
    exact = [name for name in CHARTS if name not in LOSSY | COARSE]
    worst = {
        (one, other): float(deltaE_ciede2000(all_seen[one], all_seen[other]).max())
        for one, other in combinations(exact, 2)
    }
    print("the furthest apart:", max(worst.items(), key=lambda item: item[1]))
    assert max(worst.values()) < WITHIN


def test_a_profile_that_is_left_out_would_be_seen(tmp_path):
    """That the charts differ as numbers, so that the test above can fail."""
    file = io.BytesIO()
    Image.fromarray(_coded(ADOBE_RGB, 563 / 256, 255)).save(file, "TIFF")
    assert deltaE_ciede2000(LAB, seen(file.getvalue(), tmp_path)).max() > 2 * WITHIN


def test_a_gif_is_as_near_as_its_palette_allows(tmp_path):
    assert deltaE_ciede2000(LAB, seen(_flat("GIF"), tmp_path)).max() < 2 * WITHIN
