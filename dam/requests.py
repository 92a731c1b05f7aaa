"""A request as views get it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django.http import HttpRequest
from django.utils.http import parse_etags

from dam.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in: the log-in middleware lets no other through.

    For annotations only; nothing makes one.
    """

    user: User


def address_of(request: HttpRequest) -> str:
    """Return the address of the visitor, behind as many proxies as LOUPE_PROXIES says."""
    return get_adapter().get_client_ip(request)


def network_of(request: HttpRequest) -> str:
    """Return what a visitor is counted by: the address, of IPv6 the first of its /64.

    The same that attempts to sign in are counted by (ALLAUTH_RATE_LIMIT_IPV6_PREFIX).
    """
    return get_ip(request)


def has_already(request: Any, tag: str) -> bool:
    """Whether If-None-Match says that the asker has what `tag` (strong, in quotes) stands for.

    Compared weakly (RFC 9110, 13.1.2): servers in between that compress make tags weak ones.
    """
    found = parse_etags(request.headers.get("If-None-Match", ""))
    return found == ["*"] or tag in {one.removeprefix("W/") for one in found}
