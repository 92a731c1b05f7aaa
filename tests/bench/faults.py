"""What goes wrong with good pictures, made on purpose: an output in, one with a fault out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image

from processing.operators.context import Context
from processing.operators.export.common import PictureExporter
from processing.operators.export.jpeg import Jpeg
from processing.operators.export.png import Png
from processing.operators.picture import Picture
from processing.postchecks.base import Made, Pixels, StepTaken
from processing.postchecks.looking import light, small, subject

_DARK = 80  # luma, of 255

Fault = Callable[[Made], Made | None]


def _shown(made: Made, pixels: Pixels) -> Made:
    return replace(made, pixels=np.ascontiguousarray(pixels))


def _coded(made: Made, exporter: PictureExporter, pixels: Pixels | None = None) -> Made:
    shown = Picture.from_array(made.pixels[:, :, :3] if pixels is None else pixels)
    return replace(made, encoded=exporter.encode(shown, Context()))


def emptied(made: Made) -> Made:
    """One colour, with what JPEG adds to it."""
    noise = np.random.default_rng(1).integers(-1, 2, (*made.pixels.shape[:2], 1))
    grey = np.full_like(made.pixels[:, :, :3], 128)
    return _shown(made, (grey + noise).astype(np.uint8))


def tiny(made: Made) -> Made:
    """All of it in a corner, a twentieth of the side."""
    height, width = made.pixels.shape[:2]
    page = np.full((height, width, 3), 255, np.uint8)
    size = max(2, width // 20), max(2, height // 20)
    small_one = cv2.resize(made.pixels[:, :, :3], size, interpolation=cv2.INTER_AREA)
    page[: size[1], : size[0]] = small_one
    return _shown(made, page)


def half_gone(made: Made) -> Made:
    """A twelfth of it left: the rest is one colour."""
    pixels = made.pixels[:, :, :3].copy()
    pixels[pixels.shape[0] // 12 :] = 255
    return _shown(made, pixels)


def gained(gain: float) -> Fault:
    def fault(made: Made) -> Made:
        return _shown(made, np.clip(made.pixels[:, :, :3] * gain, 0, 255).astype(np.uint8))

    return fault


def crushed(made: Made) -> Made:
    """Everything darker than a middle grey is black."""
    return _shown(made, np.clip((made.pixels[:, :, :3] - 120.0) * 1.9, 0, 255).astype(np.uint8))


def rimmed(gain: float) -> Fault:
    """A darker rim of four pixels (of 1,024) inside the edge: what is left of an old background.

    On a subject that is dark itself it cannot be seen, and is no fault.
    """

    def fault(made: Made) -> Made | None:
        seen = small(made.pixels).copy()
        inside = subject(seen)
        if inside is None:
            return None
        if light(seen)[inside].mean() < _DARK:
            return None
        far = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
        rim = (far > 0) & (far <= 4)
        seen[rim] = (seen[rim] * gain).astype(np.uint8)
        return _shown(made, seen)

    return fault


def torn(made: Made) -> Made | None:
    """An edge with teeth of some pixels, where there was a clean one."""
    seen = small(made.pixels)[:, :, :3].copy()
    inside = subject(seen)
    if inside is None:
        return None
    rough = np.random.default_rng(4).normal(0, 1, (seen.shape[0] // 4, seen.shape[1] // 4))
    rough = cv2.resize(rough, (seen.shape[1], seen.shape[0]), interpolation=cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 16.0)
    seen[(soft + 0.35 * rough < 0.5) & (soft < 0.98)] = 255
    return _shown(made, seen)


def blocked(quality: int) -> Fault:
    """Once through a JPEG of a low quality."""

    def fault(made: Made) -> Made:
        buffer = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(made.pixels[:, :, :3])).save(
            buffer, "JPEG", quality=quality
        )
        return _shown(made, np.asarray(Image.open(buffer).convert("RGB")))

    return fault


def enlarged(made: Made) -> Made:
    """Two and a half times, as a step tells it."""
    return replace(made, steps=[*made.steps, StepTaken("resize", {"scale": 2.5})])


def off_white(made: Made) -> Made:
    """A ground of 249 instead of 255."""
    return _shown(made, np.minimum(made.pixels[:, :, :3], 249))


def shrunk(made: Made) -> Made:
    """At half its size in the same frame."""
    height, width = made.pixels.shape[:2]
    page = np.full((height, width, 3), 255, np.uint8)
    inner = cv2.resize(made.pixels[:, :, :3], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    y, x = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
    page[y : y + inner.shape[0], x : x + inner.shape[1]] = inner
    return _shown(made, page)


def cut(made: Made) -> Made:
    """A file that is a pixel narrower."""
    return _coded(made, Jpeg(), np.ascontiguousarray(made.pixels[:, 1:, :3]))


def as_png(made: Made) -> Made:
    return _coded(made, Png(compression=1))


def in_p3(made: Made) -> Made:
    return _coded(made, Jpeg(profile="display-p3"))


def without_profile(made: Made) -> Made:
    return _coded(made, Jpeg(embed=False))


def fat(made: Made) -> Made:
    return _coded(made, Jpeg(quality=100, subsampling="444"))


# Check → what it has to find.
FAULTS: dict[str, dict[str, Fault]] = {
    "blank": {"emptied": emptied},
    "near-uniform": {"tiny": tiny},
    "content-lost": {"a twelfth left": half_gone, "emptied": emptied},
    "clipped": {"light × 2.5": gained(2.5), "crushed blacks": crushed},
    "halo": {"rim at 0.2": rimmed(0.2), "rim at 0.4": rimmed(0.4)},
    "ragged-edge": {"torn": torn},
    "blockiness": {"JPEG 8": blocked(8), "JPEG 15": blocked(15)},
    "upscaled": {"× 2.5": enlarged},
    "background": {"off-white": off_white},
    "fill": {"half size": shrunk},
    "size": {"a pixel less": cut},
    "format": {"PNG": as_png},
    "profile": {"Display P3": in_p3, "none": without_profile},
    "bytes": {"quality 100": fat},
}
