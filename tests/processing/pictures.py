"""Pictures for the tests of this room: real photographs and damage done to them."""

from pathlib import Path

import numpy as np
import skimage
from numpy.typing import NDArray
from PIL import Image

from dam.colour import linear_to_srgb, srgb_to_linear
from processing.icc import ADOBE_RGB, DISPLAY_P3, SRGB, Primaries, matrix_profile

Rgb = NDArray[np.uint8]

PHOTOS = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg")
EXPORTS = {"display-p3": (DISPLAY_P3, None), "adobe-rgb": (ADOBE_RGB, 563 / 256)}


def photo(name: str = "astronaut.png") -> Rgb:
    """A photograph that scikit-image ships, uint8 RGB."""
    path = Path(skimage.__file__).parent / "data" / name
    return np.asarray(Image.open(path).convert("RGB"))


def difference(first: Rgb, second: Rgb) -> float:
    """Mean absolute difference in 8-bit levels after bringing the second to the first's size."""
    image = Image.fromarray(second).resize((first.shape[1], first.shape[0]), Image.Resampling.BOX)
    return float(np.abs(first.astype(int) - np.asarray(image).astype(int)).mean())


def pixels_of(path: Path) -> Rgb:
    return np.asarray(Image.open(path).convert("RGB"))


def blurred(rgb: Rgb, sigma: float) -> Rgb:
    from scipy.ndimage import gaussian_filter

    return np.rint(gaussian_filter(rgb.astype(np.float32), (sigma, sigma, 0))).astype(np.uint8)


def noised(rgb: Rgb, sigma: float, seed: int = 0) -> Rgb:
    noise = np.random.default_rng(seed).normal(0, sigma, rgb.shape)
    return np.clip(np.rint(rgb + noise), 0, 255).astype(np.uint8)


def exposed(rgb: Rgb, stops: float) -> Rgb:
    """The same light for 2**stops times as long."""
    return np.rint(linear_to_srgb(srgb_to_linear(rgb) * 2.0**stops) * 255).astype(np.uint8)


def in_space(rgb: Rgb, space: Primaries, gamma: float | None) -> Rgb:
    """The coded values with which ``space`` shows the colours that ``rgb`` has in sRGB."""
    linear = srgb_to_linear(rgb) @ (np.linalg.inv(space.to_d50()) @ SRGB.to_d50()).T
    linear = np.clip(linear, 0, 1)
    coded = linear_to_srgb(linear) if gamma is None else linear ** (1 / gamma)
    return np.rint(coded * 255).astype(np.uint8)


def save_in_space(rgb: Rgb, path: Path, space: Primaries, gamma: float | None) -> Path:
    profile = matrix_profile(space, gamma=gamma)
    Image.fromarray(in_space(rgb, space, gamma)).save(path, quality=95, icc_profile=profile)
    return path
