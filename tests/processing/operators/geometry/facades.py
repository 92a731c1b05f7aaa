"""Facades seen by a tilted camera, drawn so that what is upright and level is known."""

from dataclasses import dataclass

import cv2
import numpy as np

from processing.operators.picture import Picture

SIZE = (900, 700)
FOCAL = 28.0


@dataclass(frozen=True)
class Facade:
    """``upright`` and ``level`` are lines (n × 2 ends × x, y) in pixels of the picture."""

    picture: Picture
    upright: np.ndarray
    level: np.ndarray


def turned(pitch: float, roll: float, yaw: float = 0.0) -> np.ndarray:
    """The map, in pixels of SIZE, from a level camera's picture to a tilted one's (degrees)."""
    width, height = SIZE
    focal = FOCAL / 18 * max(SIZE) / 2
    camera = np.array([(focal, 0, width / 2), (0, focal, height / 2), (0, 0, 1.0)])
    turns = [
        cv2.Rodrigues(np.radians(angle) * np.array(axis))[0]
        for angle, axis in ((yaw, (0.0, 1, 0)), (pitch, (1.0, 0, 0)), (roll, (0, 0, 1.0)))
    ]
    return camera @ turns[2] @ turns[1] @ turns[0] @ np.linalg.inv(camera)


def project(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    told = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ matrix.T
    return told[..., :2] / told[..., 2:]


def facade(
    pitch: float = 0.0, roll: float = 0.0, yaw: float = 0.0, *, noise: float = 0.0, clutter: int = 0
) -> Facade:
    """Windows on a wall; ``noise`` in grey levels and ``clutter`` in stray lines."""
    chance = np.random.default_rng(7)
    width, height = SIZE
    matrix = turned(pitch, roll, yaw)
    array = np.full((height, width, 3), (196, 188, 176), np.uint8)
    upright, level = [], []
    for left in range(-width // 2, width * 3 // 2, 130):
        for top in range(-height // 2, height * 3 // 2, 170):
            corners = np.array(
                [(left, top), (left + 70, top), (left + 70, top + 110), (left, top + 110)], float
            )
            seen = project(matrix, corners)
            _fill(array, seen)
            upright += [seen[[0, 3]], seen[[1, 2]]]
            level += [seen[[0, 1]], seen[[3, 2]]]
    for _ in range(clutter):
        ends = chance.uniform(0, 1, (2, 2)) * SIZE
        cv2.line(array, *ends.astype(int).tolist(), (90, 120, 70), 2, cv2.LINE_AA)
    if noise:
        array = np.clip(array + chance.normal(0, noise, array.shape), 0, 255).astype(np.uint8)
    array = cv2.GaussianBlur(array, (0, 0), 0.8)
    return Facade(Picture.from_array(array), _within(upright), _within(level))


def _fill(array: np.ndarray, corners: np.ndarray) -> None:
    fixed = np.rint(corners * 16 - 8).astype(np.int32)
    cv2.fillConvexPoly(array, fixed, (62, 74, 92), cv2.LINE_AA, 4)


def _within(lines: list[np.ndarray]) -> np.ndarray:
    whole = np.array(lines)
    inside = ((whole >= 0) & (whole <= np.array(SIZE))).all(axis=(1, 2))
    return whole[inside]


def leaning(lines: np.ndarray) -> np.ndarray:
    """How many degrees lines are off the upright."""
    way = lines[:, 1] - lines[:, 0]
    return np.degrees(np.arctan(way[:, 0] / way[:, 1]))


def rising(lines: np.ndarray) -> np.ndarray:
    """How many degrees lines are off the level."""
    way = lines[:, 1] - lines[:, 0]
    return np.degrees(np.arctan(way[:, 1] / way[:, 0]))
