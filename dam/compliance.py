"""How much of a brand's library complies with rules: those in force, or a draft of them.

Set queries only, over the newest LOOKED_AT pictures of the brand, so that the cost of a preview is
bounded however large the library is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _

from dam.colour import hex_to_oklab
from dam.formats import SHOWN, mimes_of
from dam.models import BrandProfile, BrandProfileVersion, PaletteColour, Version
from dam.models.brand import COLOUR_SPACES, PICTURE_FORMATS

LOOKED_AT = 20_000
EXAMPLES = 6
# Being off palette is judged as processing/measures/checks.py judges it (a test keeps them in
# step): of the saturated colours half must be near the palette; greys go with every palette.
ON_PALETTE = 0.5
SATURATED, LEAST_SATURATED = 0.06, 0.03  # OKLab chroma; share of the picture
LIGHTNESS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Failure:
    """One rule, and how many pictures break it; a few of them, the newest first."""

    rule: str
    label: str
    count: int
    examples: list[Version] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Compliance:
    """How many of `total` pictures pass every rule, and what the others fail."""

    total: int
    passing: int
    failures: list[Failure]

    @property
    def failing(self) -> int:
        return self.total - self.passing

    @property
    def share(self) -> float:
        return self.passing / self.total if self.total else 1.0


def check(brand: BrandProfile, rules: BrandProfileVersion) -> Compliance:
    """Judge a brand's pictures by `rules`, which need not be saved.

    A picture whose colour space, size or palette is not known (yet) is not held against it.
    Raises ValueError for a palette colour that is none.
    """
    versions = _pictures(brand)
    if rules.palette:
        near = reduce(or_, (_within(colour, rules.palette_tolerance) for colour in rules.palette))
        versions = versions.annotate(saturated=_share(Q()), near=_share(near))
    tests = _tests(rules)
    broken = reduce(or_, (test for _label, test in tests.values()))
    counts = versions.aggregate(
        total=Count("pk"),
        failing=Count("pk", filter=broken),
        **{rule: Count("pk", filter=test) for rule, (_label, test) in tests.items()},
    )
    failures = [
        Failure(rule, label, counts[rule], _examples(versions, test))
        for rule, (label, test) in tests.items()
        if counts[rule]
    ]
    failures.sort(key=lambda failure: -failure.count)
    return Compliance(counts["total"], counts["total"] - counts["failing"], failures)


def _pictures(brand: BrandProfile) -> QuerySet[Version]:
    current = Version.objects.filter(current_of__brand=brand, current_of__deleted_at=None)
    looked_at = current.filter(kind__in=SHOWN).exclude(state=Version.State.REFUSED)
    newest = looked_at.order_by("-pk").values("pk")[:LOOKED_AT]
    return Version.objects.filter(pk__in=newest)


def _tests(rules: BrandProfileVersion) -> dict[str, tuple[str, Q]]:
    """What breaks each rule: its label, and the condition on a version."""
    # The least size is meant either way up, as review/checks.py takes it.
    upright = Q(width__gte=rules.min_width, height__gte=rules.min_height)
    turned = Q(width__gte=rules.min_height, height__gte=rules.min_width)
    small = Q(width__gt=0, kind=Version.Kind.PICTURE) & ~(upright | turned)
    size = _("Smaller than %(w)s × %(h)s pixels")
    tests = {"size": (size % {"w": rules.min_width, "h": rules.min_height}, small)}
    if _narrowed(rules.colour_spaces, COLOUR_SPACES):
        other = ~Q(colour_space="") & ~Q(colour_space__in=list(rules.colour_spaces))
        tests["colour_space"] = (_("In another colour space"), other)
    if _narrowed(rules.formats, PICTURE_FORMATS):
        types = mimes_of(rules.formats)
        tests["format"] = (_("Of another type"), ~Q(media_type__in=types))
    if rules.palette:
        off = Q(saturated__gte=LEAST_SATURATED, near__lt=F("saturated") * ON_PALETTE)
        tests["palette"] = (_("Mostly outside the palette"), off)
    return tests


def _narrowed(allowed: Iterable[str], known: Iterable[str]) -> bool:
    """Whether a rule leaves out anything at all; with everything ticked, the unknown passes too."""
    return not set(known) <= set(allowed)


def _share(near: Q) -> Coalesce:
    """The share of a version that its saturated colours with a condition make up."""
    chroma = F("a") * F("a") + F("b") * F("b")
    rows = PaletteColour.objects.filter(
        GreaterThanOrEqual(chroma, SATURATED**2), near, version=OuterRef("pk")
    )
    share = rows.order_by().values("version").annotate(share=Sum("fraction")).values("share")
    return Coalesce(Subquery(share, output_field=FloatField()), 0.0)


def _within(colour: str, tolerance: float) -> Q:
    """The condition that a row's OKLab colour is within a distance of `colour`, squared for SQL."""
    lightness, a, b = hex_to_oklab(colour)
    parts = [(F("lightness") - lightness) * LIGHTNESS_WEIGHT, F("a") - a, F("b") - b]
    distance = parts[0] * parts[0] + parts[1] * parts[1] + parts[2] * parts[2]
    return Q(LessThanOrEqual(distance, tolerance * tolerance))


def _examples(versions: QuerySet[Version], test: Q) -> list[Version]:
    return list(versions.filter(test).select_related("asset").order_by("-pk")[:EXAMPLES])
