"""The vocabulary in the database, and what its terms mean to an encoder.

What comes with Loupe is the start; from then on the rows are the truth: an admin's changes,
removals included, are kept and used.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction
from filelock import FileLock
from numpy.typing import NDArray

from dam.models import Term
from processing.encoders import Encoder
from processing.encoders.base import TermTexts
from search import vocabulary
from search.vocabulary import TermEntry


def sync_terms(entries: Sequence[TermEntry] | None = None) -> int:
    """Add the terms that Loupe brings and that were never here; return how many those are.

    The audit events remember every term that ever was, so that one which was renamed or removed
    does not come back.
    """
    entries = vocabulary.load() if entries is None else entries
    events = Term._meta.apps.get_model("dam", "TermEvent").objects
    with transaction.atomic():
        known = set(events.values_list("facet", "name").distinct())
        known |= set(Term.objects.values_list("facet", "name"))
        added = [entry for entry in entries if (entry.facet, entry.name) not in known]
        Term.objects.bulk_create(
            Term(
                facet=entry.facet,
                name=entry.name,
                synonyms=list(entry.synonyms),
                prompts=list(entry.prompts),
            )
            for entry in added
        )
        _place(added)
    return len(added)


def _place(added: Sequence[TermEntry]) -> None:
    """Put new terms below their broader ones."""
    ids = {(facet, name): pk for facet, name, pk in Term.objects.values_list("facet", "name", "pk")}
    children = []
    for entry in added:
        parent = ids.get((entry.facet, entry.parent)) if entry.parent else None
        if parent is not None:
            children.append(Term(pk=ids[entry.facet, entry.name], parent_id=parent))
    Term.objects.bulk_update(children, ["parent"], batch_size=500)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that an encoder judges, broader ones first; `digest` is of all that it reads."""

    ids: tuple[int, ...]
    texts: tuple[TermTexts, ...]
    digest: str


def vocabulary_for(encoder: Encoder) -> Vocabulary:
    """Return the active terms of the facets that an encoder can judge."""
    rows = Term.objects.filter(active=True, facet__in=encoder.facets).order_by("pk")
    terms = {term.pk: term for term in rows}
    order: dict[int, int] = {}  # term to its place
    for term in terms.values():
        _put(term, terms, order)
    texts = []
    for pk in order:
        term = terms[pk]
        parent = order.get(term.parent_id) if term.parent_id else None
        texts.append(TermTexts(tuple(_texts(term)), term.facet, parent))
    digest = hashlib.sha256(json.dumps([asdict(one) for one in texts]).encode()).hexdigest()
    return Vocabulary(tuple(order), tuple(texts), digest[:32])


def _put(term: Term, terms: Mapping[int, Term], order: dict[int, int]) -> None:
    """Give a term its place, after the broader ones."""
    chain: list[Term] = []
    step: Term | None = term
    # A circle, which the admin's form refuses, would end where it began.
    while step is not None and step.pk not in order and step not in chain:
        chain.append(step)
        step = terms.get(step.parent_id) if step.parent_id else None
    for one in reversed(chain):
        order[one.pk] = len(order)


def _texts(term: Term) -> list[str]:
    entry = TermEntry(name=term.name, facet=term.facet, synonyms=tuple(term.synonyms))
    return (replace(entry, prompts=tuple(term.prompts)) if term.prompts else entry).texts()


def term_weights(encoder: Encoder, vocabulary: Vocabulary) -> NDArray[np.float32]:
    """Return an encoder's weights of the vocabulary's terms, shape (terms, k).

    Reading every prompt takes seconds, so they are kept in a file, under the vocabulary's digest;
    one process makes it while the others wait.
    """
    name = hashlib.sha256(encoder.key.encode()).hexdigest()[:16]
    folder = Path(settings.LOUPE_HOME) / "cache" / "terms"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{vocabulary.digest}.npy"
    with FileLock(folder / f"{name}.lock"):
        if not path.exists():
            for stale in folder.glob(f"{name}-*.npy"):
                stale.unlink()
            draft = folder / f"{name}.{os.getpid()}.npy"
            np.save(draft, encoder.term_weights(vocabulary.texts))
            draft.replace(path)
        return np.load(path)
