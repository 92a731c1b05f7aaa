"""The neural networks that recipes use, as this instance is configured: one set a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from processing import weights
from processing.errors import TransientError

if TYPE_CHECKING:
    from processing.vision.networks import LocalNetworks


def wanted() -> list[str]:
    """The entries of the manifest that recipes may ask for here."""
    return list(shared().names)


def fetch() -> None:
    """Have their weights: for workers and commands, never a request.

    Raises TransientError where they are missing and cannot be had now.
    """
    folder = Path(settings.MODELS_DIR)
    for name in wanted():
        if weights.is_present(name, folder):
            continue
        try:
            weights.ensure(name, folder)
        except weights.WeightsError as error:
            raise TransientError(f"The model {name} cannot be had now: {error}") from error


def shared() -> LocalNetworks:
    """The networks of this process, each loaded when it is first asked.

    One picture at a time is looked at with one thread (``set_threads`` of
    processing.encoders.runtime tells otherwise), as workers are several.
    """
    return _shared(Path(settings.MODELS_DIR))


@cache
def _shared(folder: Path) -> LocalNetworks:
    # With OpenCV: processes that only serve pages start without it.
    from processing.vision.networks import LocalNetworks

    return LocalNetworks(folder)
