"""The only policy: who may do what. Everything that is not granted here is refused.

`can()` answers for one object; `AssetQuerySet.visible_to()` answers for many, from the same grants.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from dam.models import Asset, Collection, Role, User, Version

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
    def of(cls, user: User | AnonymousUser) -> "Grants":
        """Read a person's memberships once per user object."""
        if not user.is_authenticated or not user.is_active:
            return cls(None, frozenset(), frozenset(), frozenset(), frozenset())
        known: Grants | None = getattr(user, "_grants", None)
        if known is None:
            known = cls._read(user)
            user._grants = known  # type: ignore[union-attr]
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


def _covers(brands: Brands, brand_id: int) -> bool:
    return EVERY_BRAND in brands or brand_id in brands


@rules.predicate
def sees(user: User, asset: Asset) -> bool:
    """The one-object form of `visible_to`: asked of the database, so that they cannot disagree."""
    return Asset.objects.visible_to(user).filter(pk=asset.pk).exists()


@rules.predicate
def owns(user: User, asset: Asset) -> bool:
    return asset.owner_id == user.pk and _covers(Grants.of(user).creating, asset.brand_id)


@rules.predicate
def reviews(user: User, asset: Asset) -> bool:
    return _covers(Grants.of(user).reviewing, asset.brand_id)


@rules.predicate
def reviews_somewhere(user: User, _: object = None) -> bool:
    return bool(Grants.of(user).reviewing)


@rules.predicate
def creates_somewhere(user: User, _: object = None) -> bool:
    return bool(Grants.of(user).creating)


@rules.predicate
def creates_in(user: User, brand: Any) -> bool:
    return _covers(Grants.of(user).creating, brand.pk)


@rules.predicate
def administers(user: User, _: object = None) -> bool:
    return EVERY_BRAND in Grants.of(user).administering


@rules.predicate
def administers_brand(user: User, brand: Any) -> bool:
    return _covers(Grants.of(user).administering, brand.pk)


@rules.predicate
def downloads(user: User, version: Version) -> bool:
    """A viewer gets what is approved; the owner and reviewers get every version of theirs."""
    if version.asset.deleted_at is not None:
        return False
    if owns(user, version.asset) or reviews(user, version.asset):
        return True
    current = version.asset.current_version_id == version.pk
    return current and version.state == Version.State.APPROVED and sees(user, version.asset)


@rules.predicate
def sees_collection(user: User, collection: Collection) -> bool:
    return not Grants.of(user).nothing


@rules.predicate
def keeps_collection(user: User, collection: Collection) -> bool:
    return collection.owner_id == user.pk or administers(user)


PERMISSIONS = {
    "asset.view": sees,
    "asset.edit": owns | reviews,
    "asset.delete": owns | reviews,
    "asset.add_version": owns | reviews,
    "asset.review": reviews,
    "version.download": downloads,
    "library.upload": creates_somewhere,
    "brand.upload": creates_in,
    "brand.edit": administers_brand,
    "brand.add": administers,
    "review.work": reviews_somewhere,
    "collection.view": sees_collection,
    "collection.add": rules.predicate(lambda user: not Grants.of(user).nothing, name="signed_in"),
    "collection.edit": keeps_collection,
    "system.see": administers,
}
_rules = rules.RuleSet()
for _name, _predicate in PERMISSIONS.items():
    _rules.add_rule(_name, _predicate)


def can(user: User | AnonymousUser, permission: str, thing: object = None) -> bool:
    """Say whether a person may do something. Raises KeyError for a permission nobody defined."""
    if permission not in PERMISSIONS:
        raise KeyError(f"no such permission: {permission}")
    if not user.is_authenticated or not user.is_active:
        return False
    test = partial(_rules.test_rule, permission, user)
    return bool(test() if thing is None else test(thing))


def require(user: User | AnonymousUser, permission: str, thing: object = None) -> None:
    """Raise PermissionDenied unless `can`."""
    if not can(user, permission, thing):
        raise PermissionDenied(f"{permission} is not allowed for {user}")
