"""What a signed address is answered with: one function, from its path to status and headers."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from processing.transforms import keys, making, presets
from processing.transforms.errors import Busy, NotThere, Refused
from processing.transforms.making import Wanted
from processing.transforms.negotiation import settle
from processing.transforms.options import SMART, Options, names_preset, parse
from processing.transforms.signing import verify
from processing.transforms.subjects import memory

AGAIN_SECONDS = 2
YEAR = 31_536_000
CURRENT_SECONDS = 300  # so long may a cache show the version before the current one
NOT_HERE = "There is no picture here."
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    # Other sites are what these addresses are for.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(rest: str, query: str, headers: Mapping[str, str]) -> Answer:
    """Answer ``/i/`` + ``rest``. ``headers`` are the request's, their names in small letters."""
    try:
        return _picture(rest, query, headers)
    except Refused as error:
        return refusal(error)


def refusal(error: Refused) -> Answer:
    """A sentence, which nobody keeps for long."""
    told = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", **HARMLESS}
    if isinstance(error, Busy):
        told["Retry-After"] = str(AGAIN_SECONDS)
    return Answer(error.status, f"{error}\n".encode(), told)


def _picture(rest: str, query: str, headers: Mapping[str, str]) -> Answer:
    signed, _, path = rest.partition("/")
    expires = verify(keys.usable(), signed, path, now=time.time())
    parts = path.split("/")
    if len(parts) != 3 or not parts[2]:
        raise NotThere("An address is /i/signature/options/picture/name.")
    if query:
        raise Refused("Nothing may follow a “?” here: all that counts is in the path.")
    options = _parsed(parts[0], presets.stamp())
    subject = memory.find(parts[1])
    if subject is None:
        raise NotThere(NOT_HERE)
    wishes = settle(options, headers, subject.original, alpha=subject.alpha)
    wanted = Wanted(subject, wishes.plan, replace(wishes.finish, words=subject.rights))
    told = {
        "ETag": f'"{wanted.digest[:32]}"',
        "Cache-Control": caching(expires, fixed=subject.fixed and _fixed(parts[0], options)),
        **({"Vary": ", ".join(wishes.vary)} if wishes.vary else {}),
        **HARMLESS,
    }
    return sent(wanted, told, headers)


def _fixed(text: str, options: Options) -> bool:
    """Whether the picture of a version can be no other: a preset may change, and so may what
    matters in it.
    """
    return not names_preset(text) and options.g != SMART


def sent(wanted: Wanted, told: dict[str, str], headers: Mapping[str, str]) -> Answer:
    """The picture, or 304 where whoever asks has it already. Raises Refused."""
    if _has(headers.get("if-none-match", ""), told["ETag"]):
        return Answer(304, b"", told)
    return Answer(200, making.made(wanted), {"Content-Type": wanted.mime, **told})


@lru_cache(maxsize=2_048)
def _parsed(text: str, _stamp: object) -> Options:
    return parse(text, presets.known())


def caching(expires: int | None, *, fixed: bool) -> str:
    """How long browsers and others may keep it: a version never changes, what is current may."""
    longest = YEAR if fixed else CURRENT_SECONDS
    if expires is not None:
        return f"public, max-age={max(0, min(longest, int(expires - time.time())))}"
    if fixed:
        return f"public, max-age={YEAR}, immutable"
    return f"public, max-age={CURRENT_SECONDS}, stale-while-revalidate=3600"


def _has(said: str, tag: str) -> bool:
    """If-None-Match, compared weakly (RFC 9110, 13.1.2)."""
    if not said:
        return False
    tags = {one.strip().removeprefix("W/") for one in said.split(",")}
    return tag in tags or "*" in tags
