"""Ingest: the one way in for a file, whoever brings it."""

from dataclasses import dataclass
from typing import BinaryIO, Literal

from dam import storage
from dam.actions import library, versions
from dam.actions.brands import default_brand
from dam.actions.library import Picture
from dam.models import Asset, BrandProfile, User, Version
from dam.permissions import require
from processing.decode import inspect
from processing.errors import InputError
from processing.limits import limits

UNDECIDED = (Version.State.PROCESSING, Version.State.IN_REVIEW)
Outcomes = Literal["ingested", "duplicate", "refused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: a sentence in `reason` wherever it was not simply taken in."""

    outcome: Outcomes
    asset: Asset | None = None
    version: Version | None = None
    reason: str = ""


def ingest_file(
    *,
    source: BinaryIO,
    file_name: str,
    user: User,
    brand: BrandProfile | None = None,
    asset: Asset | None = None,
    note: str = "",
) -> Outcome:
    """Take a file into the library, as a new asset or as the next version of `asset`.

    Its type is told by content and its header checked here; its pixels are checked by a worker,
    which may refuse it later. Raises PermissionDenied; a file that cannot be taken is no error but
    an outcome.
    """
    brand = asset.brand if asset else brand or default_brand()
    if asset is None:
        require(user, "brand.upload", brand)
    else:
        require(user, "asset.add_version", asset)
    name = clean_name(file_name)
    try:
        with storage.arriving(source) as stored:
            picture = _look(stored, name)
            if asset is not None:
                return _add_version(asset, stored, picture, user, note)
            arrival = library.create_asset(
                stored=stored, picture=picture, user=user, brand=brand, note=note
            )
    except (InputError, storage.TooLarge) as error:
        return Outcome("refused", reason=str(error))
    if arrival.duplicate:
        reason = f"The library has exactly these bytes as asset {arrival.asset.pk}."
        return Outcome("duplicate", arrival.asset, None, reason)
    return Outcome("ingested", arrival.asset, arrival.version)


def _look(stored: storage.StoredFile, name: str) -> Picture:
    header = inspect(stored.path, limits())
    return Picture(
        file_name=name,
        media_type=header.media.mime,
        width=header.width,
        height=header.height,
        colour_space=header.colour_space,
        bit_depth=header.bit_depth,
        has_alpha=header.has_alpha,
    )


def _add_version(
    asset: Asset, stored: storage.StoredFile, picture: Picture, user: User, note: str
) -> Outcome:
    current = asset.current_version
    if current is not None and current.blob_id == stored.sha256:
        return Outcome("duplicate", asset, current, "These are the bytes of the current version.")
    waiting = asset.versions.filter(blob=stored.sha256, state__in=UNDECIDED).first()
    if waiting is not None:
        reason = f"These are the bytes of version {waiting.number}, which is being checked."
        return Outcome("duplicate", asset, waiting, reason)
    version = versions.add_version(
        asset=asset, stored=stored, picture=picture, user=user, note=note
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
