"""Where the eye goes first, without a neural network: on a proxy, in milliseconds.

Two witnesses, and a mild prior for the middle:

- colours that the picture's edges do not have: the Mahalanobis distance in CIE L*a*b* to each of
  four strips along the edges, the largest of the four left out, as something may touch one edge
  (J. Zhang et al., Minimum barrier salient object detection at 80 FPS, ICCV 2015, §4.2);
- detail that the picture does not have everywhere: the spectral residual (X. Hou and L. Zhang,
  Saliency detection: a spectral residual approach, CVPR 2007).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from processing.operators.picture import Floats, Picture

_EDGE = 256  # pixels of the proxy's longer side
_STRIP = 0.08  # of a side: how wide the strips along the edges are
_RESIDUAL_EDGE = 64  # pixels: the scale that the spectral residual was made for
_MIDDLE = 0.45  # standard deviation of the prior, in halves of each side


def saliency(picture: Picture) -> Floats:
    """How much each pixel of a proxy stands out: float32, height × width, sum 1.

    A picture in which nothing does gets the prior for the middle alone.
    """
    rgb = np.ascontiguousarray(picture.proxy(_EDGE).rgb8())
    both = 0.6 * _scaled(_unlike_edges(rgb)) + 0.4 * _scaled(_residual(rgb))
    shown = (both**1.5 + 0.005) * _middle(*both.shape)
    return (shown / shown.sum()).astype(np.float32)


def _unlike_edges(rgb: NDArray[np.uint8]) -> Floats:
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 1.5), np.float32)
    height, width = lab.shape[:2]
    down, across = max(1, round(height * _STRIP)), max(1, round(width * _STRIP))
    strips = (lab[:down], lab[-down:], lab[:, :across], lab[:, -across:])
    far = np.stack([_far(lab, strip.reshape(-1, 3)) for strip in strips])
    return far.sum(axis=0) - far.max(axis=0)


def _far(lab: NDArray[Any], strip: NDArray[Any]) -> Floats:
    """The Mahalanobis distance of every pixel to the colours of a strip."""
    spread = np.cov(strip.T) if len(strip) > 1 else np.zeros((3, 3))
    inverse = np.linalg.inv(spread + np.eye(3) * 4.0)  # two units of L*a*b* are always alike
    away = lab - strip.mean(axis=0)
    return np.sqrt(np.einsum("yxi,ij,yxj->yx", away, inverse, away)).astype(np.float32)


def _residual(rgb: NDArray[np.uint8]) -> Floats:
    height, width = rgb.shape[:2]
    scale = _RESIDUAL_EDGE / max(height, width)
    size = max(4, round(width * scale)), max(4, round(height * scale))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    waves = np.fft.fft2(grey.astype(np.float64))
    logs = np.log(np.abs(waves) + 1e-6)
    rest = logs - cv2.blur(logs, (3, 3))
    found = np.abs(np.fft.ifft2(np.exp(rest + 1j * np.angle(waves)))) ** 2
    found = cv2.GaussianBlur(found, (0, 0), 2.5)
    return np.asarray(cv2.resize(found, (width, height)), np.float32)


def _scaled(found: Floats) -> Floats:
    """0..1 between the median and all but the highest hundredth; 0 where nothing stands out."""
    low, high = np.quantile(found, (0.5, 0.99))
    if high - low < 1e-6:
        return np.zeros_like(found)
    return np.clip((found - low) / (high - low), 0.0, 1.0)


def _middle(height: int, width: int) -> Floats:
    down = np.exp(-0.5 * (np.linspace(-1, 1, height) / _MIDDLE) ** 2)
    across = np.exp(-0.5 * (np.linspace(-1, 1, width) / _MIDDLE) ** 2)
    return (0.4 + 0.6 * np.outer(down, across)).astype(np.float32)
