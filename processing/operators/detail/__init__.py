"""Operators: sharpness, noise, and the look of a lens."""

from processing.operators.base import Operator
from processing.operators.detail.denoise import Denoise
from processing.operators.detail.enlarge import Enlarge
from processing.operators.detail.grain import Grain
from processing.operators.detail.portrait_blur import PortraitBlur
from processing.operators.detail.retouch import Retouch
from processing.operators.detail.sharpen import Sharpen
from processing.operators.detail.vignette import Vignette

OPERATORS: tuple[type[Operator], ...] = (
    Denoise,
    Sharpen,
    PortraitBlur,
    Retouch,
    Vignette,
    Grain,
    Enlarge,
)
