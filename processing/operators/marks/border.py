"""Border: a frame around or on a picture, and round corners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from processing import vips
from processing.formats.codec import to_vips
from processing.operators.base import Family, Operator, Outcome
from processing.operators.context import Context
from processing.operators.marks.laying import Overlay, laid
from processing.operators.parameters import LONGEST_EDGE, Colour, rgba, unit
from processing.operators.picture import Picture, Unfit
from processing.operators.shapes import rounded_box

_Part = Annotated[float, unit("share", ge=0.0, le=0.5)]


class Border(Operator):
    """Puts a frame around the picture (outer) or on its edge (inner), and rounds its corners.

    An outer border makes the picture larger. Outside of round corners the picture is transparent,
    or has the colour of ``corners``.
    """

    operator: ClassVar[str] = "border"
    title: ClassVar[str] = "Border"
    family: ClassVar[Family] = "marks"
    example: ClassVar[Mapping[str, JsonValue]] = {"width": 0.05, "radius": 0.08}

    width: _Part = 0.02
    """How wide it is, as a share of the picture's shorter side; 0 only rounds the corners."""
    place: Literal["outer", "inner"] = "outer"
    """Around the picture, or on its edge."""
    colour: Colour = "#ffffff"
    """Its colour; with transparency what is below shows through."""
    radius: _Part = 0.0
    """The corners' radius, as a share of the result's shorter side."""
    corners: Colour | None = None
    """What is seen outside of round corners (as opaque); transparent where nothing is said."""

    def apply(self, picture: Picture, context: Context) -> Outcome:
        wide = round(self.width * min(picture.width, picture.height))
        outer = self.place == "outer"
        image = self._outer(picture, wide) if outer else self._inner(picture, wide).image
        radius = round(self.radius * min(image.width, image.height))
        if radius:
            image = self._rounded(image, radius, picture.depth)
        away = wide if outer else 0
        made = picture.moved(image, lambda x, y: (x + away, y + away))
        return Outcome(made, {"width_px": wide, "radius_px": radius})

    def _outer(self, picture: Picture, wide: int) -> vips.Image:
        """Not computed yet: round corners come before."""
        width, height = picture.width + 2 * wide, picture.height + 2 * wide
        if max(width, height) > LONGEST_EDGE:
            raise Unfit(f"With its border the picture would be longer than {LONGEST_EDGE} pixels.")
        colour, most = list(rgba(self.colour, picture.depth)), _most(picture.depth)
        image = picture.image
        if colour[3] != most and not picture.has_alpha:
            image = image.bandjoin(most)
        return image.embed(
            wide, wide, width, height, extend="background", background=colour[: image.bands]
        )

    def _inner(self, picture: Picture, wide: int) -> Picture:
        """The four sides, laid over one by one."""
        width, height = picture.width, picture.height
        wide = min(wide, (min(width, height) + 1) // 2)
        inside = height - 2 * wide
        sides = (
            (0, 0, width, wide),
            (0, height - wide, width, wide),
            (0, wide, wide, inside),
            (width - wide, wide, wide, inside),
        )
        overlays = [
            Overlay(_plain(across, down, self.colour), left, top)
            for left, top, across, down in sides
            if across > 0 and down > 0
        ]
        return laid(picture, *overlays)

    def _rounded(self, image: vips.Image, radius: int, depth: int) -> vips.Image:
        """Alpha is changed in the four corners alone."""
        most = _most(depth)
        image = image if image.bands == 4 else image.bandjoin(most)
        alpha = image.extract_band(3)
        shape = to_vips(rounded_box(2 * radius, 2 * radius, radius), "b-w")
        for left, x in ((0, 0), (image.width - radius, radius)):
            for top, y in ((0, 0), (image.height - radius, radius)):
                part = alpha.crop(left, top, radius, radius) * shape.crop(x, y, radius, radius)
                alpha = alpha.insert(part.rint().cast(image.format), left, top)
        made = image.extract_band(0, n=3).bandjoin(alpha)
        if self.corners is None:
            return made
        return made.flatten(background=list(rgba(self.corners, depth)[:3]), max_alpha=most)


def _most(depth: int) -> int:
    return 65535 if depth == 16 else 255


def _plain(width: int, height: int, colour: str) -> vips.Image:
    dot = vips.Image.black(1, 1, bands=4) + list(rgba(colour))
    image = dot.cast("uchar").copy(interpretation="srgb")
    return image.embed(0, 0, width, height, extend="copy")
