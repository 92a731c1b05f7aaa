"""Types that operators' parameters share: units, ranges and words, told once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

LONGEST_EDGE = 30_000  # pixels; what JPEG XL, TIFF and PNG hold easily, and memory does not


def unit(name: str, **bounds: Any) -> Any:
    """A field's bounds and its unit, which the schema carries to editor and documentation."""
    return Field(json_schema_extra={"unit": name}, **bounds)


Pixels = Annotated[int, unit("px", ge=1, le=LONGEST_EDGE)]
Share = Annotated[float, unit("share", ge=0.0, le=1.0)]
Amount = Annotated[float, unit("−1…1", ge=-1.0, le=1.0)]
Degrees = Annotated[float, unit("°", ge=-360.0, le=360.0)]

Anchor = Literal[
    "centre",
    "top",
    "bottom",
    "left",
    "right",
    "top-left",
    "top-right",
    "bottom-left",
    "bottom-right",
]
# Anchor → where, as shares of the room that is left.
ANCHORS: dict[str, tuple[float, float]] = {
    "centre": (0.5, 0.5),
    "top": (0.5, 0.0),
    "bottom": (0.5, 1.0),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
    "top-left": (0.0, 0.0),
    "top-right": (1.0, 0.0),
    "bottom-left": (0.0, 1.0),
    "bottom-right": (1.0, 1.0),
}


def _aspect(value: object) -> object:
    """“16:9”, “3/2” or 1.5, written the one way."""
    text = str(value).replace("/", ":") if isinstance(value, str | int | float) else ""
    across, colon, down = text.partition(":")
    try:
        shares = float(across) / (float(down) if colon else 1.0)
    except (ValueError, ZeroDivisionError):
        shares = 0.0
    if not 0.01 <= shares <= 100:
        raise ValueError(f"“{value}” is no aspect: write width:height, like 16:9")
    return text


Aspect = Annotated[
    str,
    BeforeValidator(_aspect),
    Field(examples=["1:1", "4:5", "16:9"], json_schema_extra={"unit": "width:height"}),
]


def ratio(aspect: str) -> float:
    """An aspect as width divided by height."""
    across, colon, down = aspect.partition(":")
    return float(across) / (float(down) if colon else 1.0)


def _hex(value: str) -> str:
    digits = value.removeprefix("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8) or any(digit not in "0123456789abcdef" for digit in digits):
        raise ValueError(f"“{value}” is no colour: write #rrggbb, or #rrggbbaa with transparency")
    return f"#{digits}"


Colour = Annotated[
    str,
    AfterValidator(_hex),
    Field(json_schema_extra={"format": "color"}, examples=["#ffffff"], max_length=9),
]
# A picture or file that the recipe names: "asset:123", or a file beside the recipe.
Reference = Annotated[
    str, Field(min_length=1, max_length=200, json_schema_extra={"format": "reference"})
]


def rgba(colour: str, depth: int = 8) -> tuple[int, int, int, int]:
    """A colour's samples at a depth of 8 or 16 bits; opaque where it does not say."""
    digits = colour.removeprefix("#").ljust(8, "f")
    scale = 257 if depth == 16 else 1
    red, green, blue, alpha = (int(digits[i : i + 2], 16) * scale for i in (0, 2, 4, 6))
    return red, green, blue, alpha
