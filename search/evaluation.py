"""How well search finds what captions describe: recall at k over a file of queries.

The file has one JSON object a line: `{"query": text, "relevant": [file name, …]}`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.language import Query
from search.ranking import search

CUTS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Question:
    """A text, and the file names of the assets that answer it."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """What came of a file of questions.

    `recall` has, by cut, the share of questions with a relevant asset among that many first;
    `reciprocal_rank` is the mean of one over the place of the first relevant one, 0 where it is
    beyond the last cut.
    """

    questions: int
    recall: dict[int, float]
    reciprocal_rank: float


def read_questions(path: Path) -> list[Question]:
    """Read a file of questions. Raises ValueError naming the line that is not as it should be."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append(Question(row["query"], frozenset(row["relevant"])))
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from error
    return found


def evaluate(questions: Iterable[Question], cuts: Sequence[int] = CUTS) -> Quality:
    """Ask every question of the library, as the system, and count."""
    ranks = [_rank(question, max(cuts)) for question in questions]
    count = max(1, len(ranks))
    return Quality(
        len(ranks),
        {cut: sum(rank is not None and rank <= cut for rank in ranks) / count for cut in cuts},
        sum(1 / rank for rank in ranks if rank is not None) / count,
    )


def _rank(question: Question, depth: int) -> int | None:
    """Return the place of the first relevant asset, from 1, or None."""
    # A caption is a text, whatever signs are in it.
    page = search(Query(question.text), None, limit=depth)
    for place, hit in enumerate(page.hits, 1):
        version = hit.asset.current_version
        if version is not None and version.file_name in question.relevant:
            return place
    return None
