"""Sidecars that come after their picture: with a duplicate of it, or by themselves."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower

from dam.actions.common import audited
from dam.actions.imported import import_keywords
from dam.actions.rights import FROM_FILE, take_from_file
from dam.actions.sidecars import LARGEST, keep_sidecar
from dam.models import Asset, BrandProfile, TagAssignment, User, Version
from dam.permissions import can, require
from dam.querysets import AssetQuerySet
from processing import queue, sandbox, steps
from processing.errors import InputError
from processing.metadata.reading import PictureMetadata, read_sidecar
from processing.outcomes import Outcome
from processing.sources.names import pictures_of
from processing.steps.metadata import STEP, described

TOO_LARGE = f"A sidecar may have {LARGEST / 1024**2:.0f} MiB; this one is larger."
NOTHING_LIKE_IT = (
    "No picture that you may change is called like this sidecar. Bring the two together, or bring "
    "it on the page of the picture that is meant."
)
SEVERAL = (
    "{count} pictures that you may change are called like this sidecar. Bring it on the page of "
    "the one that is meant."
)
# What a sidecar did: the rest of a sentence about it.
FILLED = "filled {what}."
NOTHING_EMPTY = "is kept, and says nothing that was still empty."
THE_SAME = "is in the library already."
NOT_ALLOWED = "Its sidecar was left out: you may not change that asset."
WORDS = {
    "title": "title",
    "description": "description",
    "creator": "creator",
    "credit": "credit line",
    "copyright_notice": "copyright notice",
    "usage_terms": "usage terms",
    "rights_url": "rights address",
}


def take_alone(
    *,
    source: BinaryIO | Path,
    name: str,
    user: User,
    asset: Asset | None = None,
    brand: BrandProfile | None = None,
) -> Outcome:
    """Give a sidecar that came by itself to the asset that it belongs to.

    That is `asset`, else the one whose shown version is called like it and that the person may
    edit; of several the one in `brand`. Where that is not exactly one, the sidecar is refused with
    a sentence. Raises PermissionDenied for an `asset` that may not be edited.
    """
    try:
        meant = asset or _meant(name, user, brand)
        version = _newest(meant)
        sentence = apply_sidecar(version=version, user=user, data=bytes_of(source))
    except InputError as error:
        return Outcome("refused", reason=error.sentence)
    return Outcome("described", meant, version, f"“{meant.title}”: it {sentence}")


def _meant(name: str, user: User, brand: BrandProfile | None) -> Asset:
    found = called_like(name, Asset.objects.editable_by(user))
    count = found.count()
    if count > 1 and brand is not None:
        found = found.filter(brand=brand)
        count = found.count() or count
    if count > 1:
        raise InputError(SEVERAL.format(count=count))
    meant = found.first()
    if meant is None:
        raise InputError(NOTHING_LIKE_IT)
    return meant


def called_like(name: str, assets: AssetQuerySet) -> AssetQuerySet:
    """Return those assets whose shown file a sidecar of this name lies beside.

    "a.jpg.xmp" is that of "a.jpg" before that of "a.jpg.tif"; case makes no difference.
    """
    whole, others = pictures_of(name)
    named = assets.alias(spelt=Lower("current_version__file_name"))
    exact = named.filter(spelt=Lower(Value(whole)))
    alike = named.filter(spelt__in=[Lower(Value(one)) for one in others])
    return exact if exact.exists() else alike


def _newest(asset: Asset) -> Version:
    """The version that a person means who brings something for an asset: the one that came last."""
    usable = asset.versions.exclude(state=Version.State.REFUSED).order_by("-number")
    version = usable.first()
    if version is None:
        raise InputError("There is no file that this sidecar could belong to (any more).")
    return version


def bytes_of(source: BinaryIO | Path) -> bytes:
    """Read a sidecar: one byte more than is kept at most, so that too many are noticed."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(LARGEST + 1)
    data = b""
    while len(data) <= LARGEST and (piece := source.read(LARGEST + 1 - len(data))):
        data += piece
    return data


def with_duplicate(outcome: Outcome, blob: str, user: User, data: bytes) -> Outcome:
    """Apply the sidecar of a file that the library has (`blob`: its SHA-256), and say so."""
    if outcome.asset is None:
        return outcome
    if not can(user, "asset.edit", outcome.asset):
        return replace(outcome, reason=f"{outcome.reason} {NOT_ALLOWED}")
    same = outcome.asset.versions.filter(blob=blob).order_by("-number").first()
    try:
        version = outcome.version or same or _newest(outcome.asset)
        sentence = f"Its sidecar {apply_sidecar(version=version, user=user, data=data)}"
    except InputError as error:
        sentence = f"Its sidecar was left out: {error.sentence}"
    return replace(outcome, reason=f"{outcome.reason} {sentence}")


def apply_sidecar(*, version: Version, user: User, data: bytes) -> str:
    """Keep a sidecar with a version that is there; fill what is empty; say what it did.

    What people wrote or cleared stays, and so does what the file or an earlier sidecar filled. The
    version's metadata are read anew by a worker. An earlier sidecar gives way. What is returned is
    the rest of a sentence about the sidecar.

    Raises PermissionDenied, and InputError for one that is too large or cannot be read.
    """
    require(user, "asset.edit", version.asset)
    if len(data) > LARGEST:
        raise InputError(TOO_LARGE)
    if version.sidecar_id == sha256(data).hexdigest():
        return THE_SAME
    said = sandbox.call(read_sidecar, data)
    if not said.raw:  # what else is amiss is told with the version's metadata
        raise InputError(" ".join(said.problems))
    with transaction.atomic(), audited(user, "Taken from a sidecar"):
        asset = Asset.objects.select_for_update().get(pk=version.asset_id)
        version.refresh_from_db(fields=["sidecar"])
        keep_sidecar(version=version, data=data)
        filled = _fill(asset, version, said)
        if STEP in {step.name for step in steps.pipeline(version.kind)}:
            queue.enqueue(STEP, version)
    return FILLED.format(what=_listed(filled)) if filled else NOTHING_EMPTY


def _fill(asset: Asset, version: Version, said: PictureMetadata) -> list[str]:
    """Fill what is empty; return what it was, in words."""
    tags = TagAssignment.objects.filter(asset=asset, state=TagAssignment.State.ACCEPTED)
    before, tagged = _described(asset), tags.count()
    take_from_file(version=version, said=described(said))
    import_keywords(version=version, names=said.keywords, paths=said.hierarchies)
    after, more = _described(asset), tags.count() - tagged
    filled = [WORDS[name] for name in FROM_FILE if after[name] != before[name]]
    return [*filled, f"{more} tag{'s' if more > 1 else ''}"] if more else filled


def _described(asset: Asset) -> dict[str, str]:
    return Asset.objects.filter(pk=asset.pk).values(*FROM_FILE).get()


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
