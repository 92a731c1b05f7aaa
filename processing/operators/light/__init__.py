"""Operators: how bright, and in which colours."""

from processing.operators.base import Operator

OPERATORS: tuple[type[Operator], ...] = ()
