"""XMP files that lie beside pictures: kept with the version that they came with."""

import io

from dam import storage
from dam.models import Version

LARGEST = 4 * 1024**2  # bytes; what people write about a picture takes a few thousand


def keep_sidecar(*, version: Version, data: bytes) -> None:
    """Keep a version's sidecar, byte for byte, whatever is in it.

    It is read when the version's metadata are: call it in the transaction that makes the version.
    The caller has checked the permission. Raises storage.TooLarge beyond LARGEST.
    """
    with storage.arriving(io.BytesIO(data), max_bytes=LARGEST) as stored:
        version.sidecar = storage.keep(stored)
        version.save(update_fields=["sidecar"])
