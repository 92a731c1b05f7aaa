"""The neural networks of this process, as recipes ask them."""

from processing.operators.context import Networks, Nothing


def shared() -> Networks:
    """The networks that all recipes of this process share."""
    return Nothing()
