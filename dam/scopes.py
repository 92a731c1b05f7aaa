"""Scopes: what a token may be used for. They only ever narrow what its person may do."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from dam.roles import Grants


class Scope(models.TextChoices):
    """One thing that a token may be used for; none of them includes another."""

    ASSETS_READ = "assets:read", _("See assets, versions, tags, terms and collections; download")
    ASSETS_WRITE = "assets:write", _("Change assets, tags and collections; the bin")
    UPLOADS_WRITE = "uploads:write", _("Upload files and new versions")
    SEARCH_READ = "search:read", _("Search, and find similar pictures")
    REVIEW_READ = "review:read", _("See the review queue and its decisions")
    REVIEW_WRITE = "review:write", _("Take items from the queue, decide and undo")
    BRANDS_READ = "brands:read", _("See brands and their rules")
    ADMIN = "admin", _("Vocabulary, rules of brands, jobs: what admins may do")


def offered_to(user: Any) -> list[Scope]:
    """Return the scopes that are of use to a person now; what they may do is asked at each use."""
    grants = Grants.of(user)
    useless = {
        Scope.UPLOADS_WRITE: not grants.creating,
        Scope.REVIEW_READ: not grants.reviewing,
        Scope.REVIEW_WRITE: not grants.reviewing,
        Scope.ADMIN: not grants.administering,
    }
    return [scope for scope in Scope if not useless.get(scope)]
