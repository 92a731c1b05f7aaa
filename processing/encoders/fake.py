"""A deterministic encoder that costs nothing, for tests about something else.

Pictures are small colour histograms, texts hashed words, both thrown into one space by matrices
made from a fixed seed. Like pictures get like vectors; a text is only near to itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from PIL import Image

from processing.encoders.base import (
    FACETS,
    ImageEmbedding,
    Matrix,
    Prior,
    TermTexts,
    mean_texts,
    unit_rows,
)
from processing.encoders.pixels import as_rgb

BINS = 4


class FakeEncoder:
    """Stands where a real encoder would; ``facets`` may be narrowed for a test."""

    key = "fake-v1"
    dimensions = 64
    centred = False
    batch_size = 4

    def __init__(self, facets: Sequence[str] = FACETS) -> None:
        self.facets = frozenset(facets)
        self._throw = np.random.default_rng(7).normal(size=(BINS**3, self.dimensions))

    def encode_images(self, pictures: Sequence[Image.Image]) -> list[ImageEmbedding]:
        """The colour histogram of each picture, projected."""
        return [ImageEmbedding(self._look(picture)) for picture in pictures]

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """The sum of a random direction for each word; shape (n, 64)."""
        found = np.zeros((len(texts), self.dimensions))
        for at, text in enumerate(texts):
            for word in text.lower().split():
                seed = zlib.crc32(word.encode())
                found[at] += np.random.default_rng(seed).normal(size=self.dimensions)
        return unit_rows(found)

    def evidence(self, vectors: Matrix) -> Matrix:
        """The vectors themselves."""
        return vectors

    def term_weights(self, terms: Sequence[TermTexts]) -> Matrix:
        """The mean vector of each term's texts."""
        return mean_texts(self, terms)

    def prior(self) -> Prior:
        """No direction is likelier than another."""
        return Prior(np.zeros(self.dimensions), np.eye(self.dimensions) / self.dimensions)

    def _look(self, picture: Image.Image) -> Matrix:
        small = as_rgb(picture).resize((32, 32), Image.Resampling.BOX)
        steps = np.asarray(small, dtype=np.int64) * BINS // 256
        cells = (steps[..., 0] * BINS + steps[..., 1]) * BINS + steps[..., 2]
        counts = np.bincount(cells.ravel(), minlength=BINS**3).astype(np.float64)
        return unit_rows(np.sqrt(counts) @ self._throw)
