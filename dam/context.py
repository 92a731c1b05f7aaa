"""What every page needs to know."""

from django.http import HttpRequest

from dam import settings_menu
from dam.models import BrandProfile, Category
from dam.permissions import Grants, can
from dam.quota import quota_of

THEMES = ("dark", "light", "system")

# Which entry of the rail an address belongs to, by the beginning of its name.
SECTIONS = {
    "library": "library",
    "search": "library",
    "asset": "library",
    "compare": "library",
    "bin": "bin",
    "rename": "library",
    "duplicates": "duplicates",
    "collection": "collections",
    "review": "review",
    "decisions": "review",
    "recipe": "recipes",
    "brand": "brands",
    "consistency": "consistency",
    "activity": "activity",
    "render": "library",
    "settings": "settings",
}


def shell(request: HttpRequest) -> dict:
    """What the frame around a page shows: the theme, and the rail's entries by role."""
    frame = {"theme": _theme(request), "section": _section(request)}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame | {"may": {}}
    grants = Grants.of(user)
    return frame | {
        "upload_brands": _upload_brands(grants) if grants.creating else [],
        "upload_quota": quota_of(user),
        "asset_categories": Category.choices,
        "may": {
            "upload": bool(grants.creating),
            "review": bool(grants.reviewing),
            "brands": bool(grants.administering),
            "system": can(user, "system.see"),
            "admin": user.is_staff,
            "settings": True,
        },
    }


def _upload_brands(grants: Grants) -> list[BrandProfile]:
    """Where a person may upload to; the default brand first, where it is among them."""
    allowed = BrandProfile.objects.filter(Grants.within("pk", grants.creating))
    return list(allowed.order_by("-is_default", "name"))


def _theme(request: HttpRequest) -> str:
    """The theme is a cookie, so that the first paint is right already."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else THEMES[0]


def _section(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    name = (match.url_name or "") if match else ""
    if settings_menu.current(name):
        return "settings"
    found = [part for start, part in SECTIONS.items() if name.startswith(start)]
    return found[0] if found else ""
