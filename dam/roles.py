"""Roles, and in which brands a person has them. Models, querysets and the policy build on this."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Each role may do what those before it may, and more."""

    VIEWER = "viewer", _("Viewer")
    CREATOR = "creator", _("Creator")
    REVIEWER = "reviewer", _("Reviewer")
    ADMIN = "admin", _("Admin")

    @classmethod
    def at_least(cls, role: "Role") -> list["Role"]:
        """Return `role` and every role above it."""
        order = list(cls)
        return order[order.index(role) :]


EVERY_BRAND = None
Brands = frozenset[int | None]


@dataclass(frozen=True, slots=True)
class Grants:
    """In which brands a person has at least each role; `None` among them means every brand."""

    user_id: int | None
    viewing: Brands
    creating: Brands
    reviewing: Brands
    administering: Brands

    @classmethod
    def of(cls, user: Any) -> "Grants":
        """Read a person's memberships once per user object."""
        if not user.is_authenticated or not user.is_active:
            return cls(None, frozenset(), frozenset(), frozenset(), frozenset())
        known: Grants | None = getattr(user, "_grants", None)
        if known is None:
            known = cls._read(user)
            user._grants = known
        return known

    @classmethod
    def _read(cls, user: Any) -> "Grants":
        rows = list(user.memberships.values_list("role", "brand_id"))
        if user.is_superuser:
            rows.append((Role.ADMIN, EVERY_BRAND))

        def brands(least: Role) -> Brands:
            return frozenset(brand for role, brand in rows if role in Role.at_least(least))

        return cls(
            user.pk,
            brands(Role.VIEWER),
            brands(Role.CREATOR),
            brands(Role.REVIEWER),
            brands(Role.ADMIN),
        )

    @property
    def nothing(self) -> bool:
        return not self.viewing

    @staticmethod
    def within(field: str, brands: Brands) -> Q:
        """Return the condition that `field` (a path to a brand) is one of `brands`."""
        if EVERY_BRAND in brands:
            return Q(pk__isnull=False)
        return Q(**{f"{field}__in": [brand for brand in brands if brand is not None]})
