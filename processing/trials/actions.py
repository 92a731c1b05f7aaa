"""Asking for a trial of a recipe: bounded, one at a time for each person, done by a worker."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from dam.models import Asset, BrandProfile, User
from dam.permissions import require
from processing import queue
from processing.models import RecipeTrial
from processing.recipebook import lookup
from processing.trials.forgetting import STEP

MOST_ASSETS = 4
EDGES = (800, 1600, 2400)  # pixels of the longer side: quick, as usual, close
PRIORITY = 10  # somebody is waiting for it


class NoTrial(ValueError):
    """There is nothing to be tried; the message is a sentence."""


def ask(
    *,
    user: User,
    text: str,
    assets: Sequence[int],
    brand: BrandProfile | None = None,
    edge: int = EDGES[1],
) -> RecipeTrial:
    """Have a text run on small copies of assets that the person sees; what they tried before goes.

    Raises PermissionDenied, RecipeError for a text with faults, NoTrial.
    """
    require(user, "recipe.try")
    if edge not in EDGES:
        raise NoTrial(f"A copy is {', '.join(map(str, EDGES))} pixels long.")
    chosen = _chosen(user, assets)
    read = lookup.read_here(text, brand_id=brand.pk if brand else None)
    if not read.outputs:
        raise NoTrial("This recipe has no outputs yet: add one to see what comes out.")
    with transaction.atomic():
        RecipeTrial.objects.filter(user=user).delete()
        trial = RecipeTrial.objects.create(
            user=user, brand=brand, text=text, assets=chosen, edge=edge
        )
        queue.enqueue(STEP, priority=PRIORITY)
    return trial


def _chosen(user: User, assets: Sequence[int]) -> list[int]:
    """The assets of a choice that a person sees and that are pictures, in the order of it."""
    seen = Asset.objects.visible_to(user).filter(pk__in=list(assets)[:MOST_ASSETS])
    shown = set(seen.exclude(current_version__placeholder="").values_list("pk", flat=True))
    chosen = [pk for pk in dict.fromkeys(assets) if pk in shown][:MOST_ASSETS]
    if not chosen:
        raise NoTrial("Choose a picture to try it on.")
    return chosen
