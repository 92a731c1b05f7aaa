"""What is cleared away by itself: rooms register what of theirs nobody needs any more.

`manage.py up` asks for it every hour (the library step `tidying`), and so does
`manage.py doctor --repair`.
"""

import logging
from collections.abc import Callable

from dam.storage.errors import StorageError

log = logging.getLogger(__name__)

Act = Callable[[], str]  # clears something away; returns a sentence, empty for nothing
_acts: dict[str, Act] = {}


def register(name: str, act: Act) -> None:
    """Add something to be cleared away. Raises ValueError for a name that is taken."""
    if name in _acts:
        raise ValueError(f"{name!r} is tidied already")
    _acts[name] = act


def tidy() -> list[str]:
    """Clear everything away that may go; return what was done, in sentences.

    Where a storage or a disk is in the way of one, that is logged and the others are not held up.
    """
    said = []
    for name, act in _acts.items():
        try:
            said.append(act())
        except (StorageError, OSError) as error:
            log.warning("%s cannot be tidied now: %s", name, error)
    return [sentence for sentence in said if sentence]
