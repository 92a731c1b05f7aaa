"""The vocabulary in the database, and its terms as vectors.

What comes with Loupe is the start; from then on the rows are the truth: an admin's changes,
removals included, are kept and used.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction
from filelock import FileLock
from numpy.typing import NDArray

from dam.models import Term
from processing.encoders import Encoder, unit_rows
from search import vocabulary
from search.vocabulary import TermEntry

MOST_TEXTS = 512  # texts encoded at a time


def sync_terms(entries: Sequence[TermEntry] | None = None) -> int:
    """Add the terms that Loupe brings and that were never here; return how many those are.

    The audit events remember every term that ever was, so that one which was renamed or removed
    does not come back.
    """
    entries = vocabulary.load() if entries is None else entries
    events = Term._meta.apps.get_model("dam", "TermEvent").objects  # type: ignore[attr-defined]
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


def judged_by(encoder: Encoder) -> list[Term]:
    """Return the active terms of the facets that an encoder can judge, in a steady order."""
    return list(Term.objects.filter(active=True, facet__in=encoder.facets).order_by("pk"))


def term_vectors(encoder: Encoder, terms: Sequence[Term]) -> NDArray[np.float32]:
    """Return what terms mean to an encoder, shape (len(terms), d), rows of length 1.

    A term's vector is the mean over its prompts and synonyms. Vectors are kept in a file for each
    encoder, under a digest of what was read: only changed terms are encoded again.
    """
    texts = [texts_of(term) for term in terms]
    digests = [_digest(some) for some in texts]
    kept = _load(_file(encoder))
    if not kept.keys() >= set(digests):
        kept = _complete(encoder, dict(zip(digests, texts, strict=True)))
    if not terms:
        return np.zeros((0, encoder.dimensions), dtype=np.float32)
    return np.stack([kept[digest] for digest in digests])


def texts_of(term: Term) -> list[str]:
    """Return what an encoder reads for a term."""
    entry = TermEntry(name=term.name, facet=term.facet, synonyms=tuple(term.synonyms))
    if term.prompts:
        entry = TermEntry(
            name=term.name,
            facet=term.facet,
            synonyms=tuple(term.synonyms),
            prompts=tuple(term.prompts),
        )
    return entry.texts()


def _complete(encoder: Encoder, wanted: dict[str, list[str]]) -> dict[str, NDArray[np.float32]]:
    """Encode what is missing and rewrite the file; one process does it, the others wait."""
    path = _file(encoder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        kept = {digest: row for digest, row in _load(path).items() if digest in wanted}
        missing = [digest for digest in wanted if digest not in kept]
        kept |= dict(zip(missing, _encode(encoder, [wanted[d] for d in missing]), strict=True))
        draft = path.with_suffix(f".{os.getpid()}.npz")
        np.savez(draft, digests=np.array(list(kept)), rows=np.stack(list(kept.values())))
        draft.replace(path)
    return kept


def _encode(encoder: Encoder, groups: Sequence[list[str]]) -> NDArray[np.float32]:
    """Return the mean vector of each group of texts."""
    loose = [text for group in groups for text in group]
    parts = [
        encoder.encode_texts(loose[at : at + MOST_TEXTS]) for at in range(0, len(loose), MOST_TEXTS)
    ]
    rows = np.concatenate(parts)
    ends = np.cumsum([len(group) for group in groups])
    return unit_rows(np.stack([part.mean(axis=0) for part in np.split(rows, ends[:-1])]))


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


def _file(encoder: Encoder) -> Path:
    name = hashlib.sha256(encoder.key.encode()).hexdigest()[:16]
    return Path(settings.LOUPE_HOME) / "cache" / f"terms-{name}.npz"


def _load(path: Path) -> dict[str, NDArray[np.float32]]:
    if not path.exists():
        return {}
    with np.load(path) as kept:
        return dict(zip(kept["digests"].tolist(), kept["rows"], strict=True))
