"""The colours and the depth of a file: what a picture becomes right before it is encoded."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import numpy as np
from pydantic import Field

from processing import icc, vips
from processing.formats.codec import ICC_FIELD
from processing.operators.context import Context
from processing.operators.parameters import rgba
from processing.operators.picture import Picture, Unfit

PRESS = "cmyk"
_SPACES = {
    "display-p3": icc.DISPLAY_P3,
    "adobe-rgb": icc.ADOBE_RGB,
    "rec2020": icc.REC2020,
    "prophoto": icc.PROPHOTO,
}
_GAMMAS = {"adobe-rgb": 563 / 256, "prophoto": 1.8}  # the rest are coded like sRGB
_FORMATS = {8: "uchar", 16: "ushort"}
_RGB_NAMES = {8: "srgb", 16: "rgb16"}
_MOST_PROFILE = 16 * 1024**2

ProfileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        examples=["srgb", "keep", "display-p3", "adobe-rgb", "rec2020", "prophoto", "cmyk"],
    ),
]


def coloured(picture: Picture, profile: str, context: Context, *, press: bool = False) -> Picture:
    """The picture in another colour space, by its name or by the ICC file that the name is of.

    Relative colorimetric with black point compensation. ``press`` says whether CMYK can be held.
    Raises Unfit where it cannot, or where the profile cannot be had.
    """
    if not picture.is_rgb and (not press or profile != "keep"):
        raise Unfit(cmyk_refusal(press))
    if profile == "keep":
        return picture
    wanted = _profile(profile, context)
    if wanted == picture.profile:
        return picture
    kind = _kind(wanted, profile)
    if kind == "CMYK":
        if not press:
            raise Unfit("This format cannot hold CMYK: export as TIFF or JPEG.")
        picture = picture.opaque()
    return _converted(picture, wanted, kind)


def cmyk_refusal(press: bool) -> str:
    """Why a CMYK picture is not written, by whether the format holds CMYK."""
    if press:
        return "This picture is CMYK already: let the exporter's profile be “keep”."
    return "This format cannot hold CMYK: export as TIFF or JPEG, or leave the conversion out."


def _profile(name: str, context: Context) -> bytes:
    if name == "srgb":
        return vips.srgb_profile()
    if name == PRESS:
        return _press_profile()
    if name in _SPACES:
        return icc.matrix_profile(_SPACES[name], gamma=_GAMMAS.get(name))
    with context.library.file(name).open("rb") as file:
        return file.read(_MOST_PROFILE)


@cache
def _press_profile() -> bytes:
    return bytes(vips.Operation.call("profile_load", "cmyk"))


def _kind(profile: bytes, name: str) -> str:
    info = icc.read_profile(profile)
    if info is None or info.kind not in ("RGB", "CMYK"):
        raise Unfit(f"“{name}” is no ICC profile of RGB or CMYK.")
    return info.kind


def _converted(picture: Picture, profile: bytes, kind: str) -> Picture:
    """By way of CIE L*a*b*, a strip at a time: libvips takes profiles in memory from a picture."""
    lab = picture.image.icc_import(embedded=True, intent="relative", black_point_compensation=True)
    lab = lab.copy()
    lab.set_type(vips.BLOB, ICC_FIELD, profile)
    depth = picture.depth if kind == "RGB" else 8
    try:
        image = lab.icc_export(intent="relative", black_point_compensation=True, depth=depth)
    except vips.Error as error:
        raise Unfit("The ICC profile cannot be used for conversion.") from error
    name = _RGB_NAMES[depth] if kind == "RGB" else "cmyk"
    image = image.cast(_FORMATS[depth]).copy(interpretation=name)
    return Picture(vips.in_memory(image), picture.focus)


def flattened(picture: Picture, background: str) -> Picture:
    """Alpha laid on a colour (sRGB); the picture itself where it has none."""
    if not picture.has_alpha:
        return picture
    samples = list(rgba(background, picture.depth)[:3])
    if not picture.is_srgb:
        kind = np.uint16 if picture.depth == 16 else np.uint8
        dot = Picture.from_array(np.array([[samples]], kind))
        samples = _converted(dot, picture.profile, "RGB").array()[0, 0].tolist()
    return picture.with_image(picture.image.flatten(background=samples))


def at_depth(picture: Picture, depth: int) -> Picture:
    """8 or 16 bits a sample, evenly spread (65,535 = 257 × 255)."""
    if picture.depth == depth:
        return picture
    image = picture.image
    scaled = (image / 257.0).rint() if depth == 8 else image * 257.0
    name = _RGB_NAMES[depth] if picture.is_rgb else picture.image.interpretation
    coded = scaled.cast(_FORMATS[depth]).copy(interpretation=name)
    coded.set_type(vips.BLOB, ICC_FIELD, picture.profile)
    return Picture(vips.in_memory(coded), picture.focus)


__all__ = ["PRESS", "ProfileName", "at_depth", "cmyk_refusal", "coloured", "flattened"]
