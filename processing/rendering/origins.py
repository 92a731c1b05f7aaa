"""What a recipe works on where it made the picture itself."""

from __future__ import annotations

from dam.models import Version
from processing.models import Provenance


def origin(version: Version, recipe: str) -> Version:
    """The version that a recipe works on: what it made itself counts as what it was made from."""
    how = Provenance.objects.filter(version=version, recipe=recipe).select_related("source").first()
    return how.source if how is not None else version
