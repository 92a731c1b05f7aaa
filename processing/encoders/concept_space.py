"""The arithmetic of the concept space: pure numpy, shared by build and run time.

The space has one axis for each of the classifier's 1,000 classes. It starts from ConSE (Norouzi
et al. 2014, "Zero-shot learning by convex combination of semantic embeddings"), where a picture is
the probability-weighted mean of its classes' word vectors; keeping the classes as axes instead
lets the text side be sharpened, which a mean of word vectors cannot be. What was measured is in
docs/decisions/0003-encoders.md.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from processing.encoders.base import Matrix, unit_rows

#: Probabilities are raised to this power: the long tail tells of the surroundings.
PICTURE_POWER = 0.35
#: Positive part of a text's cosine to each class, raised to this power.
TEXT_POWER = 2.5

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


def phrases(text: str) -> list[str]:
    """The pieces of ``text`` between prepositions and the like; [] where it is all one piece."""
    pieces = [piece.strip() for piece in _JOINTS.split(text.lower())]
    kept = [piece for piece in dict.fromkeys(pieces) if len(piece) > 2]
    return kept if len(kept) > 1 else []
