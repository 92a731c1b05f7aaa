"""Originals: kept under their hash, in the place that the settings choose, and read from there."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from dam.models import Blob, Condition
from dam.models.storage import DAMAGED
from dam.storage.arriving import StoredFile
from dam.storage.backend import Backend
from dam.storage.errors import StorageAway
from dam.storage.local import LocalOriginals
from dam.storage.mark import Markable, MediaFolder, Standing, require_lately, sentence, standing


def backend() -> Backend:
    """Return the place that holds this installation's originals."""
    if settings.LOUPE_ORIGINALS == "s3":
        from dam.storage.s3 import S3Originals  # boto3 is slow to import, and few need it

        return S3Originals.of_settings()
    return LocalOriginals()


def places() -> list[Markable]:
    """Return the storages that this installation uses."""
    held = backend()
    return [held] if isinstance(held, MediaFolder) else [MediaFolder(), held]


def amiss() -> list[str]:
    """Return a sentence for each storage that is not there, or not ours. Nothing is written."""
    sentences = []
    for place in places():
        try:
            found = standing(place)
        except StorageAway as error:
            sentences.append(str(error))
        else:
            if found not in {Standing.OURS, Standing.NEW}:
                sentences.append(sentence(place, found))
    return sentences


def keep(stored: StoredFile) -> Blob:
    """Move an arriving file to its place among the originals, then make its row.

    Safe to call twice and at once for the same bytes: there is one file and one row. A file that
    was found damaged is replaced. Raises
    StorageFull, StorageAway (NotMounted too) and StorageDamaged; then there is no row.
    """
    row = Blob.objects.filter(pk=stored.sha256).first()
    damaged = row is not None and row.condition in DAMAGED
    blob = Blob(sha256=stored.sha256, size=stored.size)
    place = backend()
    require_lately(place)
    place.put(stored, blob.key, known=row is not None, anew=damaged)
    row, _ = Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size": stored.size})
    if damaged:
        unknown = {"condition": Condition.UNKNOWN, "verified_at": None}
        Blob.objects.filter(pk=row.pk).update(**unknown)
    stored.kept = True
    return row


def original(blob: Blob) -> AbstractContextManager[Path]:
    """Give a local file with an original's bytes, to be read inside the block and not after it.

    Raises StorageMissing, StorageDamaged and StorageAway.
    """
    return backend().local(blob)


def open_original(blob: Blob) -> BinaryIO:
    """Open an original to be read in pieces, without a copy of it on this machine.

    Raises StorageMissing, StorageDamaged and StorageAway, the last two also while it is read.
    """
    return backend().stream(blob)
