"""A request as views get it."""

from django.http import HttpRequest

from dam.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in: the log-in middleware lets no other through.

    For annotations only; nothing makes one.
    """

    user: User
