"""A picture laid on a larger canvas, of a colour or transparent."""

from __future__ import annotations

from processing import vips
from processing.formats.codec import ICC_FIELD
from processing.operators.parameters import rgba
from processing.operators.picture import Picture, Unfit, check_size

Samples = tuple[int, int, int, int]


def samples(picture: Picture, colour: str | None) -> Samples:
    """A colour's red, green, blue and alpha as numbers in the picture's own depth and profile.

    Colours are written in sRGB; None is full transparency. Raises Unfit for inks.
    """
    if not picture.is_rgb:
        raise Unfit("A background can be added to RGB pictures only: before the conversion.")
    if colour is None:
        return 0, 0, 0, 0
    told = rgba(colour, picture.depth)
    return told if picture.is_srgb else (*_in_profile(picture, told[:3]), told[3])


def laid(picture: Picture, width: int, height: int, x: int, y: int, colour: str | None) -> Picture:
    """The picture on a canvas, its upper left corner at (x, y), its focus moved along.

    The colour shows wherever the picture is transparent too. The result has alpha unless the
    colour is opaque. Raises Unfit for inks and where it would be too large.
    """
    check_size(width, height)
    told = samples(picture, colour)
    if (x, y, width, height) == (0, 0, picture.width, picture.height) and not picture.has_alpha:
        return picture
    if told[3] == rgba("#000", picture.depth)[3]:
        image = picture.image
        image = image.flatten(background=told[:3]) if picture.has_alpha else image
        canvas = image.embed(x, y, width, height, extend="background", background=told[:3])
    else:
        image = _over(with_alpha(picture), told)
        canvas = image.embed(x, y, width, height, extend="background", background=told)
    return picture.moved(canvas, lambda across, down: (across + x, down + y))


def with_alpha(picture: Picture) -> vips.Image:
    """The image with a band of alpha, opaque where it had none."""
    if picture.has_alpha:
        return picture.image
    return picture.image.bandjoin(rgba("#000", picture.depth)[3])


def _over(image: vips.Image, below: Samples) -> vips.Image:
    """Porter and Duff's "over" on one colour (Compositing digital images, 1984)."""
    if below[3] == 0:
        return image
    most = float(rgba("#000", 16 if image.format == "ushort" else 8)[3])
    above = image.premultiply()
    under = [value * below[3] / most for value in below[:3]] + [float(below[3])]
    shown = (1.0 - above.extract_band(3) / most) * under + above
    return shown.copy(interpretation=image.interpretation).unpremultiply().rint()


def _in_profile(picture: Picture, srgb: tuple[int, ...]) -> tuple[int, int, int]:
    """sRGB samples in the picture's profile (relative colorimetric)."""
    dot = picture.image.crop(0, 0, 1, 1).extract_band(0, n=3)
    dot = (dot * 0 + list(srgb)).cast(dot.format).copy(interpretation=dot.interpretation)
    dot.set_type(vips.BLOB, ICC_FIELD, vips.srgb_profile())
    dot = dot.icc_import(embedded=True, intent="relative", pcs="lab")
    dot.set_type(vips.BLOB, ICC_FIELD, picture.profile)
    red, green, blue = dot.icc_export(depth=picture.depth, intent="relative")(0, 0)
    return round(red), round(green), round(blue)
