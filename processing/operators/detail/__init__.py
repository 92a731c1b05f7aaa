"""Operators: sharpness, noise, and the look of a lens."""

from processing.operators.base import Operator

OPERATORS: tuple[type[Operator], ...] = ()
