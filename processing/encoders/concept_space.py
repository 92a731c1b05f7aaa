"""The arithmetic of the concept space: pure numpy, shared by build and run time.

The space has one axis for each of the classifier's 1,000 classes. It starts from ConSE (Norouzi
et al. 2014, "Zero-shot learning by convex combination of semantic embeddings"), where a picture is
the probability-weighted mean of its classes' word vectors; keeping the classes as axes instead
lets the text side be sharpened, which a mean of word vectors cannot be. What was measured is in
docs/decisions/0003-encoders.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from processing.encoders.base import Matrix, TermTexts, unit_rows

#: Probabilities are raised to this power: the long tail tells of the surroundings.
PICTURE_POWER = 0.35
#: Median of the smallest class probability over 380 photographs; see :func:`chances_of`.
SMALLEST = 2.5e-6
#: Positive part of a text's cosine to each class, raised to this power.
TEXT_POWER = 2.5

#: A class is half a case of a term at this cosine; the slope; how fast a rival takes it away.
#: Chosen for the average precision of 188 terms on 300 labelled photographs.
BELONGS_AT, BELONGS_OVER, RIVALRY = 0.55, 0.1, 0.1

# Where an English caption or query falls apart into things, places and doings.
_JOINTS = re.compile(
    r"\b(?:in|on|at|with|of|and|by|next to|near|from|while|holding|sitting|standing"
    r"|is|are|to|for|that)\b|[,;.]"
)


def picture_vectors(logits: NDArray[np.floating]) -> tuple[Matrix, Matrix]:
    """Class logits of one picture's crops (crops, 1000) to its vector and mean probabilities.

    Both have shape (1000,); the vector has unit length and sums to zero.
    """
    chances = softmax(logits).mean(axis=0)
    return spread(chances), chances.astype(np.float32)


def softmax(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    """Rows of logits (n, 1000) to probabilities."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def spread(chances: NDArray[np.floating]) -> Matrix:
    """Probabilities (…, 1000) to picture vectors of unit length.

    What a picture has of every concept alike is taken away: a picture that the classifier can
    make nothing of (a chart, a texture) would otherwise be a little near to every text.
    """
    raised = np.asarray(chances, dtype=np.float64) ** PICTURE_POWER
    return unit_rows(raised - raised.mean(axis=-1, keepdims=True))


def text_vectors(cosines: NDArray[np.floating]) -> Matrix:
    """Cosines of texts to the centred class meanings (n, 1000) to unit-length text vectors."""
    return unit_rows(np.maximum(cosines, 0.0) ** TEXT_POWER)


def chances_of(vectors: NDArray[np.floating]) -> Matrix:
    """Picture vectors (n, 1000) back to the class probabilities they were made of, nearly.

    :func:`spread` loses a shift and a scale. The shift comes back because the smallest of 1,000
    probabilities is always about :data:`SMALLEST`, the scale because they add up to one (found by
    bisection, since the sum grows with it). The median error of the largest is 0.01.
    """
    raised = np.atleast_2d(np.asarray(vectors, dtype=np.float64))
    raised = raised - raised.min(axis=-1, keepdims=True)
    floor, inverse = SMALLEST**PICTURE_POWER, 1.0 / PICTURE_POWER
    low, high = np.zeros((len(raised), 1)), np.full((len(raised), 1), 1e3)
    for _ in range(40):
        middle = (low + high) / 2.0
        enough = ((middle * raised + floor) ** inverse).sum(axis=-1, keepdims=True) >= 1.0
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return ((high * raised + floor) ** inverse).astype(np.float32).reshape(np.shape(vectors))


def memberships(cosines: NDArray[np.floating], terms: Sequence[TermTexts]) -> Matrix:
    """How far each class is a case of each term, 0 to 1: (terms, 1000).

    ``cosines`` (terms, 1000) are those of term and class meanings. A class belongs to the term
    that it is nearest to in its facet, less so to that term's rivals, and fully to the term's
    ancestors: a pineapple is a fruit, and no banana.
    """
    belongs = 1.0 / (1.0 + np.exp(-(cosines - BELONGS_AT) / BELONGS_OVER))
    belongs *= np.exp(-np.maximum(_best_rival(cosines, terms) - cosines, 0.0) / RIVALRY)
    for at in reversed(range(len(terms))):
        parent = terms[at].parent
        if parent is not None:
            belongs[parent] = np.maximum(belongs[parent], belongs[at])
    return belongs.astype(np.float32)


def _best_rival(cosines: NDArray[np.floating], terms: Sequence[TermTexts]) -> NDArray:
    facets = np.array([term.facet for term in terms])
    lines = _lineages(terms)
    best = np.empty_like(cosines)
    for at in range(len(terms)):
        rivals = (facets == facets[at]) & ~lines[at] & ~lines[:, at]
        best[at] = cosines[rivals].max(axis=0, initial=-1.0)
    return best


def _lineages(terms: Sequence[TermTexts]) -> NDArray[np.bool_]:
    """``[i, j]``: j is i or one of its ancestors."""
    lines = np.eye(len(terms), dtype=bool)
    for at, term in enumerate(terms):
        if term.parent is not None:
            lines[at] |= lines[term.parent]
    return lines


def phrases(text: str) -> list[str]:
    """The pieces of ``text`` between prepositions and the like; [] where it is all one piece."""
    pieces = [piece.strip() for piece in _JOINTS.split(text.lower())]
    kept = [piece for piece in dict.fromkeys(pieces) if len(piece) > 2]
    return kept if len(kept) > 1 else []
