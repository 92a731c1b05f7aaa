"""Real photographs from scikit-image and scikit-learn, under names that a person would give.

Where each comes from and its licence: docs/reference/demo-pictures.md.
"""

import importlib.resources
import shutil
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

SHIPPED = {
    "skimage.data": {
        "gravel.png": "gravel.png",
        "grass.png": "grass.png",
        "brick.png": "brick-wall.png",
        "coins.png": "old-coins.png",
        "moon.png": "moon-surface.png",
        "hubble_deep_field.jpg": "hubble-deep-field.jpg",
        "camera.png": "photographer-in-the-park.png",
        "rocket.jpg": "rocket-on-the-launch-pad.jpg",
        "motorcycle_left.png": "motorcycle-in-the-garage.png",
        "astronaut.png": "astronaut-portrait.png",
        "coffee.png": "cup-of-coffee.png",
        "chelsea.png": "chelsea-the-cat.png",
    },
    "sklearn.datasets.images": {
        "flower.jpg": "dahlia.jpg",
        "china.jpg": "chinese-temple.jpg",
    },
}


def photographs(folder: Path) -> list[Path]:
    """Copy the photographs into `folder`, those that are there left alone; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_copy(source, folder / name) for source, name in _sources()]


def _sources() -> Iterator[tuple[Traversable, str]]:
    for package, files in SHIPPED.items():
        base = importlib.resources.files(package)
        for file, name in files.items():
            yield base / file, name


def _copy(source: Traversable, target: Path) -> Path:
    if not target.exists():
        draft = target.with_suffix(".part")
        with source.open("rb") as read, draft.open("wb") as write:
            shutil.copyfileobj(read, write)
        draft.rename(target)
    return target
