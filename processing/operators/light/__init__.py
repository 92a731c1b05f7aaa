"""Operators: how bright, and in which colours."""

from processing.operators.base import Operator
from processing.operators.light.brightness import Brightness
from processing.operators.light.contrast import Contrast
from processing.operators.light.curves import Curves
from processing.operators.light.exposure import Exposure
from processing.operators.light.saturation import Saturation
from processing.operators.light.vibrance import Vibrance
from processing.operators.light.white_balance import WhiteBalance

OPERATORS: tuple[type[Operator], ...] = (
    Exposure,
    Brightness,
    WhiteBalance,
    Curves,
    Contrast,
    Saturation,
    Vibrance,
)
