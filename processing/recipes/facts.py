"""The facts that conditions may ask, told once: editor, checks and documentation read this list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dam.formats import RULE_NAMES

Kind = Literal["text", "number", "yes or no", "list"]


def word(text: str) -> str:
    """A text as conditions compare it: in small letters, hyphens for spaces ("Camera raw")."""
    return "-".join(text.casefold().split())


FORMATS = tuple(word(name) for name in RULE_NAMES)
COLOUR_SPACES = tuple(
    word(name)
    for name in ("sRGB", "Display P3", "Adobe RGB", "ProPhoto RGB", "Grey", "CMYK", "Lab")
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a picture before a recipe runs.

    ``choices`` are all the values that a text can have; empty where it may be anything.
    """

    name: str
    kind: Kind
    meaning: str
    choices: Sequence[str] = ()

    @property
    def example(self) -> str:
        """A condition that asks it."""
        if self.kind == "yes or no":
            return self.name
        if self.kind == "list":
            return f'"linen" in {self.name}'
        if self.kind == "number":
            return f"{self.name} > 1"
        return f"{self.name} == {self.choices[0] if self.choices else chr(34) * 2}"


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "category",
            "text",
            "What the asset is said to be; empty where nobody said.",
            ("product", "portrait", "event", "real-estate", "other"),
        ),
        Fact("brand", "text", "The brand's short name, as in addresses."),
        Fact("source", "text", "The source that it was taken from; empty where it was uploaded."),
        Fact("tags", "list", "The names of its accepted tags."),
        Fact("file_name", "text", "What the original's file is called."),
        Fact("format", "text", "What the original's file is, by its content.", FORMATS),
        Fact("width", "number", "How wide the upright original is, in pixels."),
        Fact("height", "number", "How high the upright original is, in pixels."),
        Fact("megapixels", "number", "Width times height, in millions of pixels."),
        Fact("aspect", "number", "Width by height: 1 is square, 1.5 the usual landscape."),
        Fact(
            "orientation",
            "text",
            "Its shape; square where the sides differ by at most 2 %.",
            ("landscape", "portrait", "square"),
        ),
        Fact("has_alpha", "yes or no", "Whether the original has transparency."),
        Fact("bit_depth", "number", "Bits a sample of the original: 8, 16 …"),
        Fact("colour_space", "text", "The original's colours.", COLOUR_SPACES),
        Fact("camera", "text", "The camera that the metadata names."),
        Fact("brightness", "number", "Mean lightness, 0 to 1."),
        Fact("contrast", "number", "How far lightness is spread, 0 to 0.5."),
        Fact("colourfulness", "number", "0 is grey, 15 slight, 45 quite, 80 very colourful."),
        Fact("sharpness", "number", "How steep its edges are, 0 to 1; 0.75 is a good photograph."),
        Fact("noise", "number", "Noise, in 8-bit levels."),
        Fact("clipped_dark", "number", "The share of the pixels that are black, 0 to 1."),
        Fact("clipped_light", "number", "The share of the pixels with no light left, 0 to 1."),
    )
}
