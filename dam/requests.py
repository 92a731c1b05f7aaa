"""A request as views get it."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from dam.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in: the log-in middleware lets no other through.

    For annotations only; nothing makes one.
    """

    user: User


def address_of(request: HttpRequest) -> str:
    """Return the address of the visitor, behind as many proxies as LOUPE_PROXIES says."""
    return get_adapter().get_client_ip(request)
