"""The library step that clears away, by the hour, what nobody needs any more (dam/tidying.py)."""

import logging
from collections.abc import Sequence

from dam import storage, tidying
from dam.models import Version
from processing import queue, sandbox
from processing.delivery import keeping
from processing.sources import forgetting
from processing.transforms import storing
from processing.trials import forgetting as trials

log = logging.getLogger(__name__)
STEP = "tidying"


def connect() -> None:
    tidying.register("rooms of cells", rooms)
    tidying.register("downloads", downloads)
    tidying.register("pictures on the fly", storing.trim)
    tidying.register("trials of recipes", trials.forget)
    tidying.register("files of sources", forgetting.forget)


def ask() -> None:
    """Ask a worker to tidy: what it looks through may be large, or in a bucket that is slow."""
    queue.enqueue(STEP)


def run(_versions: Sequence[Version] = ()) -> None:
    for sentence in tidying.tidy():
        log.info(sentence)


def rooms() -> str:
    """Remove the rooms of cells whose processes are gone."""
    count = sandbox.sweep(storage.incoming()) if storage.mounted() else 0
    return f"{count} rooms of cells that are gone were removed." if count else ""


def downloads() -> str:
    """Hold the kept downloads to their bounds."""
    count = keeping.trim()
    return f"{count} downloads that nobody took for long were removed." if count else ""
