"""The picture checks of `processing.measures.checks`, asked with what the library knows."""

from dataclasses import fields

from dam.colour import hex_to_oklab
from dam.models import BrandProfileVersion, Version
from dam.models.brand import COLOUR_SPACES, PICTURE_FORMATS
from processing.decode import Header
from processing.measures import checks
from processing.measures.facts import Facts
from processing.measures.palette import Swatch


def picture_findings(version: Version, rules: BrandProfileVersion) -> list[checks.Finding]:
    """What the brand's rules find wrong with a version's picture, the surest first.

    Needs the version's facts and palette: the step "facts" comes before.
    """
    asked = rules_for(version, rules)
    if version.kind != Version.Kind.PICTURE:
        asked = not_photographed(asked)
    return checks.check(header_of(version), facts_of(version), swatches_of(version), asked)


def rules_for(version: Version, rules: BrandProfileVersion) -> checks.Rules:
    """Bring a brand's rules into the form of the checks.

    A full list of choices allows anything. The least size is meant either way up: 640 × 480 asks
    480 × 640 of an upright picture.
    """
    least = (rules.min_width, rules.min_height)
    if (version.width < version.height) != (rules.min_width < rules.min_height):
        least = (rules.min_height, rules.min_width)
    return checks.Rules(
        min_width=least[0],
        min_height=least[1],
        allowed_formats=_narrowed(rules.formats, PICTURE_FORMATS),
        allowed_colour_spaces=_narrowed(rules.colour_spaces, COLOUR_SPACES),
        palette=tuple(hex_to_oklab(colour) for colour in rules.palette),
        palette_tolerance=rules.palette_tolerance,
    )


def not_photographed(rules: checks.Rules) -> checks.Rules:
    """The rules without what is asked of photographs alone.

    Paper is white and drawings are flat, and neither has a size of its own.
    """
    return checks.Rules(
        min_sharpness=None,
        max_noise=None,
        min_highlights=None,
        max_overexposure=None,
        max_clipped_dark=None,
        max_clipped_light=None,
        allowed_formats=rules.allowed_formats,
        allowed_colour_spaces=rules.allowed_colour_spaces,
        palette=rules.palette,
        palette_tolerance=rules.palette_tolerance,
    )


def _narrowed(allowed: list[str], known: list[str]) -> frozenset[str]:
    return frozenset() if set(known) <= set(allowed) else frozenset(allowed)


def header_of(version: Version) -> Header:
    """What the file says of itself, from the row that keeps it."""
    return Header(
        media=version.media,
        width=version.width,
        height=version.height,
        bands=4 if version.has_alpha else 3,
        has_alpha=version.has_alpha,
        colour_space=version.colour_space,
        bit_depth=version.bit_depth,
        icc_name="",
        orientation=1,
        frames=1,
    )


def facts_of(version: Version) -> Facts:
    """What was measured of the pixels, from its row."""
    row = version.facts
    return Facts(**{field.name: getattr(row, field.name) for field in fields(Facts)})


def swatches_of(version: Version) -> list[Swatch]:
    """The dominant colours, from their rows."""
    return [
        Swatch(hex=row.hex, l=row.lightness, a=row.a, b=row.b, fraction=row.fraction)
        for row in version.palette.all()
    ]
