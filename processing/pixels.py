"""From a file to sRGB pixels in memory: shrunk, upright, in the right colours.

Everything that looks at pictures gets them here, so that all agree on what a picture looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dam.colour import linear_to_srgb
from processing import vips
from processing.decode import PROFILE_KINDS
from processing.errors import InputError
from processing.formats.codec import to_vips
from processing.formats.codecs import codec_of
from processing.icc import read_profile
from processing.loading import ICC_FIELD, open_image
from processing.media import JPEG, MediaType, sniff
from processing.tonemap import tone_map

RgbArray = NDArray[np.uint8]

# libjpeg can decode at 1/2, 1/4 and 1/8. We leave at least this factor for the Lanczos filter, so
# that the cheap shrink does not show (docs/decisions/0004-renditions.md has the figures).
_FILTER_HEADROOM = 1.3
_FLOATS = ("float", "double")
_SPACES = {8: "srgb", 16: "rgb16"}
_FORMATS = {8: "uchar", 16: "ushort"}
_COLOUR_BANDS = {"b-w": 1, "grey16": 1, "cmyk": 4}


def load_srgb(path: Path | str, longest_edge: int) -> vips.Image:
    """Decode once, no larger than ``longest_edge`` on either side; never enlarged.

    Returns an image in memory: 8-bit sRGB, 3 bands or 4 with alpha (not premultiplied), EXIF
    orientation applied and its tag gone, sRGB profile attached. Raises InputError.
    """
    return _load(path, longest_edge, to_srgb)


def load_working(
    path: Path | str, longest_edge: int | None = None, *, own_colours: bool = False
) -> vips.Image:
    """As `load_srgb`, in the 8 or 16 bits that the file has, and as large as it is without
    ``longest_edge``; with ``own_colours`` in its own RGB profile (see `working`).

    Raises InputError.
    """
    return _load(path, longest_edge, lambda image: working(image, own_colours=own_colours))


def _load(
    path: Path | str, longest_edge: int | None, convert: Callable[[vips.Image], vips.Image]
) -> vips.Image:
    media = sniff(path)
    if media is None:
        raise InputError("This is not a picture that can be read here.")
    try:
        image = _plain_bands(_opened(path, media, longest_edge))
        small = vips.in_memory(fit(image, longest_edge) if longest_edge else image)
        return vips.in_memory(convert(small.autorot()))
    except vips.Error as error:
        raise vips.input_error(error) from error


def _opened(path: Path | str, media: MediaType, longest_edge: int | None) -> vips.Image:
    """The picture as it is in the file, perhaps smaller where its format offers that."""
    codec = codec_of(media)
    if codec is not None:
        return codec.load(path, longest_edge)
    image = open_image(path, media)
    if media == JPEG and longest_edge:
        image = open_image(path, media, shrink=_jpeg_shrink(image, longest_edge))
    return image


def fit(image: vips.Image, longest_edge: int) -> vips.Image:
    """Shrink so that the longer side is at most ``longest_edge``; smaller pictures stay as is."""
    scale = longest_edge / max(image.width, image.height)
    if scale >= 1:
        return image
    return scaled(image, max(1, round(image.width * scale)), max(1, round(image.height * scale)))


def scaled(image: vips.Image, width: int, height: int) -> vips.Image:
    """An image of exactly that size, by Lanczos with three lobes; its kind of sample stays.

    Colours under transparent pixels do not bleed into their neighbours: they are weighed by alpha.
    16 bits are reckoned in floating point: libvips' own integers would make 65535 into 65503.
    """
    across, down = width / image.width, height / image.height
    if image.hasalpha():
        resized = image.premultiply().resize(across, vscale=down).unpremultiply()
    elif image.format == "ushort":
        resized = image.cast("float").resize(across, vscale=down)
    else:
        return image.resize(across, vscale=down)
    return rounded(resized, image.format).copy(interpretation=image.interpretation)


def rounded(image: vips.Image, kind: str) -> vips.Image:
    """Samples of a kind ("uchar", "ushort"), rounded to the nearest: a bare cast cuts off."""
    if image.format == kind:
        return image
    return (image.rint() if image.format in _FLOATS else image).cast(kind)


def working(image: vips.Image, *, own_colours: bool = False) -> vips.Image:
    """Pixels as operators work on them: RGB, or RGB and alpha, in the 8 or 16 bits that they have.

    In sRGB, or with ``own_colours`` in the RGB profile that the picture has, where it has one. What
    is floating point comes as 8 bits, tone-mapped.
    """
    image = _plain_bands(image)
    if own_colours and image.bands >= 3 and image.format in ("uchar", "ushort"):
        profile = _profile_of(image)
        if profile is not None and image.interpretation in ("srgb", "rgb16"):
            return image
    return to_srgb(image, depth=16 if image.format == "ushort" else 8)


def to_srgb(image: vips.Image, depth: int = 8) -> vips.Image:
    """Any colour space that we accept to sRGB of 8 or 16 bits with its profile attached.

    Floating point is linear light of any range, and is tone-mapped (processing/tonemap).
    Relative colorimetric with black point compensation, as editors do by default. CMYK without a
    usable profile is read through libvips' own press profile; RGB without one is taken as sRGB.
    """
    if image.format in _FLOATS and image.interpretation != "lab":
        return _from_light(image)
    profile = _profile_of(image)
    if profile is not None:
        image = image.copy()
        image.set_type(vips.BLOB, ICC_FIELD, profile)
        return _transform(image, depth, embedded=True)
    if image.get_typeof(ICC_FIELD):
        image = image.copy()
        image.remove(ICC_FIELD)
    if image.interpretation == "cmyk":
        return _transform(image, depth, embedded=False, input_profile="cmyk")
    if image.interpretation in ("lab", "labs"):
        return _from_lab(image)
    image = image.colourspace(_SPACES[depth]).cast(_FORMATS[depth]).copy()
    image.set_type(vips.BLOB, ICC_FIELD, vips.srgb_profile())
    return image


def _from_lab(image: vips.Image) -> vips.Image:
    """CIE L*a*b* to sRGB. It is relative to D50, as ICC's, Photoshop's and TIFF's is.

    libvips' own conversion would take it as relative to D65, which shows in blues.
    """
    lab = image.colourspace("lab").icc_export(output_profile="srgb", depth=8, intent="relative")
    shown = lab.cast("uchar").copy(interpretation="srgb")
    shown.set_type(vips.BLOB, ICC_FIELD, vips.srgb_profile())
    return shown


def _from_light(image: vips.Image) -> vips.Image:
    """Linear light in floating point, perhaps with a profile for its primaries, to sRGB."""
    alpha = image.extract_band(image.bands - 1).cast("uchar") if image.hasalpha() else None
    colours = image.bands - 1 if alpha is not None else image.bands
    light = image.extract_band(0, n=min(colours, 3)).cast("float").numpy()
    light = np.nan_to_num(light, nan=0.0, posinf=65504.0, neginf=0.0)
    if light.ndim == 2 or light.shape[2] != 3:
        light = np.repeat(light.reshape(*light.shape[:2], -1)[..., :1], 3, axis=2)
    coded = np.rint(linear_to_srgb(tone_map(light)) * 255).astype(np.uint8)
    shown = to_vips(coded, "srgb", profile=vips.srgb_profile())
    return shown.bandjoin(alpha) if alpha is not None else shown


def to_array(image: vips.Image, background: int = 255) -> RgbArray:
    """sRGB image to uint8 (height, width, 3); transparency is laid on a grey ``background``."""
    if image.hasalpha():
        image = image.flatten(background=[background] * 3).cast("uchar")
    return image.numpy()


def read_rgb(path: Path | str, longest_edge: int) -> RgbArray:
    """The picture at ``path`` as uint8 (height, width, 3) for measuring; see ``load_srgb``."""
    return to_array(load_srgb(path, longest_edge))


def _jpeg_shrink(image: vips.Image, longest_edge: int) -> int:
    room = max(image.width, image.height) / (longest_edge * _FILTER_HEADROOM)
    return next((factor for factor in (8, 4, 2) if room >= factor), 1)


def _plain_bands(image: vips.Image) -> vips.Image:
    """Grey, RGB or CMYK with at most one more band, which is then alpha."""
    if image.interpretation == "multiband":
        wide = image.format == "ushort"
        names = ("grey16", "rgb16") if wide else ("b-w", "srgb")
        image = image.copy(interpretation=names[image.bands >= 3])
    most = _COLOUR_BANDS.get(image.interpretation, 3) + 1
    return image.extract_band(0, n=most) if image.bands > most else image


def _profile_of(image: vips.Image) -> bytes | None:
    """The profile to read the pixels with, if there is one that can be read and that fits."""
    if image.get_typeof(ICC_FIELD):
        data = image.get(ICC_FIELD)
        info = read_profile(data)
        if info is not None and info.kind == PROFILE_KINDS.get(image.interpretation, "RGB"):
            return data
    return None


def _transform(image: vips.Image, depth: int, **source: object) -> vips.Image:
    srgb = image.icc_transform(
        "srgb", intent="relative", black_point_compensation=True, depth=depth, **source
    )
    return srgb.cast(_FORMATS[depth])
