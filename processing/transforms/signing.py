"""Signatures of addresses: HMAC-SHA256 (RFC 2104) over all of the path that follows them.

``KEY.SIGNATURE`` or ``KEY.EXPIRES.SIGNATURE``: which key, until when (seconds since 1970), and
base64url without padding. Several keys may be good, one of them signs. Without keys nothing is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from processing.transforms.errors import NotSigned

_CONTEXT = b"loupe address 1"
_NOT_OURS = "This address is not signed by this library, or was changed since."
_OVER = "This address is no longer good: its time is over."
_NO_KEYS = "This library has no keys to sign addresses with: none can be good."
_PARTS = re.compile(r"([a-z0-9]{1,16})\.(?:([1-9][0-9]{0,11})\.)?([A-Za-z0-9_-]{43})")
KEY_NAME = re.compile(r"[a-z0-9]{1,16}")
LEAST_SECRET = 16  # characters


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys by name; ``active`` signs, all of them verify. Never shown, not even in a trace."""

    active: str
    secrets: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.active not in self.secrets:
            raise ValueError("the active key is none of them")


def sign(ring: Ring, path: str, *, expires: int | None = None) -> str:
    """The signature of a path (without a leading slash), good until ``expires`` or for ever."""
    until = str(expires) if expires is not None else ""
    made = _signature(ring.secrets[ring.active], ring.active, until, path)
    return ".".join(part for part in (ring.active, until, made) if part)


def verify(ring: Ring | None, signed: str, path: str, *, now: float) -> int | None:
    """Return when a signed path expires (None: never). Raises NotSigned for any that is not good.

    The signature is compared as text and in constant time, so that it has one spelling only.
    """
    if ring is None:
        raise NotSigned(_NO_KEYS)
    parts = _PARTS.fullmatch(signed)
    if parts is None or parts[1] not in ring.secrets:
        raise NotSigned(_NOT_OURS)
    until = parts[2] or ""
    wanted = _signature(ring.secrets[parts[1]], parts[1], until, path)
    if not hmac.compare_digest(wanted.encode(), parts[3].encode()):
        raise NotSigned(_NOT_OURS)
    if until and int(until) <= now:
        raise NotSigned(_OVER)
    return int(until) if until else None


def _signature(secret: bytes, key: str, until: str, path: str) -> str:
    said = b"\n".join(
        [_CONTEXT, key.encode(), until.encode(), path.encode("utf-8", "surrogatepass")]
    )
    made = hmac.new(secret, said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
