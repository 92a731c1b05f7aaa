"""Operators: what is laid over a picture."""

from processing.operators.base import Operator

OPERATORS: tuple[type[Operator], ...] = ()
