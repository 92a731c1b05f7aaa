"""A photograph and what can be done to it, by whole numbers, so that it is the same everywhere."""

import numpy as np
from skimage import data


def original() -> np.ndarray:
    """uint8, 257 × 333 × 3: odd sizes, so that halving meets a rest."""
    return np.ascontiguousarray(data.astronaut()[60:317, 90:423])


def coarse(step: int) -> np.ndarray:
    return (original() // step * step + step // 2).clip(0, 255).astype(np.uint8)


def noisy(spread: int) -> np.ndarray:
    noise = np.random.default_rng(7).integers(-spread, spread + 1, original().shape)
    return (original().astype(int) + noise).clip(0, 255).astype(np.uint8)


def blurred() -> np.ndarray:
    padded = np.pad(original().astype(int), ((1, 1), (1, 1), (0, 0)), mode="edge")
    total = sum(padded[y : y + 257, x : x + 333] for y in range(3) for x in range(3))
    return (total // 9).astype(np.uint8)


def shifted() -> np.ndarray:
    return np.roll(original(), 1, axis=1)


KINDS = {
    "coarse 8": lambda: coarse(8),
    "coarse 32": lambda: coarse(32),
    "noisy 4": lambda: noisy(4),
    "noisy 20": lambda: noisy(20),
    "blurred": blurred,
    "shifted": shifted,
}
