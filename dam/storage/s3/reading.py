"""Reading from S3: hashed on the way, and the end only given when the hash has proved right."""

import hashlib
import io
from typing import Any

from dam.models import Blob
from dam.storage.errors import StorageDamaged
from dam.storage.s3.client import answering

PIECE = 1024 * 1024


class ProvenStream(io.RawIOBase):
    """The bytes of a blob as they come from S3.

    One piece is read ahead and the last is held back until the SHA-256 of all is that of the blob.
    So a reader never has the whole of a file that is not what was stored: it gets StorageDamaged
    instead of the end, and a browser a download that visibly failed.
    """

    def __init__(self, body: Any, blob: Blob, where: str) -> None:
        super().__init__()
        self._body, self._blob, self._where = body, blob, where
        self._digest, self._count = hashlib.sha256(), 0
        self._ready = b""
        self._ahead = self._next()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ready and self._ahead:
            self._ready, self._ahead = self._ahead, self._next()
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()

    def _next(self) -> bytes:
        with answering(self._where):
            piece = self._body.read(PIECE)
        self._digest.update(piece)
        self._count += len(piece)
        over = self._count > self._blob.size
        if over or (not piece and self._digest.hexdigest() != self._blob.sha256):
            raise damaged(self._blob, self._where)
        return piece


def damaged(blob: Blob, where: str) -> StorageDamaged:
    return StorageDamaged(f"The original {blob} in {where} is not what was stored there.")


def proven(body: Any, blob: Blob, where: str) -> io.BufferedReader:
    """Return a stream of a response's body that ends well only if it is the blob's bytes."""
    return io.BufferedReader(ProvenStream(body, blob, where), PIECE)
