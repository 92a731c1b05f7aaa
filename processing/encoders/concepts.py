"""The concept encoder: search by meaning with nothing to download from a model hub.

A picture is what EfficientNet-Lite0 sees in it; a text is which of those 1,000 concepts its
sentence meaning touches. Run time needs ONNX Runtime, tokenizers, Pillow and numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from processing import weights
from processing.encoders import pixels
from processing.encoders.base import ImageEmbedding, Matrix, Prior, TermTexts, unit_rows
from processing.encoders.concept_space import (
    chances_of,
    memberships,
    phrases,
    picture_vectors,
    text_vectors,
)
from processing.encoders.runtime import open_session
from processing.encoders.sentences import SentenceEncoder

KEY = "concepts-lite0-minilm-v1"
SIDE = 224
NORMAL = (0.5, 0.5, 0.5)  # tf_efficientnet_lite0 takes -1..1
#: Along the longer side; a picture near enough to square is looked at once.
POSITIONS = (0.0, 0.5, 1.0)
SQUARE_ENOUGH = 1.08
EXPLAINING, WORTH_NAMING = 5, 0.02


class ConceptEncoder:
    """EfficientNet-Lite0 and MiniLM meeting in a space of 1,000 concepts."""

    key = KEY
    dimensions = 1000
    facets = frozenset({"object", "animal", "food", "scene", "activity"})
    centred = False
    batch_size = 8

    def __init__(self, models_dir: Path) -> None:
        self._files = weights.paths(KEY, models_dir)
        self._eye = open_session(self._files["image.onnx"])
        with np.load(self._files["concepts.npz"]) as space:
            self._names = [str(name) for name in space["names"]]
            self._meanings = space["meanings"]
            self._meanings_mean = space["meanings_mean"]

    def encode_images(self, pictures: Sequence[Image.Image]) -> list[ImageEmbedding]:
        """One embedding per picture; see :class:`processing.encoders.base.Encoder`."""
        return [self._look(picture) for picture in pictures]

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Shape (n, 1000): each text as a whole, and in equal part its phrases."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        pieces = [phrases(text) for text in texts]
        loose = [phrase for some in pieces for phrase in some]
        meant = self._sentences.encode([*texts, *loose])
        cosines = unit_rows(meant - self._meanings_mean) @ self._meanings.T
        whole, parts = text_vectors(cosines[: len(texts)]), cosines[len(texts) :]
        start = 0
        for at, some in enumerate(pieces):
            if some:
                strongest = parts[start : start + len(some)].max(axis=0)
                whole[at] += text_vectors(strongest)
                start += len(some)
        return unit_rows(whole)

    def evidence(self, vectors: Matrix) -> Matrix:
        """The class probabilities (n, 1000) that the vectors were made of."""
        return chances_of(vectors)

    def term_weights(self, terms: Sequence[TermTexts]) -> Matrix:
        """How far each concept is a case of each term, 0 to 1: (terms, 1000).

        With these a raw score is the probability that what the picture shows is such a thing.
        """
        with np.load(self._files["concepts.npz"]) as space:
            kinds, mean = space["kinds"], space["kinds_mean"]
        meant = self._sentences.encode([text for term in terms for text in term.texts])
        counts = [len(term.texts) for term in terms]
        cosines = unit_rows(meant - mean) @ kinds.T
        starts = np.cumsum([0, *counts[:-1]])
        summed = np.add.reduceat(cosines, starts, axis=0) if terms else cosines
        return memberships(summed / np.reshape(counts, (-1, 1)), terms)

    def prior(self) -> Prior:
        """Moments of made-up pictures, one of each concept; see ``concept_build._prior``."""
        with np.load(self._files["concepts.npz"]) as space:
            mean, covariance = space["prior_mean"], space["prior_covariance"]
        return Prior(mean.astype(np.float64), covariance.astype(np.float64))

    @cached_property
    def _sentences(self) -> SentenceEncoder:
        # Workers that only look at pictures never load the text tower.
        return SentenceEncoder(self._files["text.onnx"], self._files["tokenizer.json"])

    def _look(self, picture: Image.Image) -> ImageEmbedding:
        sized = pixels.shorter_side_to(pixels.as_rgb(picture), SIDE)
        square = max(sized.size) < SQUARE_ENOUGH * min(sized.size)
        crops = pixels.crops_along(sized, SIDE, (0.5,) if square else POSITIONS)
        # One crop at a time: without an arena larger batches cost page faults, not less time.
        logits = np.concatenate(
            [
                self._eye.run(None, {"pixels": pixels.to_batch([crop], NORMAL, NORMAL)})[0]
                for crop in crops
            ]
        )
        vector, chances = picture_vectors(logits)
        return ImageEmbedding(vector, self._explain(chances))

    def _explain(self, chances: Matrix) -> tuple[tuple[str, float], ...]:
        strongest = np.argsort(-chances)[:EXPLAINING]
        return tuple(
            (self._names[at], round(float(chances[at]), 4))
            for at in strongest
            if chances[at] >= WORTH_NAMING
        )
