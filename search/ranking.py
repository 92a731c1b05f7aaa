"""The answer to a query: by meaning and by word in one order, or newest first where no text is.

Both kinds of evidence are put on one scale and added: how far a picture's meaning stands out
(search/meaning.py) and the share of the text's words that it has (search/words.py). The sum is a
log-odds, so that the score is between 0 and 1 and a weak match looks weak. It depends on the asset
alone, not on what else was found. docs/decisions/0009-ranking.md compares it with reciprocal rank
fusion (Cormack, Clarke and Büttcher 2009).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet
from numpy.typing import NDArray

from dam.models import Asset, User
from processing.encoders import EncoderError
from processing.weights import WeightsError
from search import nearest, words
from search.active import active
from search.cursor import BadCursor, open_cursor, seal
from search.evidence import Ranked
from search.filters import is_part, narrowed
from search.language import Query
from search.meaning import Likeness, text_vector
from search.models import EmbeddingModel
from search.named import judged, named_terms
from search.reasons import reasons
from search.timing import Clock, clock

__all__ = ["BadCursor", "Hit", "Page", "good_matches", "in_order", "search"]

# Log-odds of a match: even at EVEN standard deviations, e times as likely for each SCALE more;
# having every word of the text is worth WORDS. Fitted to captions and their photographs.
EVEN, SCALE, WORDS = 4.5, 1.0, 6.0
WEAK = 0.2  # below this score a match is shown as a weak one
DEPTHS = (120, 1_000)  # how far down results are ranked: at first, and at most
WORD_CANDIDATES = 300
COUNT_TO = 10_000
SHOWN = ("current_version", "brand", "owner")  # what a grid shows of an asset


@dataclass(slots=True)
class Hit:
    """One asset of an answer. `why` holds reasons in plain words, the strongest first."""

    asset: Asset
    score: float | None  # 0 to 1; None where nothing was ranked
    why: list[str] = field(default_factory=list)
    weak: bool = False


@dataclass(slots=True)
class Page:
    """A page of an answer. `total` is exact unless `total_is_least`; None for ranked answers."""

    hits: list[Hit]
    next_cursor: str | None
    total: int | None = None
    total_is_least: bool = False
    problems: list[str] = field(default_factory=list)
    took_ms: float = 0.0
    db_ms: float = 0.0


def search(query: Query, user: User | None, *, limit: int, cursor: str | None = None) -> Page:
    """Answer a query for a person (`None`: for the system, which may find everything).

    Raises ValueError for a limit below 1, BadCursor for a cursor of another query.
    """
    if limit < 1:
        raise ValueError("The limit must be at least 1.")
    with clock() as ticking:
        place = open_cursor(cursor, query)
        assets, problems = narrowed(query, user)
        if query.meant:
            page = _ranked_page(_ask(query, user), query, assets, limit, place)
        else:
            page = _newest_page(query, assets, limit, place)
        page.problems[:0] = problems
    return _timed(page, ticking)


def _timed(page: Page, ticking: Clock) -> Page:
    page.took_ms, page.db_ms = round(ticking.took_ms, 2), round(ticking.db_ms, 2)
    return page


def _newest_page(query: Query, assets: QuerySet[Asset], limit: int, place: dict) -> Page:
    """A page in the order of arrival, newest first: after the asset that the cursor names."""
    newest = assets.order_by("-pk")
    rest = newest.filter(pk__lt=place["before"]) if "before" in place else newest
    rows = list(rest.select_related(*SHOWN)[: limit + 1])
    more = len(rows) > limit
    total = newest.order_by()[: COUNT_TO + 1].count()
    return Page(
        [Hit(asset, None) for asset in rows[:limit]],
        seal(query, {"before": rows[limit - 1].pk}) if more else None,
        min(total, COUNT_TO),
        total > COUNT_TO,
    )


def _ranked_page(
    asked: "Asked", query: Query, assets: QuerySet[Asset], limit: int, place: dict
) -> Page:
    """A page of the ranked order: from the rank that the cursor names."""
    start = place.get("rank", 0)
    order: list[Ranked] = []
    for depth in DEPTHS:
        deeper = _rank(asked, assets, depth)
        # What was ranked at the lesser depth keeps its place, so that pages fit together.
        known = {one.asset for one in order}
        order += [one for one in deeper if one.asset not in known]
        if len(order) > start + limit or len(deeper) < depth:
            break
    more = len(order) > start + limit
    return Page(
        _hits(asked, order[start : start + limit]),
        seal(query, {"rank": start + limit}) if more else None,
        problems=asked.problems,
    )


def good_matches(query: Query, user: User | None, assets: QuerySet[Asset]) -> list[int]:
    """Return those of `assets` (ids) that match a query's text well, the best first."""
    ranked = _rank(_ask(query, user), assets, DEPTHS[0])
    return [one.asset for one in ranked if one.score >= WEAK]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query's text made ready: stems, terms, and its vector where the model can be had."""

    stems: tuple[str, ...]
    narrow: bool
    terms: list[int] = field(default_factory=list)  # that the text names
    model: EmbeddingModel | None = None
    vector: NDArray | None = None
    likeness: Likeness | None = None
    problems: list[str] = field(default_factory=list)


