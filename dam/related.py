"""What an asset is related to, as one person may see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dam.models import Asset, Relation, User
from dam.models.relation import SYMMETRIC, RelationKind
from dam.permissions import can

MOST = 60
# What the other asset is to this one: (where this one is the source, where it is the target).
WORDS = {
    RelationKind.VARIANT_OF: (_("Variant of"), _("Variants")),
    RelationKind.NEAR_DUPLICATE: (_("Near-duplicates"), _("Near-duplicates")),
    RelationKind.NEXT_OF: (_("Earlier version, by its name"), _("Later version, by its name")),
}


@dataclass(frozen=True, slots=True)
class Related:
    """One related asset; `may_remove` says whether the person may let the link go."""

    relation: Relation
    words: str
    asset: Asset
    may_remove: bool


def links_seen_by(user: User) -> QuerySet[Relation]:
    """Return the links that are there for a person: those of whom they may see both ends."""
    seen = Asset.objects.visible_to(user).values("pk")
    return Relation.objects.filter(source__in=seen, target__in=seen)


def related_to(asset: Asset, user: User) -> list[Related]:
    """Return the assets that one is linked with, of those that a person may see."""
    links = Relation.objects.filter(Q(source=asset) | Q(target=asset)).order_by("kind", "pk")
    rows = list(links.select_related("source__brand", "target__brand")[:MOST])
    others = {row.target_id if row.source_id == asset.pk else row.source_id for row in rows}
    seen = Asset.objects.visible_to(user).filter(pk__in=others).with_current().in_bulk()
    return list(_related(asset, rows, seen, user))


def _related(
    asset: Asset, rows: Iterable[Relation], seen: dict[int, Asset], user: User
) -> Iterable[Related]:
    for row in rows:
        outward = row.source_id == asset.pk
        other = seen.get(row.target_id if outward else row.source_id)
        if other is None:
            continue
        ends = [row.source, row.target] if row.kind in SYMMETRIC else [row.source]
        may_remove = any(can(user, "asset.edit", end) for end in ends)
        kind = RelationKind(row.kind)
        yield Related(row, str(WORDS[kind][0 if outward else 1]), other, may_remove)
