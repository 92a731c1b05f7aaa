"""Scenes with known noise, edges and subjects, to measure on."""

import numpy as np
from scipy.ndimage import gaussian_filter

from processing.operators.picture import Picture


def scene(width: int = 320, height: int = 240) -> np.ndarray:
    """A smooth landscape with hard edges and fine texture in a corner; float 0..1, RGB."""
    rng = np.random.default_rng(3)
    smooth = gaussian_filter(rng.normal(size=(height, width, 3)), (30, 30, 0))
    smooth = 0.5 + 0.18 * smooth / smooth.std()
    smooth[height // 3 :, width // 4 : width // 2] = (0.25, 0.35, 0.3)
    smooth[: height // 4, -width // 5 :] = (0.8, 0.7, 0.6)
    y, x = np.mgrid[0:height, 0:width]
    weave = 0.1 * np.sin(x * 1.3) * np.sin(y * 1.1)
    smooth[height // 2 :, width // 2 :] += weave[height // 2 :, width // 2 :, None]
    return np.clip(smooth, 0.06, 0.94)


def noisy(pixels: np.ndarray, sigma_of_255: float, *, seed: int = 5) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, sigma_of_255 / 255, pixels.shape)
    return pixels + noise


def picture(pixels: np.ndarray, depth: int = 8) -> Picture:
    most, kind = (65535, np.uint16) if depth == 16 else (255, np.uint8)
    return Picture.from_array(np.rint(np.clip(pixels, 0, 1) * most).astype(kind))


def psnr(first: Picture, second: Picture) -> float:
    """Peak signal to noise between two pictures' colours, in dB."""
    apart = first.floats()[:, :, :3] - second.floats()[:, :, :3]
    return float(-10 * np.log10(np.mean(apart.astype(np.float64) ** 2) + 1e-12))
