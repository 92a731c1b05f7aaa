"""Ingest: the one way in for a file, whoever brings it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from dam import storage
from dam.actions import collections, library, versions
from dam.actions.brands import default_brand
from dam.actions.library import Picture
from dam.actions.sidecars import LARGEST, keep_sidecar
from dam.actions.tags import clean_tag, import_tags
from dam.models import Asset, BrandProfile, Collection, User, Version
from dam.name_fields import fields_by, predecessor
from dam.permissions import can, require
from processing import queue, sandbox, sidecars
from processing.decode import inspect
from processing.errors import InputError
from processing.limits import limits
from processing.models import DEFAULT_PRIORITY
from processing.outcomes import Outcome
from processing.sources.names import is_sidecar
from processing.uploads.quota import hold_to_quota

UNDECIDED = (Version.State.PROCESSING, Version.State.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What its bringer says of a file, besides the file itself."""

    user: User
    brand: BrandProfile
    asset: Asset | None
    note: str
    priority: int
    tags: Sequence[str]
    collection: Collection | None
    sidecar: bytes | None
    reserved: bool


def ingest_file(
    *,
    source: BinaryIO | Path,
    file_name: str,
    user: User,
    brand: BrandProfile | None = None,
    asset: Asset | None = None,
    note: str = "",
    priority: int = DEFAULT_PRIORITY,
    tags: Sequence[str] = (),
    collection: Collection | None = None,
    sidecar: bytes | None = None,
    reserved: bool = False,
) -> Outcome:
    """Take a file into the library, as a new asset or as the next version of `asset`.

    `source` is a stream, or the path of a file that lies complete in `storage.incoming()`: that one
    is moved where it is taken, and left to its owner where it is not.

    Its type is told by content and its header checked here; its pixels are checked by a worker,
    which may refuse it later. The asset, its `tags` (names, kept as imported), its place in
    `collection` and its jobs with their `priority` (1 to 10, 10 first) are written together or not
    at all. A duplicate is tagged and collected too, where the person may edit the asset that has
    its bytes. `sidecar` is the XMP file that lay beside it: it is kept with the version, and its
    words win over those inside the file. A duplicate's is not kept.

    A new original has to fit into the person's quota, unless an upload holds its room (`reserved`).

    Raises PermissionDenied, OverQuota, and ValueError for a tag or a priority that is none; a file
    that cannot be taken is no error but an outcome. Raises TransientError where a file could not be
    looked at now, for example because too many others are: nothing is known of it then, and nothing
    kept.
    """
    file_name = clean_name(file_name)
    if is_sidecar(file_name):
        return sidecars.take_alone(
            source=source, name=file_name, user=user, asset=asset, brand=brand
        )
    brand = asset.brand if asset else brand or default_brand()
    if asset is None:
        require(user, "brand.upload", brand)
    else:
        require(user, "asset.add_version", asset)
    if collection is not None:
        require(user, "collection.edit", collection)
    names = [clean_tag(tag) for tag in tags]
    queue.check_priority(priority)
    delivery = _Delivery(user, brand, asset, note, priority, names, collection, sidecar, reserved)
    try:
        with _arrival(source) as stored:
            picture = _look(stored, file_name)
            return _take(stored, picture, delivery)
    except (InputError, storage.TooLarge) as error:
        return Outcome("refused", reason=str(error))


def _arrival(source: BinaryIO | Path) -> AbstractContextManager[storage.StoredFile]:
    return storage.arrived(source) if isinstance(source, Path) else storage.arriving(source)


def _take(stored: storage.StoredFile, picture: Picture, delivery: _Delivery) -> Outcome:
    with transaction.atomic():
        if delivery.asset is None:
            outcome = _add_asset(stored, picture, delivery)
        else:
            outcome = _add_version(delivery.asset, stored, picture, delivery)
        _describe(outcome, delivery)
        if not delivery.sidecar:
            return outcome
        if outcome.outcome == "duplicate":
            return sidecars.with_duplicate(outcome, stored.sha256, delivery.user, delivery.sidecar)
        return _with_sidecar(outcome, delivery.sidecar)


