"""From a picture's vector to how sure we are of each term. Pure numpy, no database.

A raw score is the product of a term's weights and a picture's evidence, both from the encoder.
The same raw score means different things for different terms, so it is set against what the term
scores in the library: z = (raw − μ) / σ. Raw scores are linear in the evidence, so with the
evidence's mean m and covariance C the moments are exact: μ = w·m and σ² = w·C·w. A logistic
function of both is the confidence, until reviewers' decisions have calibrated better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from processing.encoders.base import Encoder, Matrix, Prior, TermTexts
from search.vocabulary import TermEntry

Floats = NDArray[np.float64]

DROP, PER_FACET = 0.35, 5
#: Where a library has shown no difference at all, a term still varies by this much.
LEAST_SIGMA = 1e-3


@dataclass(frozen=True)
class LibraryMoments:
    """Count, mean (k,) and scatter (k, k; sum of outer products about the mean) of evidence."""

    count: int
    mean: Floats
    scatter: Floats

    @classmethod
    def of(cls, evidence: NDArray[np.floating]) -> LibraryMoments:
        """Moments of a batch (n, k); n may be 0."""
        rows = np.asarray(evidence, dtype=np.float64)
        if not len(rows):
            return cls(0, np.zeros(rows.shape[1]), np.zeros((rows.shape[1],) * 2))
        loose = rows - rows.mean(axis=0)
        return cls(len(rows), rows.mean(axis=0), loose.T @ loose)

    def merged(self, other: LibraryMoments) -> LibraryMoments:
        """Moments of both together (Chan, Golub and LeVeque 1979)."""
        count = self.count + other.count
        if not count:
            return self
        apart = other.mean - self.mean
        between = np.outer(apart, apart) * (self.count * other.count / count)
        mean = self.mean + apart * (other.count / count)
        return LibraryMoments(count, mean, self.scatter + other.scatter + between)

    def updated(self, evidence: NDArray[np.floating]) -> LibraryMoments:
        """Moments with a further batch (n, k)."""
        return self.merged(LibraryMoments.of(evidence))

    def shrunk(self, prior: Prior) -> tuple[Floats, Floats]:
        """Mean (k,) and covariance (k, k), the prior counting as ``prior.strength`` pictures."""
        own = self.count / (self.count + prior.strength)
        within = self.scatter / max(self.count, 1)
        apart = self.mean - prior.mean
        covariance = own * within + (1 - own) * prior.covariance
        covariance = covariance + own * (1 - own) * np.outer(apart, apart)
        return own * self.mean + (1 - own) * prior.mean, covariance


@dataclass(frozen=True)
class Logistic:
    """confidence = σ(bias + facet + raw_odds · logit(raw) + surprise · log(1 + max(z, 0)))."""

    bias: float
    raw_odds: float
    surprise: float
    facets: Mapping[str, float] = field(default_factory=dict)


# Cold-start constants, by the first word of an encoder's key.
#
# Concepts: fitted with `python -m tests.bench.bench_tagging` on 300 labelled photographs and 80
# captioned ones, each under three libraries. The surprise is held at 0.3: left free it came out at
# −0.2, within noise, because this encoder's raw scores are probabilities already; 0.3 costs a
# point of precision and keeps down a term that fires on everything in a library.
#
# Cosines: not fitted (no trained weights could be had), chosen so that of 600 terms of normally
# distributed scores one is suggested in fifteen pictures by chance, and one accepted in 10⁵.
COLD_START = {
    "concepts": Logistic(
        1.25,
        1.317,
        0.3,
        {"object": 0.334, "animal": 0.626, "food": -0.369, "scene": -0.406, "activity": -0.185},
    ),
    "cosines": Logistic(-10.2, 0.0, 6.2),
}


@dataclass(frozen=True)
class ModelState:
    """All that judging needs: the terms' weights and what they score in this library."""

    encoder: Encoder
    facets: tuple[str, ...]
    weights: Matrix
    mean: Floats
    sigma: Floats
    logistic: Logistic


