"""Who asks: a token in the Authorization header (RFC 6750), else the session of the web pages."""

import copy
import hmac
from datetime import timedelta
from typing import Any

import pghistory
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from dam.actions.tokens import MARK, digest_of
from dam.models import ApiToken, User

LONGEST = 200  # characters of a token that are looked at
NOTED_EVERY = timedelta(minutes=1)


class TokenRefused(AuthenticationFailed):
    """A token that lets nobody in; the message says which of the reasons it is."""


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer lp_…`. None is taken from an address: addresses are logged."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_of(given.strip())
        _note_use(token)
        # A write names its person in the audit trail, and the token besides.
        pghistory.context(user=token.user_id, token=token.pk)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401; where a token was given, with the error that RFC 6750 names."""
        given = request.headers.get("Authorization", "").lower().startswith("bearer")
        return 'Bearer realm="Loupe"' + (', error="invalid_token"' if given else "")


def token_of(secret: str) -> ApiToken:
    """Return the token with this secret. Raises TokenRefused, which says why in a sentence.

    It is found by its hash, so that nothing is learnt from how long a wrong guess takes.
    """
    if not secret.startswith(MARK) or len(secret) > LONGEST or not secret.isascii():
        raise TokenRefused("This is not a token of Loupe: they begin with “lp_”.")
    digest = digest_of(secret)
    token = ApiToken.objects.select_related("user").filter(digest=digest).first()
    if token is None or not hmac.compare_digest(token.digest, digest):
        raise TokenRefused("There is no such token.")
    if token.revoked_at is not None:
        raise TokenRefused("This token was revoked.")
    if token.expired:
        raise TokenRefused(f"This token ran out on {token.expires_at:%d %B %Y}.")
    if not token.user.is_active:
        raise TokenRefused("The account of this token is not active any more.")
    return token


def _note_use(token: ApiToken) -> None:
    """Write down that a token is in use, once a minute at most."""
    now = timezone.now()
    if token.last_used_at is not None and token.last_used_at > now - NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


class PageSession(SessionAuthentication):
    """The session of somebody who is signed in to the web pages; writes need its CSRF token.

    In the header X-CSRFToken alone: who looks for it in a form has read the form, files and all.
    """

    def enforce_csrf(self, request: Request) -> None:
        bare = copy.copy(getattr(request, "_request", request))
        if bare.method == "POST":
            bare.method = "PUT"  # Django looks into the form of a POST alone
        super().enforce_csrf(bare)


class _TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "A token of “Settings → Tokens”: `Authorization: Bearer lp_…`."
        return {"type": "http", "scheme": "bearer", "description": words}


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = PageSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "The session of the web pages. Requests that write carry `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": words}
