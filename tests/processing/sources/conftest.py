"""A folder that may be watched, and sources in it."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def inbox(tmp_path: Path, settings) -> Path:
    """A folder below the only root."""
    root = tmp_path / "roots"
    folder = root / "inbox"
    folder.mkdir(parents=True)
    settings.LOUPE_WATCH_ROOTS = [root]
    return folder


@pytest.fixture
def brand_admin(person):
    """An admin of the default brand alone."""
    return person("brand_admin", "admin")


@pytest.fixture
def source_of(inbox: Path, brand, brand_admin) -> Callable:
    """Make a source for the inbox (or for what is named), with little patience."""

    def make(**fields):
        from processing.sources.actions import add_source

        given = {"name": "Inbox", "path": str(inbox), "settle_seconds": 0.2, "brand": brand}
        return add_source(user=brand_admin, **(given | fields))

    return make


@pytest.fixture
def take() -> Callable:
    """Take everything that a source has now, in this process."""
    from processing.sources.watcher import once

    return once


@pytest.fixture
def below(inbox: Path) -> Callable:
    """What lies in the inbox: paths of files, sorted."""

    def look(folder: str = "") -> list[str]:
        return sorted(
            str(path.relative_to(inbox / folder))
            for path in (inbox / folder).rglob("*")
            if path.is_file()
        )

    return look
