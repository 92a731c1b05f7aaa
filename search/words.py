"""Search by word: PostgreSQL's full text over `SearchDocument`, and how much a match says.

A document's score for a text is the share of the text's words that it has, each word weighing by
its rarity (inverse document frequency: Spärck Jones 1972) and by where it stands.
"""

import math
import re
import time
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet

from dam.models import Asset
from search.models import SearchDocument

CONFIG = "english"
# What a word is worth in the title, in tags of people, in file name or text, in those of a machine:
# the latter say again what the meaning says.
PLACES = {"A": 1.0, "B": 1.0, "C": 0.7, "D": 0.1}
ALL = 0.6  # the least score of a document that has every word: "dog" is what a machine's tag says
COMMON = 500  # a word of more documents than this does not bring candidates by itself
COUNT_TO = 5_000  # documents are counted to here: beyond it a word is just common
COUNTED_FOR = 300.0  # seconds that a count is trusted

_APART = re.compile(r"[\]\[_./\\,;:!?(){}\"“”„«»|+&#@*=~<>-]+")
_counts: dict[str, tuple[float, int]] = {}
_stems: dict[str, frozenset[str]] = {}


class StemQuery(SearchQuery):
    """A tsquery of stems, taken as they are: `to_tsquery` would stem them again."""

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template="%(expressions)s::tsquery")


def plain(text: str) -> str:
    """Return text without accents and taken apart into words, as `search_plain` does in SQL."""
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text))
    return _APART.sub(" ", bare).strip()


@lru_cache(maxsize=2048)
def lexemes(text: str) -> tuple[str, ...]:
    """Return the word stems of a text, without those that say nothing ("the", "on")."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector(%s::regconfig, %s))", [CONFIG, plain(text)]
        )
        return tuple(cursor.fetchone()[0])


def stems_of(tokens: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the stems of each of some single words; unknown ones are asked for together."""
    tokens = list(tokens)
    if len(_stems) > 50_000:
        _stems.clear()
    missing = [token for token in tokens if token not in _stems]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT token, tsvector_to_array(to_tsvector(%s::regconfig, token))"
                " FROM unnest(%s::text[]) AS asked(token)",
                [CONFIG, missing],
            )
            _stems.update((token, frozenset(stems)) for token, stems in cursor.fetchall())
    return {token: _stems[token] for token in tokens}


def rarity(words: Iterable[str]) -> dict[str, float]:
    """Return each stem's weight: the logarithm of how many documents there are for each with it.

    0 for a stem that no document has: it cannot tell one asset from another.
    """
    words = list(words)
    counts = _document_counts([*words, ""])
    total = counts.pop("")
    return {word: math.log(1 + total / count) if (count := counts[word]) else 0.0 for word in words}


def candidates(assets: QuerySet[Asset], words: Sequence[str], limit: int) -> list[int]:
    """Return up to `limit` of `assets` (ids) that have every word, or a rare one; best first."""
    counts = _document_counts(words)
    rare = [word for word in words if 0 < counts[word] <= COMMON]
    parts = [_literal(word) for word in rare]
    if words and all(counts.values()):
        parts.append("(" + " & ".join(map(_literal, words)) + ")")
    if not parts:
        return []
    wanted = StemQuery(" | ".join(parts))
    # The newest where there are too many: to order them all by score would take too long.
    newest = assets.filter(document__words=wanted).order_by("-pk")
    return list(newest.values_list("pk", flat=True)[:limit])


def scores(assets: Iterable[int], words: Sequence[str]) -> dict[int, float]:
    """Return the score, 0 to 1, of those assets (ids) that have any of the words (stems)."""
    weights = {word: weight for word, weight in rarity(words).items() if weight}
    if not weights:
        return {}
    whole = sum(weights.values())
    term = "%s * CASE " + "".join(
        f"WHEN words @@ %s::tsquery THEN {worth} " for worth in PLACES.values()
    )
    added = " + ".join([term + "ELSE 0 END"] * len(weights))
    sql = (  # made of constants alone; what was typed is in `values`
        f"SELECT asset_id, greatest({added}, CASE WHEN words @@ %s::tsquery THEN {ALL} END) "  # noqa: S608
        "FROM search_searchdocument WHERE asset_id = ANY(%s) AND words @@ %s::tsquery"
    )
    values: list[Any] = []
    for word, weight in weights.items():
        values += [weight / whole, *(f"{_literal(word)}:{place}" for place in PLACES)]
    values += [" & ".join(map(_literal, words)), list(assets)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, " | ".join(map(_literal, weights))])
        return {asset: float(score) for asset, score in cursor.fetchall()}


def _document_counts(words: Sequence[str]) -> dict[str, int]:
    """Return how many documents have each stem, up to COUNT_TO; "" stands for all documents."""
    now = time.monotonic()
    missing = [w for w in words if w not in _counts or now - _counts[w][0] > COUNTED_FOR]
    for word in missing:
        _counts[word] = (now, _count(word))
    if len(_counts) > 20_000:
        _counts.clear()
        return _document_counts(words)
    return {word: _counts[word][1] for word in words}


def _count(word: str) -> int:
    if not word:
        return SearchDocument.objects.count()
    wanted = StemQuery(_literal(word))
    return SearchDocument.objects.filter(words=wanted)[:COUNT_TO].count()


def _literal(word: str) -> str:
    """Write a stem as tsquery takes it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def forget() -> None:
    """Drop what was counted: for tests, and after bulk changes."""
    _counts.clear()
