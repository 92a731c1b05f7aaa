"""Many-row questions about assets. `visible_to` is the only way to them for a person."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from dam.roles import Grants

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
