"""What a token may be used for, and how often anybody may ask."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from dam.models import ApiToken
from dam.requests import address_of

MINUTE = 60
ANY = ""  # the scope that every token has


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
    """So many requests a minute: of a token, of a person's pages, or of an address unsigned.

    Counted in minutes of the clock: one number for each, which forgets itself.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        who, most = self.counted(request, view)
        if not most:
            return True
        key = f"asked:{who}:{int(time.time()) // MINUTE}"
        if cache.add(key, 1, MINUTE * 2):
            return True
        return _one_more(key) <= most

    def counted(self, request: Request, view: Any) -> tuple[str, int]:
        """Return who is counted, and how many requests a minute they have; 0 is no limit."""
        return _counted(request)

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE


def _one_more(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # it ran out, or was pushed out, in this very moment
        cache.set(key, 1, MINUTE * 2)
        return 1


def _counted(request: Request) -> tuple[str, int]:
    if isinstance(request.auth, ApiToken):
        return f"token-{request.auth.pk}", settings.LOUPE_API_RATE
    if request.user.is_authenticated:
        return f"person-{request.user.pk}", settings.LOUPE_API_RATE_PAGES
    return f"from-{address_of(request._request)}", settings.LOUPE_API_RATE_UNSIGNED
