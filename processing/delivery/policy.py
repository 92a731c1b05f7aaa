"""What a file may say, by its recipe and its brand: the tighter of the two rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, cast

from dam.models import BrandProfileVersion, Rendition
from processing.delivery import edits
from processing.metadata.values import Embed, Values, chosen

_ORDER: tuple[Embed, ...] = ("none", "rights", "all")
_EXPORT = "export"
_SRGB = "sRGB"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an export lets out of what the library says, and what its file tells besides.

    ``place`` lets out where it was taken. ``dpi`` and ``srgb`` are the file's resolution and
    whether its colours are sRGB, ``most`` is its byte budget, ``steps`` is how it was made.
    """

    metadata: Embed = "all"
    place: bool = True
    dpi: float | None = None
    srgb: bool = True
    most: int | None = None
    steps: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of_steps(cls, steps: Sequence[Mapping[str, Any]]) -> Self:
        """The policy of a recipe's export, as its provenance has it."""
        last = steps[-1] if steps and steps[-1].get("operator") == _EXPORT else {}
        asked: Mapping[str, Any] = last.get("parameters", {})
        found: Mapping[str, Any] = last.get("measures", {})
        return cls(
            metadata=cast(Embed, asked.get("metadata", "all")),
            place=bool(asked.get("place", False)),
            dpi=asked.get("dpi"),
            srgb=found.get("profile", _SRGB) == _SRGB,
            most=asked.get("max_bytes"),
            steps=steps,
        )

    @classmethod
    def of(cls, made: Rendition) -> Self:
        """The policy of a rendition: its recipe's; the pipeline's own leave it to the brand."""
        how = getattr(made, "provenance", None)
        return cls() if how is None else cls.of_steps(how.steps)

    def under(self, rules: BrandProfileVersion) -> Policy:
        """The same where a brand's rules let less out. A recipe cannot let more out than they."""
        brand = cast(Embed, rules.embed_metadata)
        metadata = min(self.metadata, brand, key=_ORDER.index)
        return replace(self, metadata=metadata, place=self.place and not rules.strip_gps)

    def chosen(self, values: Values) -> Values:
        """What is written of ``values``."""
        source = edits.source_type(self.steps, values.texts.get("digital_source", ""))
        texts = {**values.texts, **({"digital_source": source} if source else {})}
        told = replace(values, texts=texts, dpi=self.dpi, srgb=self.srgb)
        return chosen(told, self.metadata, strip_place=not self.place)
