"""Whose a picture is and what may be done with it: written by people, or taken from its file."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Case, F, Field, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from dam.actions.common import audited
from dam.actions.library import title_of, write_words
from dam.models import Asset, User, Version
from dam.permissions import require
from dam.plain_text import plain_line, plain_lines

RIGHTS = ("creator", "credit", "copyright_notice", "usage_terms", "rights_url")
WITH_LINES = {"description", "copyright_notice", "usage_terms"}
FROM_FILE = ("title", "description", *RIGHTS)
LONGEST_DESCRIPTION = 4_000


def change_rights(*, asset: Asset, user: User, **rights: str) -> None:
    """Write some of RIGHTS; those that are not named stay as they are.

    Raises ValidationError naming each value that is too long or, as an address, none.
    """
    require(user, "asset.edit", asset)
    cleaned = {name: clean(name, value) for name, value in rights.items()}
    problems = {name: found for name, value in cleaned.items() if (found := _problem(name, value))}
    if problems:
        raise ValidationError(problems)
    with transaction.atomic(), audited(user):
        write_words(asset, cleaned)


def clean(name: str, value: str) -> str:
    """Return a value without control characters, on one line where it has but one."""
    return plain_lines(value) if name in WITH_LINES else plain_line(value)


def most(name: str) -> int:
    """Return how many characters a field holds."""
    return _column(name).max_length or LONGEST_DESCRIPTION


def _column(name: str) -> Field:
    column = Asset._meta.get_field(name)
    assert isinstance(column, Field)  # none of ours is a relation seen from its other side
    return column


def _problem(name: str, value: str) -> str:
    if name not in RIGHTS:
        return _("There is no such field.")
    if len(value) > most(name):
        return _("This is longer than %d characters.") % most(name)
    if name == "rights_url" and value and not is_address(value):
        return _("This is not a web address: it begins with https:// or http://.")
    return ""


def is_address(value: str) -> bool:
    """Whether a value is an address that a page may link to."""
    try:
        URLValidator(schemes=["http", "https"])(value)
        return bool(urlsplit(value).hostname)
    except (ValidationError, ValueError):
        return False


def take_from_file(*, version: Version, said: Mapping[str, str]) -> None:
    """Fill what nobody has written on a version's asset with what its file says (FROM_FILE).

    One conditional statement: what a person writes at the same moment is never overwritten. The
    title is a person's unless it is still the one that was made from the file's name. What a person
    wrote or cleared once (`decided_fields`) is never filled again.
    """
    unwritten = dict.fromkeys(FROM_FILE, "") | {"title": title_of(version.file_name)}
    words = {name: clean(name, said.get(name, ""))[: most(name)] for name in FROM_FILE}
    if not is_address(words["rights_url"]):
        words["rights_url"] = ""
    given = {name: value for name, value in words.items() if value and value != unwritten[name]}
    if not given:
        return
    free = {
        name: Q(**{name: unwritten[name]}) & ~Q(decided_fields__contains=[name]) for name in given
    }
    anything = Q(pk__in=[])
    for condition in free.values():
        anything |= condition
    values = {
        name: Case(
            When(free[name], then=Value(value)),
            default=F(name),
            output_field=_column(name),
        )
        for name, value in given.items()
    }
    with transaction.atomic(), audited(None, "Taken from the file"):
        wanting = Asset.objects.filter(anything, pk=version.asset_id)
        wanting.update(**values, updated_at=timezone.now())
