"""Operators: sharpness, noise, and the look of a lens."""

from processing.operators.base import Operator
from processing.operators.detail.denoise import Denoise
from processing.operators.detail.sharpen import Sharpen
from processing.operators.detail.vignette import Vignette

OPERATORS: tuple[type[Operator], ...] = (Denoise, Sharpen, Vignette)
