"""From a query to conditions on assets. Who may see what is settled first, always."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime, time
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Power
from django.utils import timezone
from django.utils.dateparse import parse_date

from dam.colour import hex_to_oklab
from dam.models import (
    Asset,
    BrandProfile,
    Collection,
    Facet,
    PaletteColour,
    TagAssignment,
    Term,
    User,
)
from dam.models.version import VersionState
from dam.roles import EVERY_BRAND, Grants
from search.language import Query
from search.values import TYPES
from search.words import lexemes, plain

COLOUR_SHARE = 0.05  # a palette colour counts from this share of the picture on
LIGHTNESS_REACH, HUE_REACH, VIVID_REACH = 0.18, 0.03, 0.25  # see `reach`; distances in OKLab
NOBODY = Q(pk__in=[])


def pool(user: User | None) -> QuerySet[Asset]:
    """Return the assets that a person may find; `None` is the system, which may find all."""
    return Asset.objects.live() if user is None else Asset.objects.visible_to(user)


def is_part(user: User | None) -> bool:
    """Say whether a person may find only a part of the library, perhaps a small one."""
    return user is not None and EVERY_BRAND not in Grants.of(user).reviewing


def narrowed(query: Query, user: User | None) -> tuple[QuerySet[Asset], list[str]]:
    """Return the assets that pass a query's filters, and sentences about values nobody knows.

    The free text is not a filter. A value that does not exist lets nothing pass.
    """
    found, problems = pool(user), list(query.problems)
    if "refused" not in query.of("state"):
        found = found.exclude(current_version__state=VersionState.REFUSED)
    for condition, problem in _conditions(query, user):
        found = found.filter(condition)
        problems += [problem] if problem else []
    return found, problems


def _conditions(query: Query, user: User | None) -> Iterable[tuple[Q, str]]:
    for field, build in BUILDERS.items():
        wanted, unwanted = query.of(field), query.of(field, negated=True)
        built = [build(value, user) for value in wanted]
        if built and field in NARROWING:
            yield from built
        elif built:
            yield reduce(or_, (q for q, _ in built)), " ".join(p for _, p in built if p)
        yield from ((~q, "") for q, _ in (build(value, user) for value in unwanted))
    yield from ((has_phrase(phrase), "") for phrase in query.phrases)
    yield from ((~side_by_side(words), "") for words in query.without)


def has_phrase(phrase: str) -> Q:
    """The condition that exactly this is written somewhere in an asset's words."""
    exact = Q(document__body__icontains=plain(phrase))
    # The index finds the candidates, unless all the words are too common for it ("to be").
    return exact & side_by_side(phrase) if lexemes(phrase) else exact


def side_by_side(words: str) -> Q:
    """The condition that these words, in any form ("boats", "boat"), follow each other."""
    wanted = SearchQuery(plain(words), config="english", search_type="phrase")
    return Q(document__words=wanted)


def _tag(name: str, user: User | None) -> tuple[Q, str]:
    terms = _terms_called(name, user)
    if not terms:
        return NOBODY, f"No tag is called “{name}”."
    tags = TagAssignment.objects.filter(
        asset=OuterRef("pk"), term__in=terms, state=TagAssignment.State.ACCEPTED
    )
    return Q(Exists(tags)), ""


def _terms_called(name: str, user: User | None) -> list[int]:
    """Return the terms (ids) of a name, a synonym or else a facet, with those below them.

    A name that only words stand behind that the person may not know is no name to them.
    """
    known = Term.objects.all() if user is None else Term.objects.visible_to(user)
    named = Q(name__iexact=name) | Q(synonyms__contains=[name])
    for meant in (named, Q(facet__in=_facets_called(name))):
        terms = with_narrower(Term.objects.filter(meant).values_list("pk", flat=True))
        if known.filter(pk__in=terms).exists():
            return terms
    return []


def _facets_called(name: str) -> list[Facet]:
    """Facets group tags at the side: "food" is none of the terms, and means all that are food."""
    return [facet for facet in Facet if name.lower() in (facet.value, str(facet.label).lower())]


def with_narrower(terms: Iterable[int]) -> list[int]:
    """Return terms (ids) with everything that is below them in the hierarchy."""
    found = set(terms)
    level = found
    while level:
        below = Term.objects.filter(parent__in=level).values_list("pk", flat=True)
        level = set(below) - found
        found |= level
    return sorted(found)


