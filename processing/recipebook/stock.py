"""Bringing in the recipes that come with Loupe, on first use and when a newer Loupe brings others.

A shipped recipe is a recipe like any other, whose versions have no author. Where nobody has edited
it, a changed file becomes its next version; where somebody has, theirs stays. A recipe of people
that has the name already is left alone.
"""

from __future__ import annotations

from django.db import connection, transaction

from processing.models import Recipe, RecipeVersion
from processing.recipes import shipped

LOCK = 730_404  # of PostgreSQL's advisory locks
NOTE = "Came with Loupe"


def bring_in() -> int:
    """Make the library's shipped recipes those of this Loupe; returns how many were looked at.

    One question where there is nothing to do. Safe to be called by several processes at once.
    """
    if not _waiting():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        waiting = _waiting()
        for name in waiting:
            _bring(name)
        return len(waiting)


def _waiting() -> list[str]:
    """Names whose text this library has not looked at."""
    seen = dict(Recipe.objects.filter(name__in=shipped.marks()).values_list("name", "shipped_as"))
    return [name for name, mark in shipped.marks().items() if seen.get(name) != mark]


def _bring(name: str) -> None:
    mark = shipped.marks()[name]
    recipe = Recipe.objects.select_for_update().filter(name=name).first()
    if recipe is None:
        recipe = Recipe(name=name)
    elif not recipe.shipped_as or recipe.newest.author_id is not None:
        Recipe.objects.filter(pk=recipe.pk).update(shipped_as=mark)
        return
    read = shipped.recipe(name)
    recipe.shipped_as, recipe.title = mark, read.title
    recipe.save()
    last = recipe.versions.order_by("-number").first()
    if last is not None and last.text == shipped.texts()[name]:
        return
    RecipeVersion.objects.create(
        recipe=recipe,
        number=last.number + 1 if last else 1,
        text=shipped.texts()[name],
        digest=read.digest(),
        includes=list(read.includes),
        note=NOTE,
    )
