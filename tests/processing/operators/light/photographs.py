"""Real photographs that come with scikit-image, casts of known size, and what is left of them."""

from functools import cache

import numpy as np
import skimage.data
from PIL import Image
from skimage.color import deltaE_ciede2000

from processing.operators.light.adaptation import adapting
from processing.operators.light.spaces import cielab, coded, linear, luminance, through
from processing.operators.picture import Picture

NAMES = ("astronaut", "chelsea", "coffee", "rocket")
# Lights as linear sRGB of luminance 1: incandescent, warm and cool daylight, fluorescent.
LIGHTS = {
    "incandescent": (1.73, 0.87, 0.21),
    "warm": (1.25, 0.97, 0.58),
    "cool": (0.80, 1.01, 1.45),
    "green": (0.90, 1.05, 0.82),
}


@cache
def photograph(name: str, longest: int = 320) -> np.ndarray:
    """uint8, height × width × 3; not to be written to."""
    image = Image.fromarray(getattr(skimage.data, name)())
    image.thumbnail((longest, longest))
    pixels = np.asarray(image.convert("RGB"))
    pixels.setflags(write=False)
    return pixels


def floats(pixels: np.ndarray) -> np.ndarray:
    return pixels.reshape(-1, 3).astype(np.float32) / np.float32(255)


def lit_by(pixels: np.ndarray, light: tuple[float, float, float], ev: float = 0.0) -> np.ndarray:
    """The scene under another light, and with so many stops more of it, clipped."""
    matrix = np.linalg.inv(adapting(np.array(light))) * 2.0**ev
    changed = coded(through(linear(floats(pixels)), matrix))
    return np.rint(changed * 255).astype(np.uint8).reshape(pixels.shape)


def difference(first: np.ndarray | Picture, second: np.ndarray | Picture) -> float:
    """Mean ΔE2000 of two pictures of the same size."""
    one, other = (
        cielab(floats(p.rgb8() if isinstance(p, Picture) else p)) for p in (first, second)
    )
    return float(deltaE_ciede2000(one, other).mean())


def stops_apart(first: np.ndarray | Picture, second: np.ndarray | Picture) -> float:
    """By how many EV the mean luminances differ, without a sign."""
    pictures = [p.rgb8() if isinstance(p, Picture) else p for p in (first, second)]
    means = [float(luminance(linear(floats(one))).mean()) for one in pictures]
    return abs(float(np.log2(means[0] / means[1])))
