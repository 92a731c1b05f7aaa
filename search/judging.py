"""What the active model says of versions with the vocabulary: suggested and accepted tags."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from numpy.typing import NDArray

from dam.actions.tags import Judgement, record_judgements
from dam.models import BrandProfileVersion, TagAssignment, Term, Version
from search import vectors
from search.active import encoder_of
from search.models import EmbeddingModel
from search.moments import background, searchable
from search.terms import judged_by, term_vectors

State, Source = TagAssignment.State, TagAssignment.Source
MOVED = 0.02  # a confidence that moved by less than this is not worth writing again
EVEN, SCALE = 5.0, 1.0  # standard deviations at which a term is as likely as not; and by e


@dataclass(frozen=True, slots=True)
class Panel:
    """The terms that a model judges, as vectors, and what their cosines are like in the library."""

    model: EmbeddingModel
    terms: list[Term]
    rows: NDArray[np.float32]
    means: NDArray[np.float64]
    spreads: NDArray[np.float64]

    @classmethod
    def of(cls, model: EmbeddingModel) -> "Panel":
        """Gather the panel of a model as the vocabulary and the library are now."""
        encoder = encoder_of(model)
        terms = judged_by(encoder)
        rows = term_vectors(encoder, terms)
        mean, covariance = background(model)
        variances = np.einsum("td,td->t", rows @ covariance, rows)
        return cls(model, terms, rows, rows @ mean, np.sqrt(np.maximum(variances, 1e-6)))

    def judge(self, raw: NDArray[np.floating]) -> tuple[NDArray, NDArray]:
        """Return cosines and confidences of raw vectors (n, d), each of shape (n, terms)."""
        cosines = searchable(self.model, raw) @ self.rows.T
        odds = ((cosines - self.means) / self.spreads - EVEN) / SCALE
        return cosines, 1.0 / (1.0 + np.exp(-np.clip(odds, -50, 50)))


def judge(panel: Panel, versions: Iterable[Version]) -> list[int]:
    """Judge versions that have embeddings; return the ids of those whose tags changed.

    What is written is what the bands of the asset's brand let through. What a person decided stays.
    """
    rows = {version.pk: version for version in versions}
    ids, raw = vectors.read(panel.model, versions=list(rows))
    if not ids:
        return []
    cosines, confidences = panel.judge(raw)
    known = _known(version.asset_id for version in rows.values())
    bands = _bands(version.asset.brand_id for version in rows.values())
    changed = []
    for at, pk in enumerate(ids):
        version = rows[pk]
        rules = bands[version.asset.brand_id]
        said = _through(panel, cosines[at], confidences[at], rules)
        before = known.get(version.asset_id, {})
        if _same(before, said):
            continue
        record_judgements(version=version, model=panel.model.key, judgements=said)
        if {term: state for term, (state, _) in before.items()} != {
            one.term_id: one.state for one in said
        }:
            changed.append(pk)
    return changed


def _through(
    panel: Panel, cosines: NDArray, confidences: NDArray, rules: BrandProfileVersion
) -> list[Judgement]:
    """Return the judgements that are not below the brand's band."""
    return [
        Judgement(
            panel.terms[at].pk,
            round(float(cosines[at]), 5),
            round(float(confidences[at]), 4),
            State.ACCEPTED if confidences[at] >= rules.auto_accept else State.SUGGESTED,
        )
        for at in np.flatnonzero(confidences >= rules.drop)
    ]


def _known(assets: Iterable[int]) -> dict[int, dict[int, tuple[str, float]]]:
    """Return what machines said before: {asset: {term: (state, confidence)}}, undecided ones."""
    rows = TagAssignment.objects.filter(
        asset__in=list(assets), source=Source.MODEL, decided_by=None
    ).values_list("asset", "term", "state", "confidence")
    found: dict[int, dict[int, tuple[str, float]]] = {}
    for asset, term, state, confidence in rows:
        found.setdefault(asset, {})[term] = (state, confidence or 0.0)
    return found


def _same(before: dict[int, tuple[str, float]], said: Sequence[Judgement]) -> bool:
    if len(before) != len(said):
        return False
    for one in said:
        state, confidence = before.get(one.term_id, ("", math.inf))
        if state != one.state or abs(confidence - one.confidence) > MOVED:
            return False
    return True


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
