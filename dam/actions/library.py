"""Assets: how they come into the library, are described, and go to the bin."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dam.actions.common import audited
from dam.actions.relations import relate
from dam.models import Asset, Blob, BrandProfile, Category, User, Version
from dam.models.relation import RelationKind
from dam.name_fields import fields_by, predecessor
from dam.permissions import require
from dam.signals import version_created
from dam.storage import StoredFile, keep


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of an arriving file before it is processed (from its header alone)."""

    file_name: str
    media_type: str
    width: int
    height: int
    colour_space: str
    bit_depth: int
    has_alpha: bool
    kind: str = "picture"
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of an arriving file: a new version, or the asset that already has its bytes."""

    asset: Asset
    version: Version | None

    @property
    def duplicate(self) -> bool:
        return self.version is None


def lock_bytes(sha256: str) -> None:
    """Let one transaction at a time decide about the same bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(('x' || %s)::bit(64)::bigint)", [sha256[:16]])


def asset_with(sha256: str, brand: BrandProfile) -> Asset | None:
    """Return the oldest living asset of a brand that has a usable version with these bytes.

    Other brands are not looked at: who uploads to one brand must not learn what another holds.
    """
    return (
        Asset.objects.live()
        .filter(versions__blob_id=sha256, brand=brand)
        .exclude(versions__state=Version.State.REFUSED)
        .order_by("pk")
        .first()
    )


def create_asset(
    *, stored: StoredFile, picture: Picture, user: User, brand: BrandProfile, note: str = ""
) -> Arrival:
    """Add an asset with its first version, unless the brand has one with the same bytes."""
    require(user, "brand.upload", brand)
    blob = keep(stored)
    with transaction.atomic(), audited(user, note):
        lock_bytes(stored.sha256)
        known = asset_with(stored.sha256, brand)
        if known is not None:
            return Arrival(known, None)
        title = title_of(picture.file_name)
        asset = Asset.objects.create(brand=brand, owner=user, title=title)
        version = new_version(asset=asset, blob=blob, picture=picture, user=user, note=note)
        asset.current_version = version
        asset.save(update_fields=["current_version", "updated_at"])
        before = predecessor(brand, version.name_fields)
        if before is not None:
            relate(source=asset, target=before, kind=RelationKind.NEXT_OF, user=None)
        version_created.send(Version, version=version)
    return Arrival(asset, version)


def title_of(file_name: str) -> str:
    """Return a first title for a file: its name without the ending, dashes read as spaces."""
    stem = file_name.rsplit(".", 1)[0].strip() or file_name
    words = stem if " " in stem else re.sub(r"[-_]+", " ", stem).strip() or stem
    return (words[0].upper() + words[1:])[:300]


def new_version(
    *,
    asset: Asset,
    blob: Blob,
    picture: Picture,
    user: User,
    note: str = "",
    restored_from: Version | None = None,
    sidecar: Blob | None = None,
) -> Version:
    """Make the next version's row. Call it with the asset locked or not yet seen by others."""
    last = asset.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return Version.objects.create(
        asset=asset,
        number=last + 1,
        blob=blob,
        sidecar=sidecar,
        file_name=picture.file_name[:300],
        name_fields=fields_by(asset.brand.rules.name_pattern, picture.file_name[:300]),
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        colour_space=picture.colour_space,
        bit_depth=picture.bit_depth,
        has_alpha=picture.has_alpha,
        kind=picture.kind,
        frames=picture.frames,
        created_by=user,
        note=note,
        restored_from=restored_from,
    )


def describe(*, asset: Asset, user: User, title: str, description: str) -> None:
    """Change an asset's title and description."""
    require(user, "asset.edit", asset)
    with transaction.atomic(), audited(user):
        words = {"title": title.strip()[:300] or asset.title, "description": description.strip()}
        write_words(asset, words)


def categorise(*, asset: Asset, user: User, category: str) -> None:
    """Say what kind of work an asset belongs to; an empty word takes it back.

    Raises ValidationError for a category that there is not.
    """
    require(user, "asset.edit", asset)
    if category not in {"", *Category.values}:
        raise ValidationError({"category": _("There is no such category.")})
    with transaction.atomic(), audited(user):
        write_words(asset, {"category": category})


def write_words(asset: Asset, words: Mapping[str, str]) -> None:
    """Write what a person says of an asset; what is another word than before is decided by them.

    Later files leave it alone then, also where it was cleared. Call it in a transaction.
    """
    known = Asset.objects.select_for_update().get(pk=asset.pk)
    changed = {name for name, value in words.items() if getattr(known, name) != value}
    asset.decided_fields = sorted({*known.decided_fields, *changed})
    for name, value in words.items():
        setattr(asset, name, value)
    asset.save(update_fields=[*words, "decided_fields", "updated_at"])


def bin_asset(*, asset: Asset, user: User, reason: str = "") -> None:
    """Move an asset to the bin. Nothing is deleted: `unbin_asset` brings it back."""
    require(user, "asset.delete", asset)
    with transaction.atomic(), audited(user, reason):
        Asset.objects.filter(pk=asset.pk, deleted_at=None).update(deleted_at=timezone.now())


def unbin_asset(*, asset: Asset, user: User) -> None:
    """Bring an asset back from the bin."""
    require(user, "asset.delete", asset)
    with transaction.atomic(), audited(user):
        Asset.objects.filter(pk=asset.pk).update(deleted_at=None)
