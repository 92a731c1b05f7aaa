"""Presets: options by name, so that addresses stay short and sizes are kept in one place.

Those that come with Loupe, those that admins keep in the library, and those of the file that
LOUPE_PRESETS names. Of one name, the later in this order wins.
"""

import time
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from dam.health import Finding, problem
from processing.transforms.errors import BadOptions
from processing.transforms.options import check_preset

SHIPPED = {
    "thumb": "w=320,h=320,fit=cover,g=smart",
    "card": "w=640,h=480,fit=cover,g=smart",
    "square": "w=1080,h=1080,fit=cover,g=smart",
    "social": "w=1200,h=630,fit=cover,g=smart,f=jpg",
    "page": "w=1280",
    "hero": "w=1920,h=1080,fit=cover",
    "zoom": "w=2560,h=2560",
}
REMEMBERED_SECONDS = 2.0  # so long may other processes know a preset as it was
_Kept = tuple[tuple[str, str], ...]


class Stamp(NamedTuple):
    """What changes when any preset does."""

    file: str
    written: int
    kept: _Kept


class Row(NamedTuple):
    """A preset and where it comes from: "loupe", "library" or "file"."""

    name: str
    options: str
    origin: str


class PresetsUnusable(Exception):
    """The file of presets cannot be read, or one of them is none; the message says which."""


def known() -> Mapping[str, str]:
    """Every preset: name → options. Where the file cannot be used, all but those of the file."""
    try:
        return read()
    except PresetsUnusable:
        return {**SHIPPED, **dict(_remembered())}  # the doctor tells of it


def read() -> Mapping[str, str]:
    """Every preset: name → options. Raises PresetsUnusable."""
    return _merged(stamp())


def rows() -> list[Row]:
    """Every preset in force with its origin, by name. Raises PresetsUnusable."""
    at = stamp()
    origins = dict.fromkeys(SHIPPED, "loupe") | dict.fromkeys(dict(at.kept), "library")
    origins |= dict.fromkeys(_of_file(at.file, at.written), "file")
    return [Row(name, text, origins[name]) for name, text in sorted(_merged(at).items())]


def stamp() -> Stamp:
    """What changes when any preset does."""
    name = settings.LOUPE_PRESETS
    try:
        written = Path(name).stat().st_mtime_ns if name else 0
    except OSError:
        written = -1
    return Stamp(name, written, _remembered())


def checkup() -> Iterator[Finding]:
    try:
        read()
    except PresetsUnusable as error:
        yield problem("presets", str(error), "Mend the file that LOUPE_PRESETS names.")


def forget() -> None:
    """Ask the database again: a preset has changed, or may have."""
    global _last
    _last = None


_last: tuple[float, _Kept] | None = None


def _remembered() -> _Kept:
    """The library's presets, at most REMEMBERED_SECONDS old."""
    global _last
    now, last = time.monotonic(), _last
    if last is not None and now - last[0] < REMEMBERED_SECONDS:
        return last[1]
    from processing.models import Preset

    kept = tuple(Preset.objects.order_by("name").values_list("name", "options"))
    _last = now, kept
    return kept


@lru_cache(maxsize=4)
def _merged(at: Stamp) -> Mapping[str, str]:
    return {**SHIPPED, **dict(at.kept), **_of_file(at.file, at.written)}


@lru_cache(maxsize=1)
def _of_file(name: str, _written: int) -> Mapping[str, str]:
    if not name:
        return {}
    try:
        told = tomllib.loads(Path(name).read_text())
        for one, text in told.items():
            if not isinstance(text, str):
                raise BadOptions(f"The preset “{one}” is no text.")
            check_preset(one, text)
    except (OSError, ValueError) as error:
        raise PresetsUnusable(f"The presets of {name} cannot be used: {error}") from error
    return told
