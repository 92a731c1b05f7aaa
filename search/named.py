"""Queries that name a term: "dogs" asks for what tagging has judged already, with its confidence.

What a picture's tag says of the term is better evidence than the likeness of the word: it was
calibrated, and a person may have confirmed or rejected it.
"""

import math
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from dam.models import Facet, TagAssignment
from search.words import CONFIG

KNOWN_FOR = 60.0  # seconds that a process goes by the vocabulary that it read
MOST = 50_000  # terms that are read: beyond are keywords that few assets have
SUREST = 0.98  # the most that a tag is trusted, and the least is what is left
State = TagAssignment.State

TERMS = """
SELECT id, parent_id, facet = %s,
    tsvector_to_array(to_tsvector(%s::regconfig, search_plain(word)))
FROM (SELECT * FROM dam_term ORDER BY id LIMIT %s) AS term,
    unnest(array_append(synonyms, name)) AS word
"""


@dataclass(frozen=True, slots=True)
class Names:
    """Terms (ids) by what they are called: by all the stems of a name, and by each stem.

    Behind a whole name are the narrower terms too; free keywords are only found by stem.
    """

    whole: dict[frozenset[str], set[int]]
    parts: dict[str, set[int]]


_known: tuple[float, Names] | None = None


def named_terms(stems: Collection[str]) -> list[int]:
    """Return the terms (ids) that have exactly these stems as a name, with all narrower ones."""
    if not stems:
        return []
    return sorted(_names().whole.get(frozenset(stems), set()))


def terms_with(stems: Collection[str]) -> list[int]:
    """Return the terms (ids) of which a name or synonym has any of these stems."""
    parts = _names().parts
    return sorted({term for stem in stems for term in parts.get(stem, ())})


def _names() -> Names:
    global _known
    if _known is None or time.monotonic() - _known[0] > KNOWN_FOR:
        _known = (time.monotonic(), _read())
    return _known[1]


def _read() -> Names:
    with connection.cursor() as cursor:
        cursor.execute(TERMS, [Facet.KEYWORD, CONFIG, MOST])
        rows = cursor.fetchall()
    parents = {pk: parent for pk, parent, _, _ in rows}
    below: dict[int, set[int]] = {pk: set() for pk in parents}
    for pk in parents:
        for above in _upwards(pk, parents):
            below[above].add(pk)
    names = Names({}, {})
    for pk, _, free, stems in rows:
        if stems and not free:
            names.whole.setdefault(frozenset(stems), set()).update(below[pk])
        for stem in stems:
            names.parts.setdefault(stem, set()).add(pk)
    return names


def _upwards(term: int, parents: dict[int, int | None]) -> Iterable[int]:
    """Return a term and every broader one."""
    chain: list[int] = []
    step: int | None = term
    while step is not None and step in parents and step not in chain:
        chain.append(step)
        step = parents[step]
    return chain


def judged(assets: Iterable[int], terms: Collection[int]) -> dict[int, tuple[float, str]]:
    """Return what tags say of some terms on each asset (ids): log-odds, and the reason for people.

    The surest tag of an asset counts. A person's rejection of all of them counts against it.
    """
    if not terms:
        return {}
    rows = TagAssignment.objects.filter(asset__in=list(assets), term__in=list(terms))
    found: dict[int, tuple[float, str]] = {}
    for asset, state, sure, name in rows.values_list("asset", "state", "confidence", "term__name"):
        odds, why = _evidence(state, sure, name)
        if asset not in found or odds > found[asset][0]:
            found[asset] = (odds, why)
    return found


def _evidence(state: str, confidence: float | None, name: str) -> tuple[float, str]:
    if state == State.REJECTED:
        return -_odds(SUREST), ""
    sure = SUREST if confidence is None else confidence
    return _odds(sure), f"suggested tag: {name}" if state == State.SUGGESTED else f"tag: {name}"


def _odds(chance: float) -> float:
    held = min(SUREST, max(1 - SUREST, chance))
    return math.log(held / (1 - held))


def forget() -> None:
    """Drop what was read of the vocabulary."""
    global _known
    _known = None