def _colour(value: str, user: User | None) -> tuple[Q, str]:
    lightness, a, b = hex_to_oklab(value)
    tall, wide = reach(a, b)
    away = (
        Power((F("lightness") - lightness) / tall, 2)
        + Power((F("a") - a) / wide, 2)
        + Power((F("b") - b) / wide, 2)
    )
    near = PaletteColour.objects.filter(
        version=OuterRef("current_version"),
        fraction__gte=COLOUR_SHARE,
        lightness__range=(lightness - tall, lightness + tall),
    )
    return Q(Exists(near.annotate(away=away).filter(away__lte=1.0))), ""


def reach(a: float, b: float) -> tuple[float, float]:
    """Return how far around a colour counts as it: in OKLab's L, and in its a and b.

    Lightness may differ by more than hue, and hue by more among vivid colours than among greys.
    """
    return LIGHTNESS_REACH, HUE_REACH + VIVID_REACH * math.hypot(a, b)


def _brand(value: str, user: User | None) -> tuple[Q, str]:
    brands = BrandProfile.objects.filter(Q(slug__iexact=value) | Q(name__iexact=value))
    if user is not None:
        brands = brands.filter(Grants.within("pk", Grants.of(user).viewing))
    ids = list(brands.values_list("pk", flat=True))
    return (Q(brand__in=ids), "") if ids else (NOBODY, f"No brand is called “{value}”.")


def _collection(value: str, user: User | None) -> tuple[Q, str]:
    named = Q(name__iexact=value)
    if value.isascii() and value.isdecimal() and len(value) < 10:
        named |= Q(pk=int(value))
    known = Collection.objects.all() if user is None else Collection.objects.visible_to(user)
    ids = list(known.filter(named).values_list("pk", flat=True))
    if not ids:
        return NOBODY, f"No collection is called “{value}”."
    return Q(
        Exists(Collection.assets.through.objects.filter(asset=OuterRef("pk"), collection__in=ids))
    ), ""


def _category(value: str, user: User | None) -> tuple[Q, str]:
    return Q(category=value), ""


def _state(value: str, user: User | None) -> tuple[Q, str]:
    return Q(current_version__state=value), ""


def _type(value: str, user: User | None) -> tuple[Q, str]:
    return Q(current_version__media_type__in=TYPES[value]), ""


def _orientation(value: str, user: User | None) -> tuple[Q, str]:
    return Q(current_version__facts__orientation=value), ""


def _camera(value: str, user: User | None) -> tuple[Q, str]:
    return Q(current_version__camera__icontains=value), ""


def _sku(value: str, user: User | None) -> tuple[Q, str]:
    """By what a brand's name pattern calls `sku`, in either case, as the index can do it."""
    spellings = dict.fromkeys((value, value.upper(), value.lower()))
    named = [Q(current_version__name_fields__contains={"sku": said}) for said in spellings]
    if value.isdecimal() and len(value) < 16:
        named.append(Q(current_version__name_fields__contains={"sku": int(value)}))
    return reduce(or_, named), ""


def _creator(value: str, user: User | None) -> tuple[Q, str]:
    return Q(creator__icontains=value) | Q(credit__icontains=value), ""


def _moment(value: str) -> datetime:
    day = parse_date(value)
    assert day is not None  # the language let only dates through
    return timezone.make_aware(datetime.combine(day, time.min))


def taken() -> Coalesce:
    """When a picture was taken, or came into the library where its file does not say."""
    return Coalesce("current_version__captured_at", "created_at")


def _before(value: str, user: User | None) -> tuple[Q, str]:
    return _dated("lt", value), ""


def _after(value: str, user: User | None) -> tuple[Q, str]:
    return _dated("gte", value), ""


def _year(value: str, user: User | None) -> tuple[Q, str]:
    return _dated("gte", f"{value}-01-01") & ~_dated("gte", f"{int(value) + 1:04d}-01-01"), ""


def _dated(how: str, value: str) -> Q:
    moment = _moment(value)
    known = Q(**{f"current_version__captured_at__{how}": moment})
    return known | Q(current_version__captured_at=None, **{f"created_at__{how}": moment})


Builder = Callable[[str, User | None], tuple[Q, str]]
BUILDERS: dict[str, Builder] = {
    "tag": _tag,
    "colour": _colour,
    "type": _type,
    "orientation": _orientation,
    "brand": _brand,
    "category": _category,
    "state": _state,
    "before": _before,
    "after": _after,
    "year": _year,
    "camera": _camera,
    "creator": _creator,
    "collection": _collection,
    "sku": _sku,
}
# Two of these must both hold; two of any other field are alternatives.
NARROWING = {"tag", "colour", "before", "after"}
