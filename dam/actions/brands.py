"""Brand profiles: made, and changed version by version."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import model_to_dict
from django.utils.text import slugify

from dam.actions.common import audited
from dam.models import BrandProfile, BrandProfileVersion, User
from dam.name_fields import AT_ONCE, reread
from dam.permissions import require

RULES = [
    "palette",
    "palette_tolerance",
    "min_width",
    "min_height",
    "colour_spaces",
    "formats",
    "strip_gps",
    "embed_metadata",
    "auto_accept",
    "drop",
    "name_pattern",
    "download_pattern",
    "next_version_by_name",
]


def default_brand() -> BrandProfile:
    """Return the brand that pictures go to when none is named, making it the first time."""
    brand = BrandProfile.objects.filter(is_default=True).first()
    if brand is not None:
        return brand
    with transaction.atomic():
        brand, new = BrandProfile.objects.get_or_create(
            slug="house", defaults={"name": "House", "is_default": True}
        )
        if new:
            BrandProfileVersion.objects.create(brand=brand, number=1, note="First rules")
    return brand


def create_brand(*, user: User, name: str, rules: dict[str, Any] | None = None) -> BrandProfile:
    """Make a brand with its first rules. Raises ValidationError for a name that is taken."""
    require(user, "brand.add")
    with transaction.atomic(), audited(user):
        brand = BrandProfile(name=name.strip(), slug=slugify(name)[:120])
        brand.full_clean()
        brand.save()
        _add_version(brand, 1, rules or {}, "First rules", user)
    return brand


def change_rules(
    *, brand: BrandProfile, user: User, rules: dict[str, Any], note: str = ""
) -> BrandProfileVersion:
    """Put new rules in force as the brand's next version; unnamed rules stay as they are.

    Raises ValidationError naming each rule that is out of its range.
    """
    require(user, "brand.edit", brand)
    with transaction.atomic(), audited(user, note):
        BrandProfile.objects.select_for_update().get(pk=brand.pk)
        last = brand.rules
        merged = model_to_dict(last, RULES) | rules
        made = _add_version(brand, last.number + 1, merged, note, user)
        if made.name_pattern != last.name_pattern:
            reread(brand, limit=AT_ONCE)
        return made


def _add_version(
    brand: BrandProfile, number: int, rules: dict[str, Any], note: str, user: User | None
) -> BrandProfileVersion:
    unknown = set(rules) - set(RULES)
    if unknown:
        raise ValidationError(f"No such rule: {', '.join(sorted(unknown))}.")
    version = BrandProfileVersion(brand=brand, number=number, note=note, created_by=user, **rules)
    version.full_clean()
    version.save()
    return version
