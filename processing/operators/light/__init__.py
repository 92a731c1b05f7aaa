"""Operators: how bright, and in which colours."""

from processing.operators.base import Operator
from processing.operators.light.brightness import Brightness
from processing.operators.light.colour_card import ColourCard
from processing.operators.light.contrast import Contrast
from processing.operators.light.convert import Convert
from processing.operators.light.curves import Curves
from processing.operators.light.exposure import Exposure
from processing.operators.light.fuse import Fuse
from processing.operators.light.grade import Grade
from processing.operators.light.lut import Lut
from processing.operators.light.match import Match
from processing.operators.light.palette_match import PaletteMatch
from processing.operators.light.saturation import Saturation
from processing.operators.light.tone_map import ToneMap
from processing.operators.light.vibrance import Vibrance
from processing.operators.light.white_balance import WhiteBalance

OPERATORS: tuple[type[Operator], ...] = (
    Convert,
    Exposure,
    Brightness,
    WhiteBalance,
    ColourCard,
    Match,
    PaletteMatch,
    Curves,
    Contrast,
    Saturation,
    Vibrance,
    Lut,
    Grade,
    Fuse,
    ToneMap,
)
