"""Operators: the subject, and what is behind it."""

from processing.operators.base import Operator

OPERATORS: tuple[type[Operator], ...] = ()