def _with_sidecar(outcome: Outcome, sidecar: bytes) -> Outcome:
    """Keep what came beside a file that was taken. Too large a sidecar does not cost the file."""
    if outcome.version is None:
        return outcome
    try:
        keep_sidecar(version=outcome.version, data=sidecar)
    except storage.TooLarge:
        most = f"{LARGEST / 1024**2:.0f} MiB"
        return replace(outcome, reason=f"Its sidecar is larger than {most} and was not kept.")
    return outcome


def _add_asset(stored: storage.StoredFile, picture: Picture, delivery: _Delivery) -> Outcome:
    earlier = _earlier_version(stored, picture, delivery)
    if earlier is not None:
        return _add_version(earlier, stored, picture, delivery)
    if library.asset_with(stored.sha256, delivery.brand) is None:
        _hold_to_quota(stored, delivery)
    arrival = library.create_asset(
        stored=stored,
        picture=picture,
        user=delivery.user,
        brand=delivery.brand,
        note=delivery.note,
    )
    if not arrival.duplicate:
        return Outcome("ingested", arrival.asset, arrival.version)
    reason = f"The library has exactly these bytes as asset {arrival.asset.pk}."
    return Outcome("duplicate", arrival.asset, None, reason)


def _hold_to_quota(stored: storage.StoredFile, delivery: _Delivery) -> None:
    if not delivery.reserved:
        hold_to_quota(delivery.user, stored.sha256, stored.size)


def _earlier_version(
    stored: storage.StoredFile, picture: Picture, delivery: _Delivery
) -> Asset | None:
    """Return the asset that a file is the next version of by its name, where the brand asks so."""
    rules = delivery.brand.rules
    if not (rules.next_version_by_name and rules.name_pattern):
        return None
    known = predecessor(delivery.brand, fields_by(rules.name_pattern, picture.file_name))
    if known is None or library.asset_with(stored.sha256, delivery.brand) is not None:
        return None
    return known if can(delivery.user, "asset.add_version", known) else None


def _describe(outcome: Outcome, delivery: _Delivery) -> None:
    """Tag and collect what was taken, or what was there already, and set how soon it is due."""
    asset, user = outcome.asset, delivery.user
    if outcome.outcome == "ingested" and outcome.version:
        queue.prioritise(outcome.version, delivery.priority)
    if asset is None or not can(user, "asset.edit", asset):
        return
    if delivery.tags:
        import_tags(asset=asset, user=user, names=delivery.tags)
    if delivery.collection:
        collections.add_assets(collection=delivery.collection, user=user, assets=[asset.pk])


def _look(stored: storage.StoredFile, name: str) -> Picture:
    others = settings.LOUPE_ACCEPT_OTHER_FILES
    header = sandbox.call(inspect, stored.path, limits(), name=name, others=others)
    return Picture(
        file_name=name,
        media_type=header.media.mime,
        kind=header.media.kind,
        width=header.width,
        height=header.height,
        colour_space=header.colour_space,
        bit_depth=header.bit_depth,
        has_alpha=header.has_alpha,
        frames=header.frames,
    )


def _add_version(
    asset: Asset, stored: storage.StoredFile, picture: Picture, delivery: _Delivery
) -> Outcome:
    current = asset.current_version
    if current is not None and current.blob_id == stored.sha256:
        return Outcome("duplicate", asset, current, "These are the bytes of the current version.")
    waiting = asset.versions.filter(blob=stored.sha256, state__in=UNDECIDED).first()
    if waiting is not None:
        reason = f"These are the bytes of version {waiting.number}, which is being checked."
        return Outcome("duplicate", asset, waiting, reason)
    _hold_to_quota(stored, delivery)
    version = versions.add_version(
        asset=asset, stored=stored, picture=picture, user=delivery.user, note=delivery.note
    )
    return Outcome("ingested", asset, version)


def clean_name(name: str) -> str:
    """Return a file name without folders, control and direction marks, 300 characters at most."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable() and c not in DIRECTION_MARKS).strip()
    stem, dot, extension = kept.rpartition(".")
    if len(kept) > 300:
        kept = stem[: 299 - len(extension)] + dot + extension[:20]
    return kept or "unnamed"


DIRECTION_MARKS = {chr(c) for c in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
