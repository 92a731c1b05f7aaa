"""Operators: the subject, and what is behind it."""

from processing.operators.background.place import Place
from processing.operators.background.remove_background import RemoveBackground
from processing.operators.background.replace_background import ReplaceBackground
from processing.operators.background.shadow import Shadow
from processing.operators.background.sky import Sky
from processing.operators.background.twilight import Twilight
from processing.operators.base import Operator

OPERATORS: tuple[type[Operator], ...] = (
    RemoveBackground,
    ReplaceBackground,
    Place,
    Shadow,
    Sky,
    Twilight,
)
