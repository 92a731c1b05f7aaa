"""What interrupted work left behind: drafts of files that nobody was told were kept."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from dam.storage.mark import mounted
from dam.storage.places import INCOMING, root

DAY = 24 * 3600.0
# Drafts of `arriving`, and folders of work in progress. What else lies there has another keeper.
FILES = re.compile(r"[0-9a-f]{32}")
FOLDERS = re.compile(r"[a-z]+-[a-z0-9_]{8}")  # as tempfile names them


def abandoned_drafts(older_than: float = DAY) -> list[Path]:
    """Return drafts that nobody has written to for some seconds; none where the disk is away."""
    folder = root() / INCOMING
    if not folder.is_dir() or not mounted():
        return []
    return [path for path in folder.iterdir() if _is_draft(path) and _age(path) > older_than]


def collect_drafts(older_than: float = DAY) -> int:
    """Remove abandoned drafts; return how many there were."""
    drafts = abandoned_drafts(older_than)
    for path in drafts:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)  # its owner may be removing it as well
        else:
            path.unlink(missing_ok=True)
    return len(drafts)


def _is_draft(path: Path) -> bool:
    return bool((FOLDERS if path.is_dir() else FILES).fullmatch(path.name))


def _age(path: Path) -> float:
    """Seconds since it, or anything in it, was written to; 0 for what has gone meanwhile."""
    return time.time() - max(_written(path), default=time.time())


def _written(path: Path) -> Iterator[float]:
    for one in (path, *path.rglob("*")):
        try:
            yield one.stat().st_mtime
        except FileNotFoundError:
            continue
