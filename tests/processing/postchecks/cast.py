"""Good products, photographs, and what goes wrong with them."""

import cv2
import numpy as np
from skimage import data

from processing.operators.context import Context
from processing.operators.export.png import Png
from processing.operators.picture import Picture
from processing.postchecks.base import Made, StepTaken
from processing.postchecks.looking import small

SIZE = 512


def photo(name: str = "astronaut") -> np.ndarray:
    return np.ascontiguousarray(getattr(data, name)()[:, :, :3])


def made(pixels: np.ndarray, source: np.ndarray | None = None, *steps: StepTaken) -> Made:
    """An output of these pixels, as a PNG."""
    encoded = Png().encode(Picture.from_array(pixels), Context())
    return Made(encoded, pixels, small(photo()) if source is None else source, steps)


def disc(soft: float = 1.0) -> np.ndarray:
    """Alpha 0..1 of a disc in the middle, with an edge as wide as that of a good mask."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    far = np.hypot(x - SIZE / 2, y - SIZE / 2)
    return np.clip((SIZE * 0.4 - far) / soft + 0.5, 0, 1)


def product(alpha: np.ndarray | None = None, ground: int = 255) -> np.ndarray:
    """A photograph's texture cut out as a disc on a plain ground."""
    texture = cv2.resize(photo("coffee"), (SIZE, SIZE)).astype(np.float32)
    mask = (disc() if alpha is None else alpha)[:, :, None]
    return np.rint(texture * mask + ground * (1 - mask)).astype(np.uint8)


def cut_out(alpha: np.ndarray | None = None) -> np.ndarray:
    """The same with transparency."""
    mask = disc() if alpha is None else alpha
    texture = cv2.resize(photo("coffee"), (SIZE, SIZE))
    return np.dstack([texture, np.rint(mask * 255).astype(np.uint8)])


def with_rim(light: int, width: int = 5) -> np.ndarray:
    """The product with what is left of an old background around it."""
    pixels = product().copy()
    far = cv2.distanceTransform((disc() > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    pixels[(far > 0) & (far <= width)] = light
    return pixels


def ragged() -> np.ndarray:
    """An alpha whose edge has teeth, holes and crumbs."""
    noise = np.random.default_rng(4).normal(0, 1, (SIZE // 4, SIZE // 4)).astype(np.float32)
    noise = cv2.resize(noise, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)
    return (disc(60.0) + 0.25 * noise > 0.5).astype(np.float32)
