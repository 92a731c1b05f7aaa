"""The headers of tus 1.0.0, read strictly: what is malformed is refused with a sentence.

Source: the tus resumable upload protocol, version 1.0.0 (tus.io/protocols/resumable-upload).
"""

import base64
import binascii
import hashlib
import re
import uuid
import zlib
from dataclasses import dataclass
from typing import Literal, Protocol

from processing.uploads.refusals import bad_request

VERSION = "1.0.0"
EXTENSIONS = (
    "creation",
    "creation-with-upload",
    "creation-defer-length",
    "checksum",
    "expiration",
    "termination",
    "concatenation",
)
ALGORITHMS = ("sha1", "sha256", "md5", "crc32")
BODY_TYPE = "application/offset+octet-stream"
LONGEST_METADATA = 8_192  # characters of the header
MOST_PARTS = 64
METADATA_KEY = re.compile(r"[!-+\--~]+")  # ASCII without space and comma
LARGEST = 2**62


class Digest(Protocol):
    """What every algorithm of `ALGORITHMS` can do."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class Crc32:
    """CRC-32 (ISO 3309, as in zlib) in the form of a hash: four bytes, big-endian."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request are said to amount to."""

    algorithm: str
    expected: bytes

    def begin(self) -> Digest:
        if self.algorithm == "crc32":
            return Crc32()
        return hashlib.new(self.algorithm, usedforsecurity=False)


@dataclass(frozen=True, slots=True)
class Concat:
    """Whether an upload is a part of another, or is made up of parts (in their order)."""

    kind: Literal["whole", "partial", "final"]
    parts: tuple[uuid.UUID, ...] = ()


def whole_number(name: str, value: str | None) -> int:
    """Read a count of bytes, 0 or more. Raises Refusal (400)."""
    if value is None or not re.fullmatch(r"[0-9]{1,19}", value.strip()) or int(value) > LARGEST:
        raise bad_request(f"{name} must be a whole number of bytes, 0 or more.")
    return int(value)


def read_metadata(header: str | None) -> dict[str, str]:
    """Read Upload-Metadata: keys with base64 of UTF-8 values. Raises Refusal (400)."""
    if not header or not header.strip():
        return {}
    if len(header) > LONGEST_METADATA:
        raise bad_request(f"Upload-Metadata may have {LONGEST_METADATA} characters at most.")
    pairs: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        if not METADATA_KEY.fullmatch(key) or key in pairs:
            raise bad_request("Upload-Metadata needs keys of ASCII, each once: “name base64,…”.")
        pairs[key] = _decoded(key, value.strip())
    return pairs


def _decoded(key: str, value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise bad_request(
            f"The value of “{key}” in Upload-Metadata is not base64 of UTF-8."
        ) from None


def read_checksum(header: str | None) -> Checksum | None:
    """Read Upload-Checksum: an algorithm and base64 of the digest. Raises Refusal (400)."""
    if header is None:
        return None
    algorithm, _, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise bad_request(f"Upload-Checksum takes {', '.join(ALGORITHMS)}; not this algorithm.")
    try:
        expected = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        expected = b""
    checksum = Checksum(algorithm, expected)
    if len(expected) != len(checksum.begin().digest()):
        raise bad_request(f"Upload-Checksum does not carry a {algorithm} digest in base64.")
    return checksum


def read_concat(header: str | None) -> Concat:
    """Read Upload-Concat: `partial`, or `final;` and the addresses of parts. Raises Refusal."""
    if header is None:
        return Concat("whole")
    kind, _, rest = header.strip().partition(";")
    if kind == "partial" and not rest:
        return Concat("partial")
    addresses = rest.split()
    if kind != "final" or not addresses or len(addresses) > MOST_PARTS:
        raise bad_request(
            f"Upload-Concat must be “partial” or “final;” with 1 to {MOST_PARTS} addresses."
        )
    parts = tuple(id_in(address, "Upload-Concat") for address in addresses)
    if len(set(parts)) != len(parts):
        raise bad_request("Upload-Concat names a part twice.")
    return Concat("final", parts)


def id_in(address: str, where: str) -> uuid.UUID:
    """Return the id in an upload's address, or an id by itself. Raises Refusal (400)."""
    try:
        return uuid.UUID(address.rstrip("/").rpartition("/")[2])
    except ValueError:
        raise bad_request(f"{where} names what is no address of an upload.") from None
