"""What all exporters share: limits of size, colours, the byte budget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import JsonValue

from processing import icc, vips
from processing.media import MediaType
from processing.metadata.values import Embed
from processing.operators.base import PictureColours
from processing.operators.context import Context
from processing.operators.export.budget import too_large
from processing.operators.export.colours import ProfileName, cmyk_refusal, coloured
from processing.operators.exporter import Encoded, Exporter
from processing.operators.parameters import unit
from processing.operators.picture import Picture, Unfit

Budget = Annotated[int, unit("bytes", ge=100, le=2**40)]
# Bytes that a picture's words take: IPTC, EXIF and XMP of usual length.
_WORDS: dict[Embed, int] = {"all": 6_000, "rights": 3_000, "none": 0}
Dpi = Annotated[float, unit("dpi", ge=1.0, le=10_000.0)]


class PictureExporter(Exporter):
    """One format that libvips or a codec writes. Subclasses say how in ``_write``."""

    media: ClassVar[MediaType]
    most_edge: ClassVar[int]
    most_pixels: ClassVar[int] = 10**10
    press: ClassVar[bool] = False  # whether it can hold CMYK
    example: ClassVar[Mapping[str, JsonValue]] = {}

    profile: ProfileName = "srgb"
    """Which colours the file has: “srgb”, “display-p3”, “adobe-rgb”, “rec2020”, “prophoto”, “cmyk”
    (where the format can hold it), “keep” for those that the picture has by now, or an ICC file
    beside the recipe."""
    embed: bool = True
    """Whether the profile is put into the file. Without it, programs take the colours as sRGB."""
    max_bytes: Budget | None = None
    """The most that the file takes, the metadata in it too. It is refused where that cannot be
    met."""
    metadata: Embed = "all"
    """What the file says of the picture when it leaves the library: “all” that the library knows,
    “rights” (creator, credit, copyright, terms, how it came about) or “none”. A brand's own rule
    may let less out, never a recipe more."""
    place: bool = False
    """Whether metadata “all” tells where the picture was taken, where the brand allows it."""

    def refusal(self, colours: PictureColours) -> str:
        """CMYK is only kept as it is, and only where the format holds it."""
        taken = colours != "cmyk" or (self.press and self.profile == "keep")
        return "" if taken else cmyk_refusal(self.press)

    def encode(self, picture: Picture, context: Context) -> Encoded:
        """The picture as this format. Raises Unfit, with a sentence, where that cannot be."""
        self._refuse_size(picture)
        ready = self._prepared(coloured(picture, self.profile, context, press=self.press))
        data, measures = self._write(ready)
        said = {"bytes": len(data), **measures, "profile": _profile_name(ready)}
        return Encoded(data, self.media, picture.width, picture.height, said)

    def _prepared(self, picture: Picture) -> Picture:
        """With what the format cannot hold taken away: alpha, depth."""
        return picture

    def _write(self, picture: Picture) -> tuple[bytes, dict[str, JsonValue]]:
        """The bytes, and what can be told of them."""
        raise NotImplementedError

    @property
    def _budget(self) -> int | None:
        """What the picture may take of `max_bytes`: some of it is for words, a tenth at most."""
        if self.max_bytes is None:
            return None
        return self.max_bytes - min(_WORDS[self.metadata], self.max_bytes // 10)

    @property
    def _keep(self) -> Literal["icc", "none"]:
        return "icc" if self.embed else "none"

    def holds(self, picture: Picture) -> bool:
        """Whether the format can hold a picture of this size."""
        pixels = picture.width * picture.height
        return picture.longest <= self.most_edge and pixels <= self.most_pixels

    def _refuse_size(self, picture: Picture) -> None:
        if picture.longest > self.most_edge:
            raise Unfit(
                f"{self.title} holds up to {self.most_edge:,} pixels a side; this picture has "
                f"{picture.longest:,}: make it smaller."
            )
        if not self.holds(picture):
            raise Unfit(
                f"{self.title} is written here up to {self.most_pixels / 1e6:.0f} megapixels; this "
                f"picture has {picture.width} × {picture.height}, which is "
                f"{_hundredths(picture.width * picture.height)}: make it smaller."
            )

    def _refuse_bytes(self, data: bytes) -> bytes:
        """For what has no quality that could give way."""
        if self._budget is not None and len(data) > self._budget:
            raise too_large(len(data), self._budget)
        return data


def _hundredths(pixels: int) -> str:
    """Megapixels, rounded up: 80.01 is more than 80."""
    return f"{math.ceil(pixels / 10_000) / 100:g}"


def with_density(image: vips.Image, dpi: float | None) -> vips.Image:
    """The picture with a resolution for print, where one is given."""
    if dpi is None:
        return image
    return image.copy(xres=dpi / 25.4, yres=dpi / 25.4)


def _profile_name(picture: Picture) -> str:
    info = icc.read_profile(picture.profile)
    return info.colour_space if info else "unknown"


__all__ = ["Budget", "Dpi", "PictureExporter", "with_density"]
