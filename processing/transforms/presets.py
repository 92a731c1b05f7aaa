"""Presets: options by name, so that addresses stay short and sizes are kept in one place.

Those that come with Loupe, and those of the file that LOUPE_PRESETS names, which win.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

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
_Stamp = tuple[str, int]


class PresetsUnusable(Exception):
    """The file of presets cannot be read, or one of them is none; the message says which."""


def known() -> Mapping[str, str]:
    """Every preset: name → options. Where the file cannot be used, those that come with Loupe."""
    try:
        return read()
    except PresetsUnusable:
        return SHIPPED  # the doctor tells of it


def read() -> Mapping[str, str]:
    """Every preset: name → options. Raises PresetsUnusable."""
    return _merged(stamp())


def stamp() -> _Stamp:
    """What changes when the file does."""
    name = settings.LOUPE_PRESETS
    try:
        return name, Path(name).stat().st_mtime_ns if name else 0
    except OSError:
        return name, -1


def checkup() -> Iterator[Finding]:
    try:
        read()
    except PresetsUnusable as error:
        yield problem("presets", str(error), "Mend the file that LOUPE_PRESETS names.")


@lru_cache(maxsize=1)
def _merged(at: _Stamp) -> Mapping[str, str]:
    if not at[0]:
        return SHIPPED
    try:
        told = tomllib.loads(Path(at[0]).read_text())
        for name, text in told.items():
            if not isinstance(text, str):
                raise BadOptions(f"The preset “{name}” is no text.")
            check_preset(name, text)
    except (OSError, ValueError) as error:
        raise PresetsUnusable(f"The presets of {at[0]} cannot be used: {error}") from error
    return {**SHIPPED, **told}
