"""What people do with near-duplicates: keep the best, merge, link, dismiss; and take it back."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dam.actions.common import Conflict, audited
from dam.actions.library import bin_asset, unbin_asset
from dam.actions.merging import merge_into, unmerge
from dam.actions.relations import relate
from dam.models import Asset, Relation, User
from dam.models.relation import RelationKind
from dam.permissions import can, require
from search.duplicates.clusters import LARGEST
from search.duplicates.models import DuplicateDecision, NotDuplicates

Kind = DuplicateDecision.Kind
Changes = dict[str, Any]


def decide(*, user: User, kind: str, kept: Asset, others: Sequence[Asset]) -> DuplicateDecision:
    """Do one thing with a cluster: `kept` is the one that stays as it is, or gains.

    - keep: the others go to the bin, from where they can be taken out again
    - merge: their tags, collections and description go to `kept` first
    - link: the others become variants of `kept`
    - dismiss: they are no duplicates of each other, and never shown as such again

    Raises PermissionDenied, with nothing changed, where the person may not do it to every one of
    them; ValueError, in words, for what makes no sense.
    """
    if kind not in Kind.values:
        raise ValueError(_("Keep, merge, link or dismiss: there is nothing else."))
    chosen = list({one.pk: one for one in others if one.pk != kept.pk}.values())
    if not chosen or len(chosen) >= 2 * LARGEST:
        raise ValueError(_("Two pictures or more are needed, and not more than a few dozen."))
    with transaction.atomic(), audited(user, str(Kind(kind).label)):
        changes = DOING[kind](user, kept, chosen)
        return DuplicateDecision.objects.create(
            kind=kind,
            kept=kept,
            assets=[one.pk for one in chosen],
            changes=changes,
            decided_by=user,
        )


def _keep(user: User, kept: Asset, others: Sequence[Asset]) -> Changes:
    require(user, "asset.view", kept)
    for other in others:
        bin_asset(asset=other, user=user, reason=_("A duplicate of #%d") % kept.pk)
    return {"binned": [other.pk for other in others]}


def _merge(user: User, kept: Asset, others: Sequence[Asset]) -> Changes:
    merged = merge_into(kept=kept, others=others, user=user)
    return {"merged": merged} | _keep(user, kept, others)


def _link(user: User, kept: Asset, others: Sequence[Asset]) -> Changes:
    known = set(
        Relation.objects.filter(
            source__in=others, target=kept, kind=RelationKind.VARIANT_OF
        ).values_list("pk", flat=True)
    )
    links = [
        relate(source=other, target=kept, kind=RelationKind.VARIANT_OF, user=user)
        for other in others
    ]
    return {"linked": [link.pk for link in links if link.pk not in known]}


def _dismiss(user: User, kept: Asset, others: Sequence[Asset]) -> Changes:
    """Of a pair, whoever may edit one of both knows that it is another picture."""
    every = sorted([kept, *others], key=lambda one: one.pk)
    for one in every:
        require(user, "asset.view", one)
    mine = {one.pk for one in every if can(user, "asset.edit", one)}
    rows = []
    for first, second in combinations(every, 2):
        if mine & {first.pk, second.pk}:
            row, new = NotDuplicates.objects.get_or_create(
                first=first, second=second, defaults={"decided_by": user}
            )
            rows += [row.pk] if new else []
    if not mine:
        raise PermissionDenied("asset.edit")
    return {"dismissed": rows}


DOING: dict[str, Callable[[User, Asset, Sequence[Asset]], Changes]] = {
    Kind.KEEP: _keep,
    Kind.MERGE: _merge,
    Kind.LINK: _link,
    Kind.DISMISS: _dismiss,
}


def undo(*, decision: DuplicateDecision, user: User) -> None:
    """Take a decision back: out of the bin, apart, unlinked, or open again.

    Raises PermissionDenied unless it is the person's own; Conflict where it was taken back already.
    """
    if decision.decided_by_id != user.pk:
        raise PermissionDenied("A decision is taken back by who made it.")
    with transaction.atomic(), audited(user, _("Took back: %s") % decision.get_kind_display()):
        still = DuplicateDecision.objects.filter(pk=decision.pk, undone_at=None)
        if not still.update(undone_at=timezone.now()):
            raise Conflict(_("This was taken back already."))
        changes = decision.changes
        for asset in Asset.objects.filter(pk__in=changes.get("binned", [])):
            unbin_asset(asset=asset, user=user)
        if decision.kept and "merged" in changes:
            unmerge(kept=decision.kept, changes=changes["merged"], user=user)
        links = Relation.objects.filter(pk__in=changes.get("linked", []))
        for link in links.select_related("source", "target"):
            require(user, "asset.edit", link.source)
            link.delete()
        NotDuplicates.objects.filter(pk__in=changes.get("dismissed", []), decided_by=user).delete()
