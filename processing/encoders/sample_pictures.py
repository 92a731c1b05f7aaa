"""Pictures made from a fixed seed, for measuring an encoder where no photographs are at hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 256


def sample_pictures(count: int, seed: int = 11) -> Iterator[Image.Image]:
    """``count`` RGB pictures of soft colour, stripes, discs and grain, each different."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        picture = _clouds(random, int(random.integers(2, 7)))
        picture = _stripes(random, picture)
        for _ in range(int(random.integers(0, 4))):
            picture = _disc(random, picture)
        picture += random.normal(0.0, random.uniform(0.0, 0.12), picture.shape)
        yield Image.fromarray((np.clip(picture, 0.0, 1.0) * 255).astype(np.uint8))


def _clouds(random: np.random.Generator, cells: int) -> NDArray:
    small = Image.fromarray((random.random((cells, cells, 3)) * 255).astype(np.uint8))
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=float) / 255


def _stripes(random: np.random.Generator, picture: NDArray) -> NDArray:
    across, down = np.meshgrid(np.linspace(0, 1, SIDE), np.linspace(0, 1, SIDE))
    angle, pitch = random.uniform(0, np.pi), random.uniform(3, 40)
    waves = np.sin(2 * np.pi * pitch * (across * np.cos(angle) + down * np.sin(angle)))
    return picture + waves[..., None] * random.uniform(0, 0.3) * random.random(3)


def _disc(random: np.random.Generator, picture: NDArray) -> NDArray:
    across, down = np.meshgrid(np.linspace(0, 1, SIDE), np.linspace(0, 1, SIDE))
    x, y = random.random(2)
    inside = (across - x) ** 2 + (down - y) ** 2 < random.uniform(0.05, 0.3) ** 2
    return np.where(inside[..., None], random.random(3), picture)
