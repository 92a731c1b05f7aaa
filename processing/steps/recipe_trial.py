"""The library step that tries out recipes that are being edited, while somebody waits."""

from collections.abc import Sequence

from dam.models import Version


def run(_versions: Sequence[Version] = ()) -> None:
    """Do the trials that wait."""
    from processing.trials.running import run_waiting  # the engine: seconds to import

    run_waiting()
