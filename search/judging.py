"""What the active model says of versions with the vocabulary: suggested and accepted tags."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray

from dam.actions.tags import Judgement, record_judgements
from dam.models import BrandProfileVersion, TagAssignment, Version
from search import scoring, vectors
from search.active import encoder_of
from search.models import EmbeddingModel
from search.moments import taken
from search.terms import Vocabulary, term_weights, vocabulary_for

State, Source = TagAssignment.State, TagAssignment.Source
MOVED = 0.02  # a confidence that moved by less than this is not worth writing again


@dataclass(frozen=True, slots=True)
class Judge:
    """A model with the vocabulary that it judges, ready to judge."""

    model: EmbeddingModel
    vocabulary: Vocabulary
    state: scoring.ModelState


_judges: dict[tuple[int, int, str], Judge] = {}


def judge_of(model: EmbeddingModel) -> Judge:
    """Return the judge of a model as the vocabulary and the library's moments are now."""
    encoder = encoder_of(model)
    vocabulary = vocabulary_for(encoder)
    place = (model.pk, model.moments_count, vocabulary.digest)
    if place not in _judges:
        state = scoring.model_state(
            encoder,
            vocabulary.texts,
            taken(model).evidence.shrunk(encoder.prior()),
            term_weights(encoder, vocabulary),
        )
        _judges.clear()
        _judges[place] = Judge(model, vocabulary, state)
    return _judges[place]


def judge(model: EmbeddingModel, versions: Iterable[Version]) -> list[int]:
    """Judge versions that have embeddings; return the ids of those whose tags changed.

    What is written is what the bands of the asset's brand let through. What a person decided stays.
    """
    rows = {version.pk: version for version in versions}
    ids, raw = vectors.read(model, versions=list(rows))
    if not ids:
        return []
    judging = judge_of(model)
    known = _known(version.asset_id for version in rows.values())
    bands = _bands(version.asset.brand_id for version in rows.values())
    changed = []
    for pk, vector in zip(ids, raw, strict=True):
        version = rows[pk]
        said = _said(judging, vector, bands[version.asset.brand_id])
        before = known.get(version.asset_id, {})
        if _same(before, said):
            continue
        record_judgements(version=version, model=model.key, judgements=said)
        if _states(before) != {one.term_id: one.state for one in said}:
            changed.append(pk)
    return changed


def _said(judging: Judge, vector: NDArray, rules: BrandProfileVersion) -> list[Judgement]:
    """Return what is said of one picture that is not below the brand's band."""
    return [
        Judgement(
            judging.vocabulary.ids[one.term_index],
            round(one.raw, 5),
            round(one.confidence, 4),
            State.ACCEPTED if one.confidence >= rules.auto_accept else State.SUGGESTED,
        )
        for one in scoring.judge(vector, judging.state, drop=rules.drop)
    ]


Before = dict[int, tuple[str, float, str]]  # {term: (state, confidence, model)}


def _known(assets: Iterable[int]) -> dict[int, Before]:
    """Return what machines said before of each asset and no person decided."""
    rows = TagAssignment.objects.filter(
        asset__in=list(assets), source=Source.MODEL, decided_by=None
    ).values_list("asset", "term", "state", "confidence", "model")
    found: dict[int, Before] = {}
    for asset, term, state, confidence, model in rows:
        found.setdefault(asset, {})[term] = (state, confidence or 0.0, model)
    return found


def _states(before: Before) -> dict[int, str]:
    return {term: state for term, (state, _, _) in before.items()}


def _same(before: Before, said: Sequence[Judgement]) -> bool:
    """Say whether nothing that matters would change."""
    if _states(before) != {one.term_id: one.state for one in said}:
        return False
    return all(math.isclose(before[o.term_id][1], o.confidence, abs_tol=MOVED) for o in said)


def _bands(brands: Iterable[int]) -> dict[int, BrandProfileVersion]:
    """Return the rules in force of some brands (ids)."""
    newest = BrandProfileVersion.objects.filter(brand__in=set(brands))
    rows = newest.order_by("brand_id", "-number").distinct("brand_id")
    return {rules.brand_id: rules for rules in rows}


def judged_versions(model: EmbeddingModel) -> QuerySet[Version]:
    """Return the versions whose tags are this model's to say: each asset's newest, if usable."""
    newer = Version.objects.filter(asset=OuterRef("asset"), number__gt=OuterRef("number"))
    usable = [Version.State.PROCESSING, Version.State.IN_REVIEW, Version.State.APPROVED]
    rows = Version.objects.filter(
        ~Exists(newer), embeddings__model=model.pk, state__in=usable, asset__deleted_at=None
    )
    return rows.select_related("asset")


def forget() -> None:
    """Drop the judge that this process keeps."""
    _judges.clear()
