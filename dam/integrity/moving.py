"""Originals from one storage to another: from the media folder to S3, and back."""

from collections.abc import Iterator
from dataclasses import dataclass

from dam.models import Blob
from dam.storage.arriving import StoredFile
from dam.storage.backend import Backend
from dam.storage.errors import StorageDamaged, StorageMissing
from dam.storage.mark import MEDIA, mark


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one original."""

    blob: Blob
    copied: bool
    problem: str = ""


def copy_originals(source: Backend, target: Backend) -> Iterator[Moved]:
    """Copy every original that `target` lacks, proved on the way, and then mark `target` as ours.

    What is there already is not copied again, so that a call that was interrupted goes on where it
    was. An original that cannot be copied is told of, and then the target is not marked. Nothing is
    taken away from `source`. Raises StorageAway and StorageFull.
    """
    failed = False
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=1_000):
        moved = _copy(blob, source, target)
        failed = failed or bool(moved.problem)
        yield moved
    if not failed:
        mark(target)


def _copy(blob: Blob, source: Backend, target: Backend) -> Moved:
    # A local file of the right size was whole when it got its name. An object is asked by `put`.
    if target.kind == MEDIA and target.size(blob.key) == blob.size:
        return Moved(blob, copied=False)
    try:
        with source.local(blob) as path:
            stored = StoredFile(blob.sha256, blob.size, path, spare=False)
            return Moved(blob, copied=target.put(stored, blob.key))
    except (StorageDamaged, StorageMissing) as error:
        return Moved(blob, copied=False, problem=str(error))
