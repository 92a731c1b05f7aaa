"""The format that takes the fewest bytes for the same look, by content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, JsonValue

from dam.formats import WEBP
from processing.compression.content import is_flat
from processing.compression.tiles import mosaic
from processing.media import MediaType
from processing.operators.context import Context
from processing.operators.export.avif import Avif
from processing.operators.export.colours import coloured
from processing.operators.export.common import PictureExporter
from processing.operators.export.jpeg import Jpeg
from processing.operators.export.lossy import TARGET, LossyExporter, Target
from processing.operators.export.png import Png
from processing.operators.export.webp import Webp
from processing.operators.exporter import Encoded
from processing.operators.parameters import Colour
from processing.operators.picture import Picture, Unfit

Format = Literal["jpeg", "webp", "avif", "png"]
# How much larger a PNG of drawn content may be than the best lossy file: its edges show.
_WORTH = 1.25


class Auto(PictureExporter):
    """Whichever format is smallest for this picture at the same look.

    Drawn content (text, charts, logos) goes without loss where the formats allow it, and
    transparency is kept where one of them can.
    """

    format: ClassVar[str] = "auto"
    title: ClassVar[str] = "Smallest format"
    media: ClassVar[MediaType] = WEBP  # the likeliest; what was made tells its own
    most_edge: ClassVar[int] = 65_500
    example: ClassVar[Mapping[str, JsonValue]] = {"among": ["jpeg", "webp", "png"]}

    among: Annotated[tuple[Format, ...], Field(min_length=1, max_length=4)] = (
        "jpeg",
        "webp",
        "png",
    )
    """The formats to choose from."""
    target: Target = TARGET
    """How alike it must look, as SSIMULACRA2 measures it. 90 cannot be told from the original, 70
    is high quality."""
    background: Colour = "#ffffff"
    """What shows where the picture is transparent, if the format has no transparency."""

    def encode(self, picture: Picture, context: Context) -> Encoded:
        self._refuse_size(picture)
        ready = coloured(picture, self.profile, context)
        lossy = self._best_lossy(ready)
        made = [one.encode(ready, context) for one in (lossy, self._exact(ready, lossy)) if one]
        best = made[-1] if self._worth(made[-1], made[0]) else made[0]
        return replace(best, measures={**best.measures, "format": best.media.label})

    def _worth(self, exact: Encoded, lossy: Encoded) -> bool:
        within = self._budget is None or len(exact.data) <= self._budget
        return within and len(exact.data) <= self._allowance(lossy) * len(lossy.data)

    @staticmethod
    def _allowance(lossy: Encoded) -> float:
        return 1.0 if lossy.measures.get("mode") == "lossless" else _WORTH

    def _best_lossy(self, picture: Picture) -> LossyExporter | None:
        """The lossy format that would take the fewest bytes; None where none is allowed."""
        fitting = [one for one in self._lossy(picture) if one.holds(picture)]
        if len(fitting) <= 1:
            return next(iter(fitting), None)
        exact = next((one for one in fitting if isinstance(one, Webp)), None)
        if exact and is_flat(mosaic(picture.image)):
            return exact
        return min(fitting, key=lambda one: one.expected(picture))

    def _lossy(self, picture: Picture) -> list[LossyExporter]:
        shared: dict[str, Any] = {
            "quality": "auto",
            "target": self.target,
            "profile": "keep",
            "embed": self.embed,
            "max_bytes": self.max_bytes,
            "metadata": self.metadata,
        }
        clear = _is_transparent(picture)
        formats: list[LossyExporter] = []
        if "jpeg" in self.among and (not clear or self.among == ("jpeg",)):
            formats.append(Jpeg(**shared, background=self.background))
        if "webp" in self.among:
            formats.append(Webp(**shared))
        if "avif" in self.among:
            formats.append(Avif(**shared))
        return formats

    def _exact(self, picture: Picture, lossy: LossyExporter | None) -> Png | None:
        """PNG, where the picture is drawn or nothing else is left."""
        if "png" not in self.among:
            if lossy is None:
                raise Unfit("None of the formats to choose from can hold this picture.")
            return None
        if lossy is not None and not is_flat(mosaic(picture.image)):
            return None
        most = self.max_bytes if lossy is None else None
        said = self.metadata
        return Png(profile="keep", embed=self.embed, max_bytes=most, metadata=said)


def _is_transparent(picture: Picture) -> bool:
    return picture.has_alpha and bool(picture.image.extract_band(3).min() < _opaque(picture))


def _opaque(picture: Picture) -> int:
    return 65_535 if picture.depth == 16 else 255
