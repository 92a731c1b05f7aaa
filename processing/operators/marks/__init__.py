"""Operators: what is laid over a picture."""

from processing.operators.base import Operator
from processing.operators.marks.badge import Badge
from processing.operators.marks.border import Border
from processing.operators.marks.text import Text
from processing.operators.marks.text_watermark import TextWatermark
from processing.operators.marks.watermark import Watermark

OPERATORS: tuple[type[Operator], ...] = (Watermark, TextWatermark, Text, Border, Badge)
