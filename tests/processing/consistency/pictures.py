"""Pictures of a set, and changes of them whose size is known."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from dam.colour import linear_to_srgb, srgb_to_linear

SIZE = (300, 200)


def product(
    *, x: float = 0.5, y: float = 0.5, size: float = 0.5, tone=(0.85, 0.85, 0.86), seed: int = 0
) -> np.ndarray:
    """A coloured disc on a studio background, uint8: centre and diameter as shares."""
    width, height = SIZE
    rows, columns = np.mgrid[0:height, 0:width]
    far = np.hypot(columns - x * width, rows - y * height) / (size * height / 2)
    rgb = np.empty((height, width, 3), np.float32)
    rgb[:] = tone
    rgb[far < 1] = (0.55, 0.25, 0.2)
    rgb += np.random.default_rng(seed).normal(0, 0.01, (height, width, 1))
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def exposed(rgb: np.ndarray, stops: float) -> np.ndarray:
    light = srgb_to_linear(rgb.astype(np.float32) / 255) * 2.0**stops
    return np.rint(linear_to_srgb(np.clip(light, 0, 1)) * 255).astype(np.uint8)


def warmer(rgb: np.ndarray, by: float) -> np.ndarray:
    """Red times e^by, blue by e^−by, grey as light as before."""
    gains = np.array([np.exp(by), 1.0, np.exp(-by)])
    light = srgb_to_linear(rgb) * (gains / (gains @ [0.2126, 0.7152, 0.0722]))
    return np.rint(linear_to_srgb(np.clip(light, 0, 1)) * 255).astype(np.uint8)


def closer(rgb: np.ndarray, share: float) -> np.ndarray:
    """The middle share of a picture, at the size of the whole."""
    inner = round(len(rgb) * share)
    begin = (len(rgb) - inner) // 2
    return cv2.resize(
        rgb[begin : begin + inner, begin : begin + inner],
        (len(rgb), len(rgb)),
        interpolation=cv2.INTER_AREA,
    )


def studio(corpora: Path, count: int = 24, edge: int = 160) -> list[np.ndarray]:
    """Photographs in ovals on one lit ground, each a little beside the middle: real colours."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[0:edge, 0:edge]
    light = 0.88 - 0.05 * np.hypot(columns - edge / 2, rows - edge / 2) / edge
    made = []
    for path in sorted((corpora / "captions").glob("*.jpg"))[:count]:
        photo = np.asarray(Image.open(path).convert("RGB").resize((edge, edge)), np.float32)
        x, y = rng.normal(edge / 2, edge / 100, 2)
        inside = np.hypot(columns - x, rows - y) < 0.3 * edge
        shown = np.where(inside[..., None], photo, light[..., None] * 255)
        made.append(np.clip(shown + rng.normal(0, 1, (edge, edge, 1)), 0, 255).astype(np.uint8))
    return made


def shifted(rgb: np.ndarray, by: float) -> np.ndarray:
    """Moved to the right by a share of the width; what comes in repeats the edge."""
    columns = round(rgb.shape[1] * by)
    return np.pad(rgb, ((0, 0), (columns, 0), (0, 0)), mode="edge")[:, : rgb.shape[1]]
