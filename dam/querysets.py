"""Many-row questions. `visible_to` is the only way to assets and collections for a person."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from dam.roles import EVERY_BRAND, Grants

if TYPE_CHECKING:
    from dam.models import User


class AssetQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Assets that are not in the bin."""
        return self.filter(deleted_at=None)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Assets that a person may see; nothing where nothing grants it.

        Viewers see what is approved and not restricted in their brands; creators their own
        besides; reviewers and admins all of their brands. What is in the bin is seen by no one
        here.
        """
        grants = Grants.of(user)
        if grants.nothing:
            return self.none()
        shown = grants.within("brand", grants.viewing) & Q(
            current_version__state="approved", restricted=False
        )
        own = grants.within("brand", grants.creating) & Q(owner=user.pk)
        all_of = grants.within("brand", grants.reviewing)
        return self.live().filter(shown | own | all_of)

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        """Assets that a person may change: the many-row form of `asset.edit`."""
        grants = Grants.of(user)
        if grants.nothing:
            return self.none()
        own = grants.within("brand", grants.creating) & Q(owner=user.pk)
        return self.live().filter(own | grants.within("brand", grants.reviewing))

    def in_bin_of(self, user: "User | AnonymousUser") -> Self:
        """Binned assets that a person may take out again: their own, or all as a reviewer."""
        grants = Grants.of(user)
        if grants.nothing:
            return self.none()
        own = grants.within("brand", grants.creating) & Q(owner=user.pk)
        all_of = grants.within("brand", grants.reviewing)
        return self.filter(own | all_of, deleted_at__isnull=False)

    def with_current(self) -> Self:
        """Assets joined to what a grid shows of them: one query, no surprises."""
        return self.select_related("current_version", "brand", "owner")


class TermQuerySet(models.QuerySet):
    FREE = "keyword"  # Facet.KEYWORD, whose words are whatever files and people bring

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Terms whose words a person may read; nothing without a role.

        The governed facets are for everybody. A free keyword is known to those who see an asset
        that carries it, and to who put it on one; admins of every brand know all.
        """
        grants = Grants.of(user)
        if grants.nothing:
            return self.none()
        if EVERY_BRAND in grants.administering:
            return self
        tags: Any = self.model._meta.get_field("assignments").related_model
        said = tags.objects.filter(term=OuterRef("pk"))
        assets: Any = tags._meta.get_field("asset").related_model
        seen = assets.objects.visible_to(user).filter(pk=OuterRef("asset"))
        carried = Exists(said.filter(Q(decided_by=user.pk) | Exists(seen)))
        return self.filter(~Q(facet=self.FREE) | carried)


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Collections that a person may know of: their own, and those with a picture they see.

        Admins of every brand know of all.
        """
        grants = Grants.of(user)
        if grants.nothing:
            return self.none()
        if EVERY_BRAND in grants.administering:
            return self
        held = self._seen_by(user).filter(collection_items__collection=OuterRef("pk"))
        return self.filter(Q(owner=user.pk) | Exists(held))

    def with_size_for(self, user: "User | AnonymousUser") -> Self:
        """Collections with `size`: how many of their pictures the person may see."""
        seen = Q(items__asset__in=self._seen_by(user).order_by().values("pk"))
        return self.annotate(size=Count("items", filter=seen))

    def _seen_by(self, user: "User | AnonymousUser") -> AssetQuerySet:
        assets: Any = self.model._meta.get_field("assets").related_model
        return assets.objects.visible_to(user)
