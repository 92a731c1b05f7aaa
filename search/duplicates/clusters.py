"""Clusters of near-duplicates, as one person may see them; the biggest saving first.

Who may see what is a part of the question to the database: what a person may not see is neither
shown nor counted, and does not change what they are shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Least

from dam.models import Asset, BrandProfile, Relation, User
from dam.models.relation import RelationKind
from search.duplicates.best import Standing, best_first, saving
from search.duplicates.models import Lookalike, NotDuplicates
from search.filters import pool

MOST_PAIRS = 20_000  # looked at for one page, the surest first
LARGEST = 24  # members of a cluster
LINKED = 2 / 3  # of the pairs between two groups that must be there for them to become one
PAGE = 20
SALT = "search.duplicates"
BOTH = ("first__current_of", "second__current_of")  # the assets of a pair

Pair = tuple[int, int, float, bool]  # two assets (ids), likeness, whether mirrored


@dataclass(frozen=True, slots=True)
class Cluster:
    """Assets that look the same, the best to keep first, and the bytes that the others take."""

    members: tuple[Standing, ...]
    saving: int
    likeness: float  # of the least sure pair
    mirrored: frozenset[int]  # members that are the best one's mirror image

    @property
    def key(self) -> int:
        """The cluster's name in a cursor: its oldest member."""
        return min(one.asset for one in self.members)


@dataclass(frozen=True, slots=True)
class Overview:
    """All clusters of a person; `cut` says that there were more pairs than are looked at."""

    clusters: list[Cluster]
    cut: bool

    @property
    def saving(self) -> int:
        return sum(cluster.saving for cluster in self.clusters)


def pairs_for(user: User | None, brand: BrandProfile | None = None) -> QuerySet[Lookalike]:
    """Return the pairs of shown versions that a person may see and nobody has decided on.

    `None` is the system.
    """
    seen = pool(user)
    if brand is not None:
        seen = seen.filter(brand=brand)
    ids = seen.order_by().values("pk")
    rows = Lookalike.objects.filter(first__current_of__in=ids, second__current_of__in=ids)
    return rows.filter(~Exists(_dismissed()), ~Exists(_linked()))


def _dismissed() -> QuerySet[NotDuplicates]:
    low = Least(OuterRef("first__current_of"), OuterRef("second__current_of"))
    high = Greatest(OuterRef("first__current_of"), OuterRef("second__current_of"))
    return NotDuplicates.objects.filter(first=low, second=high)


def _linked() -> QuerySet[Relation]:
    one, two = OuterRef("first__current_of"), OuterRef("second__current_of")
    either = Q(source=one, target=two) | Q(source=two, target=one)
    return Relation.objects.filter(either, kind=RelationKind.VARIANT_OF)


def overview(user: User | None, brand: BrandProfile | None = None) -> Overview:
    """Return a person's clusters, the biggest saving first."""
    rows = pairs_for(user, brand).order_by("-likeness", "pk")[: MOST_PAIRS + 1]
    found = list(rows.values_list(*BOTH, "likeness", "mirrored"))
    pairs = found[:MOST_PAIRS]
    groups = grouped(pairs)
    standings = standings_of({asset for group in groups for asset in group})
    between = {frozenset(pair[:2]): pair for pair in pairs}
    clusters = [_cluster([standings[pk] for pk in group], between) for group in groups]
    clusters.sort(key=lambda one: (-one.saving, one.key))
    return Overview(clusters, len(found) > MOST_PAIRS)


def grouped(pairs: Iterable[Pair]) -> list[list[int]]:
    """Bring pairs (the surest first) together into groups of two or more.

    Two groups become one only where most of the pairs between them are there: of a chain of
    pictures, each a little unlike the one before, the ends do not end up together.
    """
    alike: dict[int, set[int]] = {}
    ordered = list(pairs)
    for first, second, *_ in ordered:
        alike.setdefault(first, set()).add(second)
        alike.setdefault(second, set()).add(first)
    group_of: dict[int, list[int]] = {asset: [asset] for asset in alike}
    for first, second, *_ in ordered:
        one, two = group_of[first], group_of[second]
        if one is two or len(one) + len(two) > LARGEST:
            continue
        there = sum(len(alike[asset].intersection(two)) for asset in one)
        if there >= LINKED * len(one) * len(two):
            one += two
            for asset in two:
                group_of[asset] = one
    unique = {id(group): group for group in group_of.values() if len(group) > 1}
    return [sorted(group) for group in unique.values()]


def standings_of(assets: Iterable[int]) -> dict[int, Standing]:
    """Read what is compared of assets, in one query."""
    rows = Asset.objects.filter(pk__in=list(assets)).values_list(
        "pk",
        "current_version__blob",
        "current_version__blob__size",
        "current_version__width",
        "current_version__height",
        "current_version__media_type",
        "current_version__state",
        "current_version__facts__sharpness",
    )
    return {row[0]: Standing(*row) for row in rows}


def _cluster(members: Sequence[Standing], between: dict[frozenset[int], Pair]) -> Cluster:
    ordered = best_first(members)
    assets = [one.asset for one in ordered]
    known = [between[pair] for pair in _pairs(assets) if pair in between]
    with_best = (between.get(frozenset({assets[0], other})) for other in assets[1:])
    mirrored = {a if b == assets[0] else b for a, b, _, flip in filter(None, with_best) if flip}
    likeness = min(pair[2] for pair in known)
    return Cluster(tuple(ordered), saving(ordered), likeness, frozenset(mirrored))


def _pairs(assets: Sequence[int]) -> Iterable[frozenset[int]]:
    return (frozenset({a, b}) for n, a in enumerate(assets) for b in assets[n + 1 :])


class BadCursor(ValueError):
    """A cursor that is not of ours; the message is for people."""


def page(
    clusters: Sequence[Cluster], cursor: str | None, size: int = PAGE
) -> tuple[list[Cluster], str | None]:
    """Return the clusters after a cursor, and the cursor of what follows. Raises BadCursor."""
    after = _opened(cursor) if cursor else None
    rest = [one for one in clusters if after is None or (-one.saving, one.key) > after]
    shown = rest[:size]
    last = shown[-1] if len(rest) > size else None
    return shown, signing.dumps([last.saving, last.key], salt=SALT) if last else None


def _opened(cursor: str) -> tuple[int, int]:
    try:
        saved, key = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise BadCursor("This link to more clusters is damaged. Begin again.") from None
    return -saved, key


def lookalikes(asset: Asset, user: User | None) -> QuerySet[Lookalike]:
    """Return the undecided pairs of one asset that a person may see, the surest first."""
    mine = Q(first__current_of=asset.pk) | Q(second__current_of=asset.pk)
    return pairs_for(user).filter(mine).order_by("-likeness", "pk")
