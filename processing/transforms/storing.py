"""Where pictures on the fly, their bases and looks are kept: folders of LOUPE_HOME, bounded."""

from functools import cache
from pathlib import Path

from django.conf import settings

from processing.transforms.bases import VERSION
from processing.transforms.looks import Look, from_json
from processing.transforms.shelf import Shelf


def _home() -> Path:
    return Path(settings.LOUPE_HOME) / "transforms"


def pictures() -> Shelf:
    """Finished pictures, by the digest of all that decides them."""
    return _shelf(_home() / "pictures", "LOUPE_TRANSFORMS_MIB")


def bases() -> Shelf:
    """What they are made from, by original."""
    return _shelf(_home() / "bases", "LOUPE_BASES_MIB")


def base_name(blob: str) -> str:
    """What the base of an original is called among `bases`."""
    return f"{blob}-{VERSION}.tif"


def look_of(blob: str) -> Look | None:
    """What a worker saw of an original; None where nobody has looked yet."""
    data = bases().read(_look_name(blob))
    return from_json(data) if data is not None else None


def keep_look(blob: str, look: Look) -> None:
    """Raises OSError where there is no room."""
    bases().keep(_look_name(blob), look.to_json())


def _look_name(blob: str) -> str:
    return f"{blob}-{VERSION}.json"


def locks() -> Path:
    return _home() / "locks"


@cache
def _shelf(folder: Path, setting: str) -> Shelf:
    return Shelf(folder, lambda: getattr(settings, setting) * 1024**2)


def trim() -> str:
    """Hold both to their bounds; return a sentence where something went."""
    count = pictures().trim() + bases().trim()
    return f"{count} pictures on the fly that nobody asked for long were removed." if count else ""
