"""Operators: which pixels, and where."""

from processing.operators.base import Operator
from processing.operators.geometry.resize import Resize

OPERATORS: tuple[type[Operator], ...] = (Resize,)
