"""Which folders may be watched: those below LOUPE_WATCH_ROOTS, and nothing else of the server."""

import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from processing.sources.errors import Unreachable


def roots() -> list[Path]:
    """Return the folders below which folders may be watched; ours is made where it is missing."""
    if settings.LOUPE_WATCH_ROOTS == [settings.LOUPE_INBOX]:
        settings.LOUPE_INBOX.mkdir(parents=True, exist_ok=True)
    return list(settings.LOUPE_WATCH_ROOTS)


def allowed(folder: str) -> str:
    """Return the real path of a folder that may be watched.

    Raises ValidationError for any other place, also for one that is not there: whoever asks learns
    nothing of what lies outside the roots.
    """
    given = Path(folder.strip())
    if "\0" in folder or not given.is_absolute():
        raise ValidationError("A folder is given by its whole path, beginning with a slash.")
    real = Path(os.path.realpath(given))
    if not is_below_root(real):
        raise ValidationError(
            f"Only folders below {_named()} may be watched; an admin of the server sets this with"
            " LOUPE_WATCH_ROOTS."
        )
    if _is_ours(real):
        raise ValidationError("This is where Loupe keeps its own files.")
    return str(real)


def still_allowed(folder: str) -> str:
    """Return the real path of a source's folder. Raises Unreachable where it may not be watched."""
    real = os.path.realpath(folder)
    if not is_below_root(Path(real)):
        raise Unreachable(f"{folder} is not below {_named()} (LOUPE_WATCH_ROOTS).")
    return real


def is_below_root(real: Path) -> bool:
    return any(real.is_relative_to(os.path.realpath(root)) for root in roots())


def _is_ours(real: Path) -> bool:
    """Whether it is, holds, or lies in a folder in which Loupe keeps things."""
    media = Path(os.path.realpath(settings.MEDIA_ROOT))
    home = Path(os.path.realpath(settings.LOUPE_HOME))
    inbox = Path(os.path.realpath(settings.LOUPE_INBOX))
    if real.is_relative_to(media) or media.is_relative_to(real) or home.is_relative_to(real):
        return True
    return real.is_relative_to(home) and not real.is_relative_to(inbox)


def _named() -> str:
    return ", ".join(str(root) for root in roots()) or "a folder that the server names"
