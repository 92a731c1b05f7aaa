"""What may be chosen where something is rendered: recipes, variables, outputs; and what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dam.models import User
from processing.models import LockedSetting, Recipe, RecipeVersion
from processing.recipebook import lookup
from processing.recipes.conditions import Plain
from processing.recipes.model import Recipe as Read

VALUE = "value-"  # the fields of variables


@dataclass(frozen=True, slots=True)
class Field:
    """A variable, with the kind of field that it needs: text, number or switch.

    ``locked`` says who locked it to its value; such a field cannot be changed.
    """

    name: str
    label: str
    value: str
    kind: str
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """An output, and what it comes as."""

    name: str
    format: str


@dataclass(frozen=True, slots=True)
class Form:
    """A recipe as a form. ``base`` has nothing to be made."""

    name: str
    title: str
    description: str
    fields: list[Field]
    outputs: list[Choice]

    @property
    def base(self) -> bool:
        return not self.outputs


def offered(user: User, brand: int | None) -> list[Recipe]:
    """The recipes that a person may use for pictures of a brand; for those of several brands
    (None) the ones that are every brand's."""
    rows = list(lookup.recipes(user).usable_in(brand).order_by("title"))
    texts = RecipeVersion.objects.filter(recipe__in=[row.pk for row in rows]).newest()
    bases = {text.recipe_id for text in texts if _is_base(text)}
    return [row for row in rows if row.pk not in bases]


def _is_base(newest: RecipeVersion) -> bool:
    """Whether it is only good for being included: nothing in it, or in what it takes in, is made.

    Told from the text alone, which is quick; the form says the rest.
    """
    return "outputs:" not in newest.text and not newest.includes


def form_of(read: Read, locks: Sequence[LockedSetting] = ()) -> Form:
    """A recipe's variables and outputs; ``locks`` are those of the picture that it is for."""
    locked = {lock.name: lock for lock in locks}
    return Form(
        read.name,
        read.title,
        read.description.strip(),
        [_field(name, value, locked.get(name)) for name, value in read.variables.items()],
        [Choice(output.name, type(output.exporter).format) for output in read.outputs],
    )


def _field(name: str, value: Plain, lock: LockedSetting | None = None) -> Field:
    words, said = name.replace("_", " ").capitalize(), ""
    if lock is not None:
        value, who = lock.value, lock.locked_by or "Loupe"
        said = _("Locked for %(set)s by %(who)s.") % {"set": lock.reference, "who": who}
    if isinstance(value, bool):
        return Field(name, words, "true" if value else "false", "switch", said)
    kind = "text" if isinstance(value, str) else "number"
    return Field(name, words, str(value), kind, said)


def read_form(request: HttpRequest) -> dict[str, Any]:
    """What was chosen, as `wishes.ask` takes it. Empty fields keep the recipe's own values."""
    given = request.POST
    values = {
        name.removeprefix(VALUE): value.strip()
        for name, value in given.items()
        if name.startswith(VALUE) and isinstance(value, str)
    }
    before = {
        name.removeprefix("was-"): value for name, value in given.items() if name.startswith("was-")
    }
    return {
        "recipe": given.get("recipe", ""),
        "variables": {
            name: value for name, value in values.items() if value and value != before.get(name)
        },
        "outputs": given.getlist("output"),
        "as_version": given.get("as") == "version",
        "note": given.get("note", "")[:500],
    }
