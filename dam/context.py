"""What every page needs to know."""

from django.http import HttpRequest

from dam.permissions import Grants, can


def shell(request: HttpRequest) -> dict:
    """What the frame around a page shows: the rail's entries by role."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"may": {}}
    grants = Grants.of(user)
    return {
        "may": {
            "upload": bool(grants.creating),
            "review": bool(grants.reviewing),
            "brands": bool(grants.administering),
            "system": can(user, "system.see"),
        }
    }
