"""How right the concept encoder's tags are on labelled and captioned photographs.

    LOUPE_CORPORA=… python -m tests.bench.bench_tagging [--fit]

Prints precision, recall and tags per picture at several confidences; with ``--fit`` also the
constants of the cold-start logistic, fitted on all of it, and what they do on the half of the
photographs that a fit on the other half has not seen. Recall counts every term that could be said,
"mammal" and "vehicle" included. Truths by caption are what people happened to mention, so that
precision there is a lower bound.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from processing import weights
from processing.encoders import DEFAULT_KEY, load
from search.scoring import LibraryMoments, Logistic, cold_start, confidence, model_state, scores
from search.scoring import term_texts as texts_of
from search.vocabulary import TermEntry
from search.vocabulary import load as load_vocabulary
from tests.bench import corpora

LEVELS = (0.9, 0.8, 0.7, 0.5, 0.35)
SURPRISE = 0.3
RIDGE = 2.0


@dataclass(frozen=True)
class Scored:
    """Pictures judged under one library: raw scores, z, truth, and what counts."""

    name: str
    raw: NDArray
    z: NDArray
    truth: corpora.Truth

    def half(self, rows: NDArray) -> Scored:
        """Only these pictures."""
        truth = corpora.Truth(self.truth.right[rows], self.truth.counted[rows])
        return Scored(self.name, self.raw[rows], self.z[rows], truth)


def score_all(place: Path, models_dir: Path) -> tuple[list[Scored], list[TermEntry]]:
    """Judge both sets, each under the prior alone and under itself as the library."""
    weights.ensure(DEFAULT_KEY, models_dir)
    encoder = load(DEFAULT_KEY, models_dir)
    terms = [term for term in load_vocabulary() if term.facet in encoder.facets]
    table, texts = corpora.TruthTable(terms), texts_of(terms)
    files = corpora.captioned(place)
    told = dict.fromkeys((path.name for path in files), "")
    for caption, name in corpora.captions(place):
        told[name] += " " + caption.lower()
    labelled = corpora.labelled(place)
    sets = {
        "captioned": (files, table.of_captions(list(told.values()))),
        "labelled": ([path for path, _ in labelled], table.of_classes([c for _, c in labelled])),
    }
    term_weights = encoder.term_weights(texts)
    found = []
    for name, (paths, truth) in sets.items():
        seen = encoder.encode_images([corpora.upright(path) for path in paths])
        # As they come back from the database: halves.
        vectors = np.stack([one.vector for one in seen]).astype(np.float16).astype(np.float32)
        own = LibraryMoments.of(encoder.evidence(vectors))
        for library, moments in (("empty", LibraryMoments.of(own.mean[None][:0])), ("own", own)):
            state = model_state(encoder, texts, moments.shrunk(encoder.prior()), term_weights)
            raw, z, _ = scores(vectors, state)
            found.append(Scored(f"{name}, {library} library", raw, z, truth))
    return found, terms


def report(scored: list[Scored], facets: list[str], logistic: Logistic) -> None:
    """Print the table."""
    for one in scored:
        sure = confidence(one.z, one.raw, facets, logistic)
        cells = []
        for level in LEVELS:
            said = (sure >= level) & one.truth.counted
            right = (said & one.truth.right).sum()
            cells.append(
                f"≥{level:.2f}: P {right / max(said.sum(), 1):.3f}"
                f" R {right / one.truth.right.sum():.3f} n {said.sum() / len(sure):.2f}"
            )
        print(f"{one.name:26}", " | ".join(cells))


def fit(scored: list[Scored], facets: list[str]) -> Logistic:
    """The logistic of least loss with the surprise held, facets drawn towards their mean."""
    names = sorted(set(facets))
    rows, right = [], []
    for one in scored:
        counted = one.truth.counted & (one.raw > 0.01)
        which = np.broadcast_to([names.index(facet) for facet in facets], one.raw.shape)[counted]
        chance = np.clip(one.raw[counted], 1e-3, 1 - 1e-3)
        odds, surprise = np.log(chance / (1 - chance)), np.log1p(np.maximum(one.z[counted], 0))
        rows.append(np.column_stack([odds, SURPRISE * surprise, np.eye(len(names))[which]]))
        right.append(np.where(one.truth.right[counted], 1.0, -1.0))
    table, sign = np.concatenate(rows), np.concatenate(right)

    def loss(free: NDArray) -> float:
        margin = free[0] + table[:, 0] * free[1] + table[:, 1] + table[:, 2:] @ free[2:]
        penalty = RIDGE * float((free[2:] ** 2).sum()) / 2
        return float(np.logaddexp(0, -sign * margin).sum()) / 2 + penalty

    best = minimize(loss, np.zeros(2 + len(names)), method="L-BFGS-B").x
    offsets = {name: round(float(value), 3) for name, value in zip(names, best[2:], strict=True)}
    return Logistic(round(float(best[0]), 3), round(float(best[1]), 3), SURPRISE, offsets)


def main() -> int:
    """Print what the module says."""
    place = corpora.root()
    if place is None:
        print(f"{corpora.SETTING} is not set: nothing to measure on")
        return 0
    scored, terms = score_all(place, corpora.models_dir())
    facets = [term.facet for term in terms]
    report(scored, facets, cold_start(DEFAULT_KEY))
    if "--fit" in sys.argv:
        chosen = [np.random.default_rng(3).permutation(len(one.raw)) for one in scored[::2]]
        halves = [rows for rows in chosen for _ in range(2)]
        seen = [one.half(r[: len(r) // 2]) for one, r in zip(scored, halves, strict=True)]
        unseen = [one.half(r[len(r) // 2 :]) for one, r in zip(scored, halves, strict=True)]
        print("\nfitted on one half, on the other:")
        report(unseen, facets, fit(seen, facets))
        print("\nfitted on all:", fit(scored, facets))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
