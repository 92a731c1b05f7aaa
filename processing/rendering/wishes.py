"""Wishes to have a picture rendered: asked for, cancelled, tried again. Workers fulfil them.

A wish is a row, and a job that carries its number. Whatever dies and when, the job is tried again;
what it made before is found by its key and not made twice (keeping.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from dam.actions.common import Conflict
from dam.formats import SHOWN
from dam.models import Asset, User, Version
from dam.permissions import require
from processing import queue
from processing.errors import InputError
from processing.models import Job, Recipe, Render
from processing.models.job import JobState
from processing.models.render import RenderState
from processing.recipebook import lookup
from processing.recipes.conditions import Plain
from processing.recipes.faults import RecipeError
from processing.recipes.model import Recipe as Read
from processing.rendering import locks
from processing.rendering.origins import origin

STEP = "render"
AWAITED = 7  # the priority of what a person waits for: before what is just coming in


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, and whether it is new: the same is not asked for twice while it waits."""

    render: Render
    new: bool


def ask(
    *,
    asset: Asset,
    recipe: str,
    user: User,
    number: int | None = None,
    variables: Mapping[str, Plain] | None = None,
    outputs: Sequence[str] = (),
    as_version: bool = False,
    note: str = "",
) -> Asked:
    """Ask for what a recipe makes of an asset's current version, as renditions or as its next one.

    ``number`` is the recipe's version, the newest without one. Raises PermissionDenied, RecipeError
    for variables that do not fit, LookupError for a recipe or an output that there is not,
    InputError for a picture that cannot be rendered or for too many wishes: all with sentences.
    """
    require(user, "asset.add_version" if as_version else "asset.edit", asset)
    version = _renderable(asset, recipe)
    book, read = _recipe(recipe, number, variables or {}, asset, user)
    locks.held(read, asset)  # what is locked to another value is refused before it is queued
    names = _outputs(read, outputs, as_version)
    wish = {
        "version": version,
        "recipe": read.name,
        "recipe_number": number or book.newest.number,
        "variables": dict(variables or {}),
        "outputs": names,
        "as_version": as_version,
        "made_by": user,
    }
    with transaction.atomic():
        _one_at_a_time(user)
        waiting = Render.objects.waiting()
        same = waiting.filter(**wish).select_related("job").first()
        if same is not None:
            return Asked(same, new=False)
        if waiting.filter(made_by=user).count() >= settings.LOUPE_RENDERS_OPEN:
            most = settings.LOUPE_RENDERS_OPEN
            raise InputError(f"{most} of your renders wait already: try again when some are made.")
        render = Render.objects.create(**wish, note=note)
        _queue(render)
    return Asked(render, new=True)


def cancel(*, render: Render, user: User) -> Render:
    """Cancel a wish; what was made of it already stays. Raises PermissionDenied, Conflict."""
    require(user, "asset.edit", render.version.asset)
    with transaction.atomic():
        _locked(render)
        if not render.open:
            raise Conflict(f"There is nothing to cancel: it is {_word(render)}.")
        render.cancelled_at = timezone.now()
        render.save(update_fields=["cancelled_at"])
    return render


def again(*, render: Render, user: User) -> Render:
    """Try a wish again that failed or was cancelled. Raises PermissionDenied, Conflict."""
    require(user, "asset.edit", render.version.asset)
    with transaction.atomic():
        _locked(render)
        if render.state not in (RenderState.FAILED, RenderState.CANCELLED):
            raise Conflict(f"It need not be tried again: it is {_word(render)}.")
        if render.job is not None and render.job.state == JobState.RUNNING:
            raise Conflict("It is just being stopped: try again in a moment.")
        render.cancelled_at, render.results, render.progress = None, None, {}
        render.save(update_fields=["cancelled_at", "results", "progress"])
        _queue(render)
    return render


def _renderable(asset: Asset, recipe: str) -> Version:
    """The version that the recipe works on. Raises InputError where there are no pixels."""
    current = asset.current_version
    if asset.deleted_at is not None:
        raise InputError("This picture is in the bin.")
    if current is None or current.kind not in SHOWN or current.state == Version.State.REFUSED:
        raise InputError("A recipe needs a picture, and this file is none that can be shown.")
    return origin(current, recipe)


def _recipe(
    name: str, number: int | None, variables: Mapping[str, Plain], asset: Asset, user: User
) -> tuple[Recipe, Read]:
    book = lookup.find(name, user)
    if book.archived:
        raise LookupError(f"“{name}” is archived: it is not used any more.")
    if book.brand_id not in (None, asset.brand_id):
        raise LookupError(f"“{name}” is a recipe of another brand.")
    return book, lookup.load(book, number=number, variables=variables)


def _outputs(read: Read, asked: Sequence[str], as_version: bool) -> list[str]:
    names = [read.output(name).name for name in dict.fromkeys(asked)]
    if not read.outputs:
        raise LookupError(f"“{read.name}” is a base: it has no outputs, others include it.")
    if not as_version:
        return names
    names = names or [output.name for output in read.outputs]
    if len(names) != 1:
        raise LookupError(f"One output becomes the next version: say which ({', '.join(names)}).")
    return names


def _queue(render: Render) -> None:
    subject = str(render.pk)
    queue.enqueue(STEP, render.version, subject=subject, priority=AWAITED)
    render.job = Job.objects.get(version=render.version_id, step=STEP, subject=subject)
    render.save(update_fields=["job"])


def _one_at_a_time(user: User) -> None:
    """Two requests of one person at the same moment: the second finds the first's wish."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(73, %s)", [user.pk % 2**31])


def _locked(render: Render) -> None:
    Render.objects.select_for_update().get(pk=render.pk)
    render.refresh_from_db(fields=["cancelled_at", "results", "progress", "job"])


def _word(render: Render) -> str:
    return str(render.state.label).lower()


def told_faults(error: RecipeError) -> str:
    """What is wrong with a recipe, as one sentence after the other."""
    return " ".join(fault.sentence for fault in error.faults[:3])
