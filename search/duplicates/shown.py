"""Clusters laid out for people: members with facts, tags and uses, and why one is the best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from dam.models import Asset, TagAssignment, User, Version
from dam.permissions import can
from search.duplicates.best import Standing, why
from search.duplicates.clusters import Cluster

TAGS = 6


@dataclass(frozen=True, slots=True)
class Member:
    """One asset of a cluster, as a page shows it."""

    asset: Asset
    standing: Standing
    tags: list[str]
    more_tags: int
    collections: int
    editable: bool
    mirrored: bool

    @property
    def version(self) -> Version | None:
        return self.asset.current_version


@dataclass(frozen=True, slots=True)
class Shown:
    """One cluster, as a page shows it: the suggested best first."""

    cluster: Cluster
    members: list[Member]
    why: list[str]

    @property
    def editable(self) -> bool:
        """Whether there is anything that this person may do with it."""
        return any(one.editable for one in self.members)


def laid_out(clusters: Sequence[Cluster], user: User) -> list[Shown]:
    """Read what is shown of clusters: a few queries, however many there are."""
    ids = {one.asset for cluster in clusters for one in cluster.members}
    seen = Asset.objects.visible_to(user).filter(pk__in=ids).with_current()
    assets = seen.prefetch_related("current_version__renditions").in_bulk()
    tags, uses = _tags(ids), _uses(ids)
    made = []
    for cluster in clusters:
        members = [
            _member(assets[one.asset], one, tags, uses, cluster, user)
            for one in cluster.members
            if one.asset in assets  # what has gone since stays away
        ]
        if len(members) > 1:
            made.append(Shown(cluster, members, why([one.standing for one in members])))
    return made


def _member(
    asset: Asset,
    standing: Standing,
    tags: dict[int, list[str]],
    uses: dict[int, int],
    cluster: Cluster,
    user: User,
) -> Member:
    names = tags.get(asset.pk, [])
    return Member(
        asset=asset,
        standing=standing,
        tags=names[:TAGS],
        more_tags=max(0, len(names) - TAGS),
        collections=uses.get(asset.pk, 0),
        editable=can(user, "asset.delete", asset),
        mirrored=asset.pk in cluster.mirrored,
    )


def _tags(assets: Iterable[int]) -> dict[int, list[str]]:
    accepted = TagAssignment.objects.filter(
        asset__in=list(assets), state=TagAssignment.State.ACCEPTED
    )
    names: dict[int, list[str]] = {}
    for asset, name in accepted.order_by("-confidence", "term__name").values_list(
        "asset", "term__name"
    ):
        names.setdefault(asset, []).append(name)
    return names


def _uses(assets: Iterable[int]) -> dict[int, int]:
    rows = Asset.objects.filter(pk__in=list(assets)).annotate(uses=Count("collection_items"))
    return dict(rows.values_list("pk", "uses"))
