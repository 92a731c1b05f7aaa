"""Where pictures on the fly and their bases are kept: folders of LOUPE_HOME, within bounds."""

from functools import cache
from pathlib import Path

from django.conf import settings

from processing.transforms.shelf import Shelf


def _home() -> Path:
    return Path(settings.LOUPE_HOME) / "transforms"


def pictures() -> Shelf:
    """Finished pictures, by the digest of all that decides them."""
    return _shelf(_home() / "pictures", "LOUPE_TRANSFORMS_MIB")


def bases() -> Shelf:
    """What they are made from, by original."""
    return _shelf(_home() / "bases", "LOUPE_BASES_MIB")


def locks() -> Path:
    return _home() / "locks"


@cache
def _shelf(folder: Path, setting: str) -> Shelf:
    return Shelf(folder, lambda: getattr(settings, setting) * 1024**2)


def trim() -> str:
    """Hold both to their bounds; return a sentence where something went."""
    count = pictures().trim() + bases().trim()
    return f"{count} pictures on the fly that nobody asked for long were removed." if count else ""
