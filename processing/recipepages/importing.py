"""Recipes that a person sends as files: all of them are kept, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from dam.models import BrandProfile, User
from dam.views.common import sentences
from processing.recipebook import actions
from processing.recipebook.actions import Saved
from processing.recipes.faults import RecipeError
from processing.recipes.sources import name_of
from processing.recipes.tree import LONGEST

MOST = 100  # files at once


class NotTaken(Exception):
    """Nothing was kept; ``sentences`` say why."""

    def __init__(self, *told: str) -> None:
        self.sentences = told
        super().__init__(" ".join(told))


def take_in(
    files: Sequence[UploadedFile], *, user: User, brand: BrandProfile | None
) -> list[Saved]:
    """Keep the recipes of some files, which may include each other. Raises NotTaken."""
    if not 0 < len(files) <= MOST:
        raise NotTaken(_("Choose from one to %d files that end in .yaml.") % MOST)
    texts: dict[str, str] = {}
    for file in files:
        text, label = _text(file), PurePath(file.name or "").name
        name = _name(text, label)
        if name in texts:
            raise NotTaken(_("Nothing was taken in: two files are called “%s”.") % name)
        texts[name] = text
    note = _("Imported from a file")
    try:
        return actions.import_texts(user=user, texts=texts, brand=brand, note=note)
    except RecipeError as error:
        raise NotTaken(_("Nothing was taken in."), *_told(error)) from error
    except ValidationError as error:
        raise NotTaken(_("Nothing was taken in."), sentences(error)) from error
    except PermissionDenied as error:
        said = _("Nothing was taken in: one of these recipes is not yours to change.")
        raise NotTaken(said) from error


def _text(file: UploadedFile) -> str:
    data = file.read(4 * LONGEST + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTaken(_("“%s” is no text in UTF-8.") % file.name) from error
    if len(text) > LONGEST:
        raise NotTaken(_("“%s” is too long to be a recipe.") % file.name)
    if "\0" in text:
        raise NotTaken(_("“%s” is no text.") % file.name)
    return text


def _name(text: str, label: str) -> str:
    try:
        return name_of(text)
    except RecipeError as error:
        raise NotTaken(*(f"{label}: {one}" for one in _told(error))) from error


def _told(error: RecipeError) -> list[str]:
    return [
        _("Line %(line)s: %(why)s") % {"line": one.line, "why": one.sentence}
        if one.line
        else one.sentence
        for one in error.faults[:5]
    ]
