"""What the editor's page asks while somebody works: is this right, and make this change to it.

The server is the only one that reads recipes: the page sends the text, with a change of the form if
there is one, and gets the text, the form and the faults back. Nothing is kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from dam.requests import PersonRequest
from processing.recipebook import lookup
from processing.recipebook.telling import told_faults
from processing.recipepages.fields import id_of, schema_of
from processing.recipepages.form import Form, form_of
from processing.recipepages.views import brands_for, chosen_brand
from processing.recipes.editing import acts
from processing.recipes.editing.acts import CannotEdit
from processing.recipes.editing.spans import Path, find, plain, spanned
from processing.recipes.faults import Fault, RecipeError
from processing.recipes.known import Known
from processing.recipes.model import Recipe as Read
from processing.recipes.tree import typed

DEEPEST_PATH = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """A text, read: its form (None where YAML cannot), its faults, what it was read as."""

    text: str
    form: Form | None
    faults: tuple[Fault, ...]
    read: Read | None


def look(text: str, brand_id: int | None) -> Looked:
    """Read a text, for the page: all faults, and the form as far as the text can be read."""
    faults: tuple[Fault, ...] = ()
    read = None
    try:
        read = lookup.read_here(text, brand_id=brand_id)
    except RecipeError as error:
        faults = error.faults
    try:
        form = form_of(text, faults, read)
    except RecipeError:
        form = None
    return Looked(text, form, faults, read)


@require_POST
def form(request: PersonRequest) -> HttpResponseBase:
    """The text's faults and form, after a change of the form where one is asked for."""
    if not brands_for(request):
        raise PermissionDenied("recipe.edit")
    brand = chosen_brand(request)
    text, refused, focus = request.POST.get("text", "").replace("\r\n", "\n"), "", ""
    if asked := request.POST.get("act"):
        try:
            text, focus = changed(text, json.loads(asked))
        except (CannotEdit, RecipeError) as error:
            refused = _sentence(error)
        except (KeyError, TypeError, ValueError, RecursionError):
            return HttpResponseBadRequest("This is no change of a recipe's form.")
    looked = look(text, brand.pk if brand else None)
    return JsonResponse(
        {
            "text": text,
            "refused": refused,
            "focus": focus,
            "faults": told_faults(RecipeError(looked.faults)),
            "form": _rendered(looked, request) if looked.form else None,
            "outputs": [output.name for output in looked.read.outputs] if looked.read else None,
        }
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, RecipeError):
        return f"Line {error.faults[0].line}: {error.faults[0].sentence}"
    return str(error)


def _rendered(looked: Looked, request: PersonRequest) -> str:
    fixed = request.POST.get("fixed", "") != ""
    context = {"form": looked.form, "fixed": fixed, "known": Known()}
    return render_to_string("processing/recipes/_form.html", context, request)


def changed(text: str, act: dict[str, Any]) -> tuple[str, str]:
    """A text after one change of the form, and the id of what has the focus then.

    Raises CannotEdit and RecipeError with sentences; ValueError, TypeError and KeyError for what no
    form sends.
    """
    path = _path(act["path"])
    match act["do"]:
        case "set":
            return _set(text, path, str(act["value"]), str(act.get("as", "text"))), ""
        case "drop":
            return acts.drop(text, path), id_of(path)
        case "move":
            to = int(act["to"])
            return acts.move(text, path, to), id_of((*path[:-1], to))
        case "rename":
            return acts.rename(text, path, str(act["value"])), id_of((*path[:-1], act["value"]))
        case "step" | "check" | "include":
            return _added(text, path, act["do"], str(act["value"]))
        case "output":
            made = (*path, str(act["value"]))
            return acts.put(text, made, {"export": "jpeg"}), id_of(made)
        case "format":
            return _format(text, path, str(act["value"])), ""
    raise ValueError("no such change")


def _path(told: Any) -> Path:
    if not isinstance(told, list) or not 0 < len(told) <= DEEPEST_PATH:
        raise ValueError("no path")
    if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in told):
        raise ValueError("no path")
    return tuple(told)


def _set(text: str, path: Path, value: str, kind: str) -> str:
    """A value as its field means it; nothing takes it away, so that it is as usual."""
    if value == "":
        return acts.drop(text, path) if find(spanned(text), path) is not None else text
    return acts.put(text, path, _meant(value.replace("\r\n", "\n"), kind))


def _meant(value: str, kind: str) -> Any:
    if kind == "raw" and "$" not in value:
        try:
            return plain(value)
        except RecipeError:
            return value
    if kind in ("number", "choice", "switch", "plain"):
        found = typed(value.strip())
        return value if found is None else found
    return value


def _added(text: str, path: Path, what: str, name: str) -> tuple[str, str]:
    known = Known()
    if what == "include":
        value: Any = name
    else:
        kind = (known.operators if what == "step" else known.checks).get(name)
        if kind is None:
            raise CannotEdit(f"There is no {what} called “{name}”.")
        value = _begun(name, kind)
    there = find(spanned(text), path)
    place = len(getattr(there, "items", ()))
    return acts.insert(text, path, value), id_of((*path, place))


def _begun(name: str, kind: Any) -> Any:
    """A step as it is added: by its name alone where that will do, else as its example has it."""
    try:
        kind()
    except ValidationError:
        return {name: dict(getattr(kind, "example", {}))} if getattr(kind, "example", {}) else name
    return name


def _format(text: str, path: Path, name: str) -> str:
    """Another format; parameters that it does not have are left out."""
    kind = Known().exporters.get(name)
    if kind is None:
        raise CannotEdit(f"There is no format called “{name}”.")
    node = plain(text)
    for step in path:
        node = node[step]
    if not isinstance(node, dict):
        return acts.put(text, path, name)
    has = schema_of(kind).get("properties", {})
    kept = {key: value for key, value in node.items() if key in has}
    return acts.put(text, path, {"format": name, **kept} if kept else name)