@dataclass(frozen=True)
class TermScore:
    """What one term got: its index in the vocabulary given, raw score, z, confidence 0 to 1."""

    term_index: int
    raw: float
    z: float
    confidence: float


def term_texts(entries: Sequence[TermEntry]) -> list[TermTexts]:
    """Vocabulary entries, parents first, as encoders take them.

    A parent that is not among the entries (of a facet left out, say) is forgotten.
    """
    places: dict[str, int] = {}
    found = []
    for at, entry in enumerate(entries):
        parent = places.get(entry.parent) if entry.parent else None
        found.append(TermTexts(tuple(entry.texts()), entry.facet, parent))
        places[entry.name] = at
    return found


def model_state(
    encoder: Encoder,
    terms: Sequence[TermTexts],
    moments: tuple[Floats, Floats],
    weights: Matrix | None = None,
) -> ModelState:
    """Get ready to judge. ``moments`` are of the evidence, as :meth:`LibraryMoments.shrunk` says.

    Pass ``weights`` where they were kept: they depend on the encoder and the terms only.
    """
    if weights is None:
        weights = encoder.term_weights(terms)
    mean, covariance = moments
    variance = np.einsum("tk,tk->t", weights @ covariance, weights)
    return ModelState(
        encoder=encoder,
        facets=tuple(term.facet for term in terms),
        weights=weights,
        mean=weights @ mean,
        sigma=np.sqrt(np.maximum(variance, LEAST_SIGMA**2)),
        logistic=cold_start(encoder.key),
    )


def cold_start(key: str) -> Logistic:
    """The constants that an encoder starts with."""
    return COLD_START.get(key.split("-")[0].split(":")[0], COLD_START["cosines"])


def scores(vectors: NDArray[np.floating], state: ModelState) -> tuple[Floats, Floats, Floats]:
    """Raw scores, z and confidences of pictures (n, d), each of shape (n, terms).

    A term of a facet that the encoder cannot judge gets confidence 0.
    """
    evidence = state.encoder.evidence(np.asarray(vectors, dtype=np.float32))
    raw = evidence.astype(np.float64) @ state.weights.T
    z = (raw - state.mean) / state.sigma
    sure = confidence(z, raw, state.facets, state.logistic)
    return raw, z, sure * np.isin(state.facets, list(state.encoder.facets))


def confidence(
    z: NDArray[np.floating],
    raw: NDArray[np.floating],
    facets: Sequence[str],
    logistic: Logistic,
) -> Floats:
    """How likely each term (last axis) is right, 0 to 1; see :class:`Logistic`."""
    facet = np.array([logistic.facets.get(name, 0.0) for name in facets])
    odds = logistic.bias + facet + logistic.surprise * np.log1p(np.maximum(z, 0.0))
    if logistic.raw_odds:
        chance = np.clip(raw, 1e-3, 1.0 - 1e-3)
        odds = odds + logistic.raw_odds * np.log(chance / (1.0 - chance))
    return 1.0 / (1.0 + np.exp(-odds))


def judge(
    embedding: NDArray[np.floating],
    state: ModelState,
    drop: float = DROP,
    per_facet: int = PER_FACET,
) -> list[TermScore]:
    """The terms of one picture (d,), surest first.

    None below ``drop``, and of each facet at most ``per_facet``.
    """
    raw, z, sure = (row[0] for row in scores(np.reshape(embedding, (1, -1)), state))
    left = dict.fromkeys(state.facets, per_facet)
    chosen = []
    for at in np.argsort(-sure, kind="stable"):
        if sure[at] < drop:
            break
        if left[state.facets[at]] > 0:
            left[state.facets[at]] -= 1
            chosen.append(TermScore(int(at), float(raw[at]), float(z[at]), float(sure[at])))
    return chosen
