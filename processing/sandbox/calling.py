"""`call`: the sandbox as the rest of the program knows it."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from typing import Any, TypeVar

from processing.sandbox.service import Service, Setup, Usage

Result = TypeVar("Result")

_service = Service(Setup())


def configure(setup: Setup) -> None:
    """Set this process's sandbox up; one that runs is ended and started anew when needed."""
    global _service
    old, _service = _service, Service(setup)
    old.close()


def call(function: Callable[..., Result], /, *arguments: Any, **named: Any) -> Result:
    """Return ``function(*arguments, **named)``, worked out in a process that is shut in.

    The function must be on the list in ``allowed.py``. It sees the file ``path`` of its arguments,
    writes into a folder whose files are moved to ``out_dir`` afterwards, and sees libraries; it has
    no network and can start no program; memory, time and the bytes that it writes are bounded.

    Raises what the function raises where that is a ProcessingError or an OSError. A file that
    breaks its process or oversteps its bounds is an InputError with a sentence (``Crashed``,
    ``Overstepped``), and so is any other exception. Raises Busy and Unavailable (both are
    TransientErrors) where nothing is known of the file yet, NotAllowed, and TypeError for
    arguments that do not fit the function.
    """
    if not _service.setup.enabled:
        return function(*arguments, **named)
    result: Result = _service.call(function, arguments, named)
    return result


def enabled() -> bool:
    return _service.setup.enabled


def usage() -> Usage:
    """What this process's calls have used so far."""
    return _service.usage


def close() -> None:
    """End this process's zygote and cells; the next call starts others."""
    _service.close()


def _after_fork() -> None:
    global _service
    old, _service = _service, Service(_service.setup)
    old.leave()


atexit.register(lambda: _service.close())
os.register_at_fork(after_in_child=_after_fork)
