"""Whose picture an identifier means, and whether whoever asks may see it.

``a12`` and ``v34`` are for people who are signed in, by a session or a token: they see what they
see elsewhere, and looks at restricted assets are written down. ``a12~KEY.MARK`` is signed, as the
addresses of pictures on the fly are, and shows anybody what viewers see. What one may not see is
not there.
"""

import time
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from dam.actions import access
from dam.api.authentication import token_of
from dam.models import User, Version
from dam.permissions import can
from dam.requests import address_of
from dam.scopes import Scope
from dam.seeing import asset_or_404, version_or_404
from processing.transforms import keys
from processing.transforms.errors import NotSigned
from processing.transforms.signing import sign, verify
from processing.transforms.subjects import Subject, memory, one_of

MARK = "~"


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that whoever asks may see. ``public``: by its signature, which may expire."""

    subject: Subject
    public: bool = False
    expires: int | None = None
    restricted: bool = False
    rights: str = ""


def signed(picture: str, *, seconds: int | None = None) -> str:
    """The identifier of a picture (``a12``, ``v34``) for anybody. Raises KeysUnusable."""
    expires = int(time.time()) + seconds if seconds is not None else None
    return f"{picture}{MARK}{sign(keys.ring(), _said(picture), expires=expires)}"


def seen(request: HttpRequest, identifier: str) -> Seen:
    """Raises Http404 for what is not there for whoever asks."""
    picture, mark, signature = identifier.partition(MARK)
    if mark:
        return _by_signature(picture, signature)
    person = _person(request)
    if person is None:
        raise Http404
    return _by_person(request, person, picture)


def _said(picture: str) -> str:
    return f"iiif/3/{picture}"


def _by_signature(picture: str, signature: str) -> Seen:
    try:
        expires = verify(keys.usable(), signature, _said(picture), now=time.time())
    except NotSigned as error:
        raise Http404(str(error)) from error
    subject = memory.find(picture)
    if subject is None:
        raise Http404
    return Seen(subject, public=True, expires=expires)


def _person(request: HttpRequest) -> User | None:
    """Who asks: by a token, else by the session."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        try:
            token = token_of(secret.strip())
        except AuthenticationFailed:
            return None
        return token.user if Scope.ASSETS_READ in token.scopes else None
    return request.user if isinstance(request.user, User) and request.user.is_active else None


def _by_person(request: HttpRequest, person: User, picture: str) -> Seen:
    subject = one_of(Version.objects.all(), picture)
    if subject is None:
        raise Http404
    version = version_or_404(person, subject.version)
    asset = version.asset
    if not subject.fixed and not can(person, "asset.view", asset_or_404(person, asset.pk)):
        raise Http404
    access.saw(version=version, user=person, what="large", address=address_of(request))
    return Seen(subject, restricted=asset.restricted, rights=asset.rights_url)
