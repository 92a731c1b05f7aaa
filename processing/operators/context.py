"""What an operator may ask besides its picture: facts, other pictures, neural networks.

Operators stay pure: whoever runs them hands all of it in. Tests hand in fakes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from numpy.typing import NDArray
from pydantic import JsonValue

from processing.operators.picture import Floats, Picture, Unfit


@dataclass(frozen=True, slots=True)
class Mask:
    """Which pixels belong to the subject: ``alpha`` float32 0..1, height × width.

    ``confidence`` (0..1) is the probability that it is good enough to be used unseen;
    ``edge_quality`` 0..1 says how clear its edge is.
    """

    alpha: Floats
    confidence: float
    edge_quality: float
    network: str


@dataclass(frozen=True, slots=True)
class Face:
    """One face: its box as shares (0..1) of width and height, its score 0..1, and its landmarks
    (eyes, nose, corners of the mouth; x, y as shares) where the network gives them.
    """

    left: float
    top: float
    width: float
    height: float
    score: float
    landmarks: tuple[tuple[float, float], ...] = ()


class Networks(Protocol):
    """The neural networks of a worker: loaded when first asked, shared by all recipes.

    Each takes uint8, height × width × 3, sRGB, of any size. Raises Unfit where a network cannot be
    had, with a sentence that says what to do.
    """

    def mask(self, rgb: NDArray, network: str = "") -> Mask:
        """The subject's mask at the picture's own size; "" is the default network."""
        ...

    def faces(self, rgb: NDArray) -> Sequence[Face]:
        """Faces, the surest first."""
        ...

    def enlarge(self, rgb: NDArray, factor: int) -> NDArray:
        """The picture ``factor`` (2 or 4) times as large, tile by tile, by super-resolution."""
        ...


class Library(Protocol):
    """Pictures and files that parameters name: a logo, a background, a reference, a table."""

    def picture(self, reference: str) -> Picture:
        """A picture by its reference ("asset:123", or a file beside the recipe). Raises Unfit."""
        ...

    def file(self, reference: str) -> Path:
        """A file that is no picture (".cube", a font), by its reference. Raises Unfit."""
        ...


class Nothing:
    """Networks and library where there are none: says so when asked."""

    def mask(self, rgb: NDArray, network: str = "") -> Mask:
        raise Unfit("There is no network here that finds the subject.")

    def faces(self, rgb: NDArray) -> Sequence[Face]:
        raise Unfit("There is no network here that finds faces.")

    def enlarge(self, rgb: NDArray, factor: int) -> NDArray:
        raise Unfit("There is no network here that enlarges.")

    def picture(self, reference: str) -> Picture:
        raise Unfit(f"There is no picture “{reference}”.")

    def file(self, reference: str) -> Path:
        raise Unfit(f"There is no file “{reference}”.")


@dataclass(frozen=True, slots=True)
class Context:
    """All that an operator may know. ``facts`` are what conditions may ask too (docs: recipes).

    ``companions`` are the other pictures of a set: the brackets of an exposure series.
    """

    networks: Networks = field(default_factory=Nothing)
    library: Library = field(default_factory=Nothing)
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    companions: Sequence[Picture] = ()
