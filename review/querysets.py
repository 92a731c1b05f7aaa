"""Many-row questions about what waits for a person."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from dam.permissions import Grants

if TYPE_CHECKING:
    from dam.models import User


class ReviewItemQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Items that still wait, of assets that are not in the bin."""
        return self.filter(state="open", version__asset__deleted_at=None)

    def for_reviewer(self, user: "User | AnonymousUser") -> Self:
        """Items, open or not, of the brands that a person reviews for."""
        brands = Grants.of(user).reviewing
        if not brands:
            return self.none()
        return self.filter(Grants.within("version__asset__brand", brands))

    def held_by(self, user: "User") -> Self:
        """Items on which the person's lease still runs."""
        return self.filter(lease_holder=user, lease_until__gt=timezone.now())

    def free_for(self, user: "User") -> Self:
        """Items that nobody else holds: free, run out, or the person's own."""
        return self.filter(available_to(user))

    def in_order(self) -> Self:
        """As the queue hands them out: by priority, then the skipped behind the fresh."""
        return self.order_by("-priority", "position", "id")

    def with_picture(self) -> Self:
        """Items joined to what a page shows of them: a fixed number of queries."""
        return self.select_related(
            "version__asset__brand", "version__asset__owner", "version__created_by", "lease_holder"
        ).prefetch_related("findings", "version__renditions", "version__asset__tags__term")


def available_to(user: "User") -> Q:
    """The condition that nobody but the person holds a running lease."""
    return Q(lease_holder=None) | Q(lease_holder=user) | Q(lease_until__lte=timezone.now())


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Decisions on pictures of the brands that a person reviews for."""
        brands = Grants.of(user).reviewing
        if not brands:
            return self.none()
        return self.filter(Grants.within("item__version__asset__brand", brands))

    def with_picture(self) -> Self:
        """Decisions joined to what a row of the history shows."""
        return self.select_related(
            "reviewer", "item__version__asset__brand", "undone_by__reviewer", "undoes"
        ).prefetch_related("item__version__renditions", "item__findings")
