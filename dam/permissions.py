"""The only policy: who may do what. Everything that is not granted here is refused.

`can()` answers for one object; `AssetQuerySet.visible_to()` answers for many, from the same grants.
"""

from functools import partial
from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from dam.models import ApiToken, Asset, Collection, Renaming, Rendition, User, Version
from dam.roles import EVERY_BRAND, Brands, Grants


def _covers(brands: Brands, brand_id: int | None) -> bool:
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
def administers_somewhere(user: User, _: object = None) -> bool:
    return bool(Grants.of(user).administering)


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
def works_for(user: User, version: Version) -> bool:
    """Whether the person has a role in its brand that is more than looking on."""
    return _covers(Grants.of(user).creating, version.asset.brand_id)


@rules.predicate
def has_rendition(user: User, rendition: Rendition) -> bool:
    """What is doubted waits for a person's word, and what is withdrawn is not handed out."""
    if rendition.standing == Rendition.Standing.WITHDRAWN:
        return False
    asset = rendition.version.asset
    doubted = rendition.standing == Rendition.Standing.DOUBTED
    return not doubted or owns(user, asset) or reviews(user, asset)


@rules.predicate
def has_version_of(user: User, rendition: Rendition) -> bool:
    return downloads(user, rendition.version)


@rules.predicate
def works_on(user: User, rendition: Rendition) -> bool:
    return owns(user, rendition.version.asset) or reviews(user, rendition.version.asset)


@rules.predicate
def sees_collection(user: User, collection: Collection) -> bool:
    """The one-object form of `CollectionQuerySet.visible_to`."""
    return Collection.objects.visible_to(user).filter(pk=collection.pk).exists()


@rules.predicate
def keeps_collection(user: User, collection: Collection) -> bool:
    return collection.owner_id == user.pk or administers(user)


@rules.predicate
def has_any_role(user: User, _: object = None) -> bool:
    return not Grants.of(user).nothing


@rules.predicate
def keeps_token(user: User, token: ApiToken) -> bool:
    return token.user_id == user.pk or administers(user)


@rules.predicate
def renamed(user: User, renaming: Renaming) -> bool:
    return renaming.created_by_id == user.pk or administers(user)


@rules.predicate
def sees_recipe(user: User, recipe: Any) -> bool:
    """The one-object form of `RecipeQuerySet.visible_to` (processing/models/recipe.py)."""
    viewing = Grants.of(user).viewing
    return bool(viewing) if recipe.brand_id is None else _covers(viewing, recipe.brand_id)


@rules.predicate
def edits_recipe(user: User, recipe: Any) -> bool:
    """A brand's admins edit its recipes; those of every brand are for admins of every brand."""
    return _covers(Grants.of(user).administering, recipe.brand_id)


@rules.predicate
def adds_recipe(user: User, brand: Any = None) -> bool:
    return _covers(Grants.of(user).administering, brand.pk if brand is not None else EVERY_BRAND)


@rules.predicate
def views_brand(user: User, brand: Any) -> bool:
    return _covers(Grants.of(user).viewing, brand.pk)


PERMISSIONS = {
    "asset.view": sees,
    "asset.edit": owns | reviews,
    "asset.delete": owns | reviews,
    "asset.add_version": owns | reviews,
    "asset.review": reviews,
    "asset.restrict": owns | reviews,
    "version.download": downloads,
    "rendition.download": has_version_of & has_rendition,
    "rendition.look": has_version_of & (has_rendition | works_on),
    "version.share": downloads & works_for,
    "library.upload": creates_somewhere,
    "library.search_by_picture": has_any_role,
    "brand.upload": creates_in,
    "brand.edit": administers_brand,
    "brand.add": administers,
    "source.see": administers_somewhere,
    "source.manage": administers_brand,
    "source.use_server_keys": administers,
    "consistency.view": views_brand,
    "consistency.edit": administers_brand,
    "preset.manage": administers,
    "recipe.view": sees_recipe,
    "recipe.add": adds_recipe,
    "recipe.edit": edits_recipe,
    "recipe.try": administers_somewhere,
    "review.work": reviews_somewhere,
    "collection.view": sees_collection,
    "collection.add": has_any_role,
    "collection.edit": keeps_collection,
    "renaming.undo": renamed,
    "system.see": administers,
    "term.edit": administers,
    "token.add": has_any_role,
    "token.revoke": keeps_token,
    "service.add": administers,
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
