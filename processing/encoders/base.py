"""What an image–text encoder is: the one interface that search, tagging and tests build on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

#: Every facet that the vocabulary knows. An encoder names those that it can judge.
FACETS = (
    "object",
    "animal",
    "food",
    "scene",
    "activity",
    "style",
    "mood",
    "composition",
    "season",
    "product_attribute",
)


class EncoderError(Exception):
    """An encoder cannot be built, loaded or used; the message says what to do about it."""


@dataclass(frozen=True)
class ImageEmbedding:
    """One picture in the encoder's space.

    ``vector`` is float32, shape (d,), of unit length and *not* centred. ``concepts`` are the
    (name, probability in 0..1) pairs that the vector came from, strongest first, for
    explanations; empty for encoders that have none.
    """

    vector: Vector
    concepts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Prior:
    """What this encoder's evidence looks like before a library has any pictures.

    ``mean`` (k,) and ``covariance`` (k, k), float64, of :meth:`Encoder.evidence`. They count as
    ``strength`` pictures when they are mixed with a library's own moments.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    strength: float = 50.0


@dataclass(frozen=True)
class TermTexts:
    """A vocabulary term as an encoder needs it to judge: what to read and where it stands.

    ``parent`` is the index of the broader term in the same list, always an earlier one.
    """

    texts: tuple[str, ...]
    facet: str
    parent: int | None = None


@runtime_checkable
class Encoder(Protocol):
    """Pictures and texts into one space, in which a cosine means likeness.

    Where ``centred`` is true, a picture's vector is to be centred on the mean of the library's
    vectors (and brought back to unit length) before a cosine is taken with a text's; texts come
    out of :meth:`encode_texts` centred already.
    """

    @property
    def key(self) -> str:
        """Stable identity, as stored with every vector."""

    @property
    def dimensions(self) -> int:
        """Length d of the vectors."""

    @property
    def facets(self) -> frozenset[str]:
        """The facets that this encoder can judge; it stays silent on the others."""

    @property
    def centred(self) -> bool:
        """Whether pictures are to be centred on the library's mean before a cosine."""

    @property
    def batch_size(self) -> int:
        """How many pictures to hand over at once for good throughput."""

    def encode_images(self, pictures: Sequence[Image.Image]) -> list[ImageEmbedding]:
        """One embedding per picture, in order. Pictures of any mode and size, upright, sRGB."""

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Shape (n, d), float32, rows of unit length, centred where ``centred`` is true."""

    def evidence(self, vectors: Matrix) -> Matrix:
        """What terms are judged on, (n, k), out of stored picture vectors (n, d)."""

    def term_weights(self, terms: Sequence[TermTexts]) -> Matrix:
        """Weights (terms, k): a term's raw score is the product with a picture's evidence."""

    def prior(self) -> Prior:
        """Moments of the evidence to start from while the library is empty or small."""


def unit_rows(rows: NDArray[np.floating]) -> Matrix:
    """Rows of ``rows`` (n, d) scaled to unit length, as float32; a zero row stays zero."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-12)).astype(np.float32)


def mean_texts(encoder: Encoder, terms: Sequence[TermTexts]) -> Matrix:
    """Each term as the mean of its texts' vectors, at unit length: (terms, d)."""
    encoded = encoder.encode_texts([text for term in terms for text in term.texts])
    owners = np.repeat(np.arange(len(terms)), [len(term.texts) for term in terms])
    summed = np.zeros((len(terms), encoder.dimensions))
    np.add.at(summed, owners, encoded)
    return unit_rows(summed)


def centre(vectors: NDArray[np.floating], mean: NDArray[np.floating]) -> Matrix:
    """Vectors (n, d) minus ``mean`` (d,), brought back to unit length."""
    return unit_rows(np.asarray(vectors, dtype=np.float64) - mean)
