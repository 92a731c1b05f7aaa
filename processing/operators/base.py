"""What an operator is: parameters that are checked, and one pure function on pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from processing.operators.context import Context
from processing.operators.picture import Picture, Unfit

Family = Literal["geometry", "light", "detail", "background", "marks"]
# What a picture's numbers mean: sRGB, RGB of another profile, or CMYK for the press.
PictureColours = Literal["srgb", "rgb", "cmyk"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operator made.

    ``measures`` is what it found or did, for people and for checks: plain JSON, with units in the
    names where they are not obvious. ``confidence`` (0..1) is the probability that the result is
    right, where it can be wrong; None where it cannot.
    """

    picture: Picture
    measures: Mapping[str, JsonValue] = field(default_factory=dict)
    confidence: float | None = None


class Operator(BaseModel):
    """One step of a recipe: its fields are the parameters, `apply` the work.

    Subclasses are small and pure: the same picture, parameters and context give the same bytes.
    They declare, as class variables, ``operator`` (the name in recipes), ``title`` (for people),
    ``family``, ``example`` (parameters that show it, in documentation and tests) and ``version``,
    which rises when the same parameters give other pixels. ``colours`` says which pictures they
    take: "srgb" (the default), "rgb" of any profile, or "any", which has CMYK in it. The
    docstring's first paragraph and those of the fields are shown to people.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    operator: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[Family]
    example: ClassVar[Mapping[str, JsonValue]] = {}
    version: ClassVar[int] = 1
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "srgb"
    # Names of the neural networks (weights.toml) that may be asked: part of the cache key.
    networks: ClassVar[tuple[str, ...]] = ()

    def run(self, picture: Picture, context: Context) -> Outcome:
        """Apply the operator. Raises Unfit, with a sentence, for a picture that it cannot take."""
        self._refuse(picture)
        return self.apply(picture, context)

    def apply(self, picture: Picture, context: Context) -> Outcome:
        """The work itself, on a picture whose colours fit. Raises Unfit."""
        raise NotImplementedError

    def longest_needed(self, width: int, height: int) -> int | None:
        """The longer side, in pixels, that this step would scale a picture of this size to.

        Asked of a recipe's first step: the decoder then shrinks to just that, by the same filter,
        and the step finds its scaling done. At least as much as is needed on both sides: round up.
        None where all pixels are needed.
        """
        return None

    def leaves(self, colours: PictureColours) -> PictureColours:
        """The colours of what comes out, by those of what goes in: recipes are checked with it."""
        return colours

    def _refuse(self, picture: Picture) -> None:
        if self.colours != "any" and not picture.is_rgb:
            raise Unfit(f"“{self.operator}” works on RGB pictures: put it before the conversion.")
        if self.colours == "srgb" and not picture.is_srgb:
            raise Unfit(f"“{self.operator}” works in sRGB: let the recipe work in sRGB.")
