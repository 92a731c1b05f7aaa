"""Sidecars that come to a source after their picture was taken from it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import PermissionDenied

from dam.models import User, Version
from processing.errors import InputError
from processing.models import Source, SourceFile
from processing.sidecars import NOT_ALLOWED, apply_sidecar, bytes_of
from processing.sources.items import Item
from processing.sources.names import key_hash, keys_beside

PATIENCE = 15  # settle times that a sidecar rests before: its picture may still be on its way
TAKEN = (SourceFile.State.TAKEN, SourceFile.State.DUPLICATE)
Owners = dict[str, list[SourceFile]]  # by the hash of a sidecar's key


def owners_of(source: Source, sidecars: Sequence[Item]) -> Owners:
    """Return the taken files that each sidecar lay beside, in one query.

    "a.jpg.xmp" is that of "a.jpg" alone, where that was taken; "a.xmp" is that of every "a.…".
    """
    beside = {item.hash: keys_beside(item.key) for item in sidecars}
    hashes = {key_hash(key) for keys in beside.values() for key in keys}
    rows = source.files.filter(key_hash__in=hashes, state__in=TAKEN).select_related("asset")
    known = {row.key_hash: row for row in rows if row.asset and row.asset.deleted_at is None}
    return {one: _owners(keys, known) for one, keys in beside.items()}


def _owners(keys: Sequence[str], known: dict[str, SourceFile]) -> list[SourceFile]:
    whole, *others = (known.get(key_hash(key)) for key in keys)
    return [whole] if whole else [row for row in others if row]


def apply(source: Source, owners: Iterable[SourceFile], given: BinaryIO | Path) -> str:
    """Apply a sidecar to what became of the files that it lay beside; say in a sentence what.

    Raises InputError where it cannot be read, or the person who brings may not change them.
    """
    bringer = User.objects.get(pk=source.bringer_id)  # anew: roles change while we watch
    data, said = bytes_of(given), []
    for row in owners:
        version = _version_of(row)
        if version is None:
            continue
        try:
            sentence = apply_sidecar(version=version, user=bringer, data=data)
        except PermissionDenied as error:
            raise InputError(NOT_ALLOWED) from error
        said.append(f"{row.key}: it {sentence}")
    return " ".join(said)


def _version_of(row: SourceFile) -> Version | None:
    assert row.asset is not None  # as asked for
    same = row.asset.versions.select_related("asset").order_by("-number")
    return same.filter(blob=row.sha256).first() or same.first()
