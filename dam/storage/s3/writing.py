"""Writing to S3: each upload carries its SHA-256, and is read back where nobody checked it."""

import base64
import contextlib
import hashlib
from typing import Any

from dam.storage.arriving import StoredFile
from dam.storage.errors import StorageDamaged

# The protocol wants parts of at least 5 MiB and at most 10,000 of them: 160 GiB.
PART = 16 * 1024 * 1024
TYPE = "application/octet-stream"


def upload(client: Any, bucket: str, key: str, stored: StoredFile) -> bool:
    """Send a file, in one piece or several; return whether the server has checked its SHA-256.

    A server that knows the checksums of S3 compares them with what it received, and says so by
    repeating them. Raises StorageDamaged where the file is not what was hashed when it arrived.
    """
    if stored.size <= PART:
        return _whole(client, bucket, key, stored)
    return _in_parts(client, bucket, key, stored)


def checksums(stored: StoredFile) -> set[str]:
    """Return how S3 may write the checksum of a file that was sent as `upload` sends it."""
    if stored.size <= PART:
        return {_encoded(bytes.fromhex(stored.sha256))}
    with stored.path.open("rb") as source:
        pieces = iter(lambda: source.read(PART), b"")
        return _composite([hashlib.sha256(piece).digest() for piece in pieces])


def _composite(digests: list[bytes]) -> set[str]:
    whole = _encoded(hashlib.sha256(b"".join(digests)).digest())
    return {whole, f"{whole}-{len(digests)}"}


def _encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _whole(client: Any, bucket: str, key: str, stored: StoredFile) -> bool:
    checksum = _encoded(bytes.fromhex(stored.sha256))
    with stored.path.open("rb") as body:
        answer = client.put_object(
            Bucket=bucket, Key=key, Body=body, ContentType=TYPE, ChecksumSHA256=checksum
        )
    return answer.get("ChecksumSHA256") == checksum


def _in_parts(client: Any, bucket: str, key: str, stored: StoredFile) -> bool:
    """Send parts. The checksum of the whole is then one of the parts' checksums ("composite").

    It proves that each part arrived; that the parts are the file is proved here, by hashing them
    together before the upload is completed.
    """
    place = {"Bucket": bucket, "Key": key}
    begun = client.create_multipart_upload(**place, ContentType=TYPE, ChecksumAlgorithm="SHA256")
    place["UploadId"] = begun["UploadId"]
    with contextlib.ExitStack() as unless_done:
        unless_done.callback(client.abort_multipart_upload, **place)
        digests, parts = _send(client, place, stored)
        answer = client.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
        unless_done.pop_all()
    return answer.get("ChecksumSHA256") in _composite(digests)


def _send(
    client: Any, place: dict[str, str], stored: StoredFile
) -> tuple[list[bytes], list[dict[str, Any]]]:
    whole, digests, parts = hashlib.sha256(), [], []
    with stored.path.open("rb") as source:
        while piece := source.read(PART):
            whole.update(piece)
            digests.append(hashlib.sha256(piece).digest())
            part = {"PartNumber": len(digests), "ChecksumSHA256": _encoded(digests[-1])}
            answer = client.upload_part(**place, **part, Body=piece)
            parts.append(part | {"ETag": answer["ETag"]})
    if whole.hexdigest() != stored.sha256:
        raise StorageDamaged("The file changed on this machine after it arrived.")
    return digests, parts
