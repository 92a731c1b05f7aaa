"""Renditions: files of the media folder, named by version and recipe. They can be made again."""

import shutil
import uuid
from pathlib import Path

from dam.storage.mark import require_mounted
from dam.storage.places import path_of, room


def rendition_key(version_id: int, digest: str, extension: str) -> str:
    """Return the key of a rendition: spread over folders by version, named by its recipe."""
    return f"renditions/{version_id % 1000:03d}/{version_id}/{digest[:20]}{extension}"


def place_rendition(source: Path, key: str) -> None:
    """Move a finished rendition to its key, replacing what an earlier try left there.

    Raises StorageFull and NotMounted.
    """
    require_mounted()
    target = path_of(key)
    with room():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.replace(target)
        except OSError as error:
            if error.errno != 18:  # EXDEV: made on another disk
                raise
            draft = target.with_suffix(f".{uuid.uuid4().hex}")
            shutil.copyfile(source, draft)
            draft.replace(target)
