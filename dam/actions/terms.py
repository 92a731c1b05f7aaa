"""The vocabulary: terms made and changed by admins."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from dam.actions.common import audited
from dam.models import Term, User
from dam.permissions import require
from dam.signals import vocabulary_changed

FIELDS = {"facet", "name", "parent", "synonyms", "prompts", "active"}


def create_term(*, user: User, **fields: Any) -> Term:
    """Add a term to the vocabulary. Raises ValidationError for what is no term, or taken."""
    require(user, "term.edit")
    return _write(Term(), user, fields)


def change_term(*, term: Term, user: User, **fields: Any) -> Term:
    """Change the named fields of a term. Raises ValidationError as `create_term` does."""
    require(user, "term.edit")
    return _write(term, user, fields)


def _write(term: Term, user: User, fields: dict[str, Any]) -> Term:
    unknown = set(fields) - FIELDS
    if unknown:
        raise ValidationError(f"A term has no such field: {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(term, name, value)
    term.name = " ".join(term.name.split())
    with transaction.atomic(), audited(user):
        _check_no_circle(term)
        term.full_clean()
        term.save()
        vocabulary_changed.send(Term, terms=[term])
    return term


def _check_no_circle(term: Term) -> None:
    """Refuse a parent that is the term itself or lies below it."""
    above, seen = term.parent, set[int]()
    while above is not None and above.pk not in seen:
        if term.pk is not None and above.pk == term.pk:
            raise ValidationError({"parent": ["A term cannot lie below itself."]})
        seen.add(above.pk)
        above = above.parent
