"""Photographs with a colour card in them: rendered at an angle, in perspective, with noise."""

import cv2
import numpy as np

from processing.operators.light.card_reference import COLUMNS, ROWS, reference_light
from processing.operators.light.spaces import coded, linear
from tests.processing.operators.light.photographs import floats

PATCH, GAP, FRAME = 100, 16, 30  # proportions of the card as it is made
SIZE = (
    COLUMNS * PATCH + (COLUMNS - 1) * GAP + 2 * FRAME,
    ROWS * PATCH + (ROWS - 1) * GAP + 2 * FRAME,
)


def card() -> np.ndarray:
    """The card laid flat, linear light."""
    face = np.full((SIZE[1], SIZE[0], 3), 0.03, np.float32)
    for at, light in enumerate(np.clip(reference_light(), 0, 1)):
        row, column = divmod(at, COLUMNS)
        y, x = FRAME + row * (PATCH + GAP), FRAME + column * (PATCH + GAP)
        face[y : y + PATCH, x : x + PATCH] = light
    return face


def with_card(
    pixels: np.ndarray,
    *,
    width: float = 0.4,
    degrees: float = 0.0,
    skew: float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """The photograph with the card in its middle, as wide as that share of it; uint8.

    ``skew`` is how far each corner is moved, at most, as a share of the card's width.
    """
    height, wide = pixels.shape[:2]
    scale = width * wide / SIZE[0]
    turn = np.deg2rad(degrees)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    half = np.array(SIZE) / 2
    outline = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half * scale @ spin
    moved = np.random.default_rng(seed).uniform(-skew, skew, (4, 2)) * width * wide
    placed = (outline + moved + (wide / 2, height / 2)).astype(np.float32)
    flat = np.array([[0, 0], [SIZE[0], 0], SIZE, [0, SIZE[1]]], np.float32)
    plane = cv2.getPerspectiveTransform(flat, placed)
    # Rendered larger and made smaller, so that edges are as soft as a lens makes them.
    large = np.diag([3.0, 3.0, 1.0]) @ plane
    laid = cv2.warpPerspective(card(), large, (wide * 3, height * 3))
    cover = cv2.warpPerspective(np.ones(SIZE[::-1], np.float32), large, (wide * 3, height * 3))
    laid, cover = (
        cv2.resize(one, (wide, height), interpolation=cv2.INTER_AREA) for one in (laid, cover)
    )
    light = (
        linear(floats(pixels)).reshape(pixels.shape) * (1 - cover[..., None])
        + laid * cover[..., None]
    )
    return np.rint(coded(light) * 255).astype(np.uint8)


def noisy(pixels: np.ndarray, deviation: float = 4.0, seed: int = 0) -> np.ndarray:
    """Gaussian noise of so many levels of 255 on each sample."""
    noise = np.random.default_rng(seed).normal(0, deviation, pixels.shape)
    return np.rint(np.clip(pixels + noise, 0, 255)).astype(np.uint8)
