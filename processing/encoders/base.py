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
    """What this encoder's pictures look like before a library has any.

    ``mean`` (d,) and ``covariance`` (d, d), float64, of unit-length, uncentred picture vectors.
    They count as ``strength`` pictures when they are mixed with a library's own moments.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    strength: float = 50.0


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

    def prior(self) -> Prior:
        """Moments to start from while the library is empty or small."""


def unit_rows(rows: NDArray[np.floating]) -> Matrix:
    """Rows of ``rows`` (n, d) scaled to unit length, as float32; a zero row stays zero."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-12)).astype(np.float32)


def centre(vectors: NDArray[np.floating], mean: NDArray[np.floating]) -> Matrix:
    """Vectors (n, d) minus ``mean`` (d,), brought back to unit length."""
    return unit_rows(np.asarray(vectors, dtype=np.float64) - mean)
