"""Operators, an exporter and checks that stand in, so that these tests are about the language."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from processing.operators import catalogue
from processing.operators.base import Operator, Outcome, PictureColours
from processing.operators.context import Context
from processing.operators.exporter import Exporter
from processing.operators.parameters import Share, unit
from processing.operators.picture import Picture
from processing.recipes.faults import RecipeError
from processing.recipes.known import Known
from processing.recipes.model import Recipe
from processing.recipes.reading import read
from processing.recipes.sources import from_texts


class Stop(BaseModel):
    model_config = ConfigDict(extra="forbid")
    at: Share
    colour: str


class Shade(Operator):
    """Works in sRGB only; has a list of tables, a tuple, a choice and two kinds of size."""

    operator: ClassVar[str] = "shade"
    title: ClassVar[str] = "Shade"
    family: ClassVar = "light"

    strength: Share = 0.5
    mode: Literal["soft", "hard"] = "soft"
    stops: tuple[Stop, ...] = ()
    point: tuple[float, float] | None = None
    size: Annotated[int, unit("px", ge=1, le=100)] | Literal["all"] = "all"
    above: Annotated[float, Field(gt=0)] = 1.0

    def apply(self, picture: Picture, context: Context) -> Outcome:
        return Outcome(picture)


class ToPress(Operator):
    """Leaves CMYK, or another RGB."""

    operator: ClassVar[str] = "to-press"
    title: ClassVar[str] = "To press"
    family: ClassVar = "light"
    colours: ClassVar[Literal["srgb", "rgb", "any"]] = "rgb"

    to: Literal["srgb", "rgb", "cmyk"] = "cmyk"

    def leaves(self, colours: PictureColours) -> PictureColours:
        return self.to


class Plain(Exporter):
    """Holds RGB only."""

    format: ClassVar[str] = "plain"
    title: ClassVar[str] = "Plain"

    quality: Annotated[int, unit("1…100", ge=1, le=100)] = 80

    def refusal(self, colours: PictureColours) -> str:
        return "“plain” holds no CMYK." if colours == "cmyk" else ""


class SizeCheck(BaseModel):
    model_config = ConfigDict(extra="forbid")
    width: int
    tolerance: int = 0


KNOWN = Known(
    operators={"resize": catalogue.operator("resize"), "shade": Shade, "to-press": ToPress},
    exporters={"plain": Plain},
    checks={"size": SizeCheck, "blank": type("Blank", (BaseModel,), {})},
)


def recipe(text: str, *, others: dict[str, str] | None = None, **variables) -> Recipe:
    """Read a recipe; a text that does not begin with a name gets one."""
    include = from_texts(others or {})
    return read(named(text), include=include, variables=variables, known=KNOWN)


def faults(text: str, *, others: dict[str, str] | None = None, **variables) -> list[str]:
    """The faults of a recipe, as lines."""
    try:
        recipe(text, others=others, **variables)
    except RecipeError as error:
        return [str(fault) for fault in error.faults]
    return []


def named(text: str) -> str:
    return text if text.startswith("recipe:") else f"recipe: test\n{text}"
