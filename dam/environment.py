"""Typed readers for environment variables: they fail loudly and name the variable."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlparse

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return the variable's text, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; raises ImproperlyConfigured for anything else."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def integer(name: str, default: int, *, least: int | None = None) -> int:
    """Return a whole number of at least `least`; raises ImproperlyConfigured otherwise."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if least is not None and number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {number}.")
    return number


def folder(name: str, default: Path) -> Path:
    """Return an absolute path; it need not exist yet."""
    return Path(text(name, str(default))).expanduser().resolve()


def choice(name: str, choices: Sequence[str]) -> str:
    """Return one of `choices`, the first where the variable is unset; raises otherwise."""
    value = text(name, choices[0])
    if value not in choices:
        known = ", ".join(one for one in choices if one)
        raise ImproperlyConfigured(f"{name} must be one of {known}, not {value!r}.")
    return value


def origins(address: str) -> list[str]:
    """Return the origin of an address (scheme, host and port) as a list; of none, an empty one."""
    parts = urlparse(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def names(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list, blanks dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
