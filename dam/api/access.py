"""What a token may be used for, and how often anybody may ask."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from dam.models import ApiToken
from dam.requests import network_of

MINUTE = 60
ANY = ""  # the scope that every token has
TOKENS_AT_ONCE = 4  # an account has as much as so many of its tokens, however many they are


class HasScope(BasePermission):
    """A token needs the scope that the view names for the method; a view that names none: refused.

    Sessions have every scope. A method that a view does not have is answered with 405 later on.
    """

    message = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, ApiToken):
            return True
        method = "GET" if request.method == "HEAD" else str(request.method)
        if not hasattr(view, method.lower()):
            return True
        needed = getattr(view, "required_scopes", {}).get(method)
        if needed is None:
            self.message = "Tokens cannot be used for this."
            return False
        self.message = f"This needs a token with the scope “{needed}”."
        return needed == ANY or needed in token.scopes


class PerMinute(BaseThrottle):
    """So many requests a minute: of a token and of its account, of a person's pages, or unsigned
    of an address (of IPv6 its network of /64, which one household has all to itself).

    Counted in minutes of the clock: one number for each, which forgets itself.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        return all(_one_more(who) <= most for who, most in self.counted(request, view) if most)

    def counted(self, request: Request, view: Any) -> list[tuple[str, int]]:
        """Return who is counted, and how many requests a minute they have; 0 is no limit."""
        return _counted(request)

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE


def _one_more(who: str) -> int:
    """Count one more request in this minute; return how many they are."""
    limits = caches["limits"]
    key = f"asked:{who}:{int(time.time()) // MINUTE}"
    if limits.add(key, 1, MINUTE * 2):
        return 1
    try:
        return limits.incr(key)
    except ValueError:  # it ran out, or was pushed out, in this very moment
        limits.set(key, 1, MINUTE * 2)
        return 1


def _counted(request: Request) -> list[tuple[str, int]]:
    if isinstance(request.auth, ApiToken):
        account = settings.LOUPE_API_RATE * TOKENS_AT_ONCE
        return [
            (f"token-{request.auth.pk}", settings.LOUPE_API_RATE),
            (f"account-{request.user.pk}", account),
        ]
    if request.user.is_authenticated:
        return [(f"person-{request.user.pk}", settings.LOUPE_API_RATE_PAGES)]
    return [(f"from-{network_of(request._request)}", settings.LOUPE_API_RATE_UNSIGNED)]