def _ask(query: Query, user: User | None) -> Asked:
    stems = words.lexemes(query.meant)
    narrow = bool(query.filters or query.phrases or query.without) or is_part(user)
    terms = named_terms(stems)
    try:
        model = active()
        vector = text_vector(model, query.meant)
    except (EncoderError, WeightsError) as problem:
        sentence = f"Only words were searched, not their meaning: {problem}"
        return Asked(stems, narrow, terms, problems=[sentence])
    return Asked(stems, narrow, terms, model, vector, Likeness.of(model, vector, "text"))


def _rank(asked: Asked, assets: QuerySet[Asset], depth: int) -> list[Ranked]:
    """Put the best `depth` assets by meaning, and those found by word, in one order."""
    by_word = words.candidates(assets, asked.stems, min(depth, WORD_CANDIDATES))
    cosines = _cosines(asked, assets, by_word, depth)
    found = list({*cosines, *by_word})
    worth = words.scores(found, asked.stems)
    tagged = judged(found, asked.terms)
    ranked = [
        _judged(_weigh(asked, pk, cosines.get(pk), worth.get(pk, 0.0)), tagged) for pk in found
    ]
    return sorted(ranked, key=lambda one: (-one.odds, -one.asset))


def _cosines(
    asked: Asked, assets: QuerySet[Asset], by_word: list[int], depth: int
) -> dict[int, float]:
    """Return the cosines of the nearest assets and of those that were found by word."""
    if asked.model is None or asked.vector is None:
        return {}
    near = dict(nearest.nearest(asked.model, asked.vector, assets, depth, narrow=asked.narrow))
    missing = [pk for pk in by_word if pk not in near]
    if missing:
        near |= nearest.cosines(asked.model, asked.vector, missing)
    return near


def _weigh(asked: Asked, asset: int, cosine: float | None, worth: float) -> Ranked:
    """Add up what speaks for an asset. Without an embedding it counts as an average picture."""
    known = asked.likeness is not None and cosine is not None
    out = asked.likeness.stands_out(cosine) if known else 0.0  # type: ignore[union-attr, arg-type]
    return Ranked(asset, (out - EVEN) / SCALE + WORDS * worth, out, worth)


def _judged(one: Ranked, tagged: Mapping[int, tuple[float, str]]) -> Ranked:
    """Let a tag for the very term that was asked for have the last word."""
    if one.asset not in tagged:
        return one
    odds, why = tagged[one.asset]
    held = min(one.odds, odds) if odds < 0 and not why else max(one.odds, odds)
    return replace(one, odds=held, tag=why)


def _hits(asked: Asked, chosen: list[Ranked]) -> list[Hit]:
    assets = in_order([one.asset for one in chosen])
    places = {one.asset: one for one in chosen}
    why = reasons(assets, asked.stems, asked.model, places)
    scores = {one.asset: one.score for one in chosen}
    return [
        Hit(asset, round(scores[asset.pk], 4), why[asset.pk], scores[asset.pk] < WEAK)
        for asset in assets
    ]


def in_order(ids: list[int]) -> list[Asset]:
    """Return assets, joined to what a grid shows, in the order of their ids."""
    rows = Asset.objects.with_current().in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
