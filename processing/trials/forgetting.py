"""What is left of trials goes: they are looked at while somebody edits, and never again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from processing.models import RecipeTrial

STEP = "recipe-trial"
KEPT = timedelta(hours=12)


def forget() -> str:
    """Remove trials that nobody will look at any more, with their pictures."""
    old = RecipeTrial.objects.filter(created_at__lt=timezone.now() - KEPT)
    count = old.count()
    old.delete()
    return f"{count} trials of recipes were forgotten." if count else ""
