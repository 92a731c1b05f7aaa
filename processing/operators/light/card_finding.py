"""Finds the 24-patch colour card in a photograph: at any angle, in perspective, under any light.

Even squarish areas are searched, those on a grid are joined by a homography, and the card is laid
on it in every way that fits. The way whose 24 colours come nearest to the published ones, after
the best linear correction, is taken if they come near enough: a tiled wall is a grid too, but no
matrix makes a card of it. OpenCV's own detector (cv2.mcc) found a third of our rendered cards;
docs/decisions/0020-colour-and-light.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000

from processing.operators.light.card_fit import solved
from processing.operators.light.card_patches import Grid, even_areas, grids
from processing.operators.light.card_reference import COLUMNS, ROWS, reference_light
from processing.operators.light.spaces import cielab, coded, linear
from processing.operators.picture import Floats

_NEAR_ENOUGH = 9.0  # mean ΔE2000 of the 24 patches after the best matrix
_PATCH = 20  # pixels a patch has when the card is laid flat, at a pitch of twice that


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was found: its patches' ``light`` (24 × 3, linear sRGB, in the reference's
    order), its ``corners`` (4 × 2, pixels: the outer centres, from dark skin clockwise), and the
    mean ΔE2000 that is left when a matrix is fitted (``misfit``)."""

    light: Floats
    corners: NDArray[np.float64]
    misfit: float


def found_card(rgb: NDArray[np.uint8]) -> Card | None:
    """The card in a picture (uint8, height × width × 3, sRGB), or None where there is none."""
    best: Card | None = None
    for grid in grids(even_areas(rgb)):
        for card in _laid(rgb, grid):
            if best is None or card.misfit < best.misfit:
                best = card
    return best if best is not None and best.misfit <= _NEAR_ENOUGH else None


def _laid(rgb: NDArray[np.uint8], grid: Grid) -> Iterator[Card]:
    """The card in every way in which it covers most of a grid and lies within the picture."""
    plane, _ = cv2.findHomography(
        grid.numbers.astype(np.float64), grid.places, cv2.RANSAC, 0.3 * grid.size
    )
    if plane is None:
        return
    low, high = grid.numbers.min(axis=0), grid.numbers.max(axis=0)
    for turns in range(4):
        wide, tall = (COLUMNS, ROWS) if turns % 2 == 0 else (ROWS, COLUMNS)
        for left in range(high[0] - wide + 1, low[0] + 1) or [low[0]]:
            for top in range(high[1] - tall + 1, low[1] + 1) or [low[1]]:
                numbers = _numbers(int(left), int(top), turns)
                card = _card(rgb, plane, numbers)
                if card is not None:
                    yield card


def _numbers(left: int, top: int, turns: int) -> NDArray[np.float64]:
    """Column and row in the grid of each patch, for a card turned by quarters clockwise."""
    y, x = np.divmod(np.arange(COLUMNS * ROWS), COLUMNS)
    for _ in range(turns):
        x, y = y.max() - y, x
    return np.stack([x + left, y + top], axis=1).astype(np.float64)


def _card(rgb: NDArray[np.uint8], plane: NDArray, numbers: NDArray[np.float64]) -> Card | None:
    corners = cv2.perspectiveTransform(numbers[[0, 5, 23, 18]][None], plane)[0]
    if (corners < 0).any() or (corners >= (rgb.shape[1], rgb.shape[0])).any():
        return None
    light = _flat_patches(rgb, corners)
    reference = reference_light()
    fitted = light @ solved(light, reference)
    near = deltaE_ciede2000(cielab(coded(fitted)), cielab(coded(reference)))
    return Card(light, corners, float(near.mean()))


def _flat_patches(rgb: NDArray[np.uint8], corners: NDArray) -> Floats:
    """The median colour around each patch's centre, in linear light, once the card lies flat."""
    pitch = 2 * _PATCH
    x, y = (COLUMNS - 0.5) * pitch, (ROWS - 0.5) * pitch
    upright = np.array([[_PATCH, _PATCH], [x, _PATCH], [x, y], [_PATCH, y]], np.float32)
    turned = cv2.getPerspectiveTransform(corners.astype(np.float32), upright)
    flat = cv2.warpPerspective(rgb, turned, (COLUMNS * pitch, ROWS * pitch))
    cells = flat.reshape(ROWS, pitch, COLUMNS, pitch, 3).transpose(0, 2, 1, 3, 4)
    edge = _PATCH // 2
    middle = cells[:, :, edge + 4 : pitch - edge - 4, edge + 4 : pitch - edge - 4]
    colours = np.median(middle.reshape(COLUMNS * ROWS, -1, 3), axis=1)
    return linear(colours.astype(np.float32) / np.float32(255))
