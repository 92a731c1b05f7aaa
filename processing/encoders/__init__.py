"""Image–text encoders behind one interface: which there are, and loading one by its key."""

from __future__ import annotations

import threading
from pathlib import Path

from processing import weights
from processing.encoders.base import (
    FACETS,
    Encoder,
    EncoderError,
    ImageEmbedding,
    Prior,
    TermTexts,
    centre,
    unit_rows,
)
from processing.encoders.runtime import set_threads

__all__ = [
    "DEFAULT_KEY",
    "FACETS",
    "Encoder",
    "EncoderError",
    "ImageEmbedding",
    "Prior",
    "TermTexts",
    "available",
    "centre",
    "configure",
    "load",
    "unit_rows",
]

#: Always available: its parts come from the package index.
DEFAULT_KEY = "concepts-lite0-minilm-v1"
FAKE_KEY = "fake-v1"

_loaded: dict[tuple[str, Path], Encoder] = {}
_lock = threading.Lock()


def configure(threads: int) -> None:
    """Threads that encoders loaded from now on use in this process (default 1)."""
    set_threads(threads)


def available() -> tuple[str, ...]:
    """Keys of the image–text encoders in the manifest, in its order."""
    return tuple(name for name, entry in weights.manifest().items() if entry.task == "image-text")


def load(key: str, models_dir: Path) -> Encoder:
    """The encoder ``key`` with its files in ``models_dir``; loaded once a process, then kept.

    Nothing is fetched here. Raises :class:`EncoderError` for a key of no known kind, and
    :class:`processing.weights.WeightsError` where its files are not there.
    """
    place = (key, Path(models_dir).resolve())
    with _lock:
        if place not in _loaded:
            _loaded[place] = _open(key, place[1])
        return _loaded[place]


def _open(key: str, models_dir: Path) -> Encoder:
    if key == FAKE_KEY:
        from processing.encoders.fake import FakeEncoder

        return FakeEncoder()
    if key == DEFAULT_KEY:
        from processing.encoders.concepts import ConceptEncoder

        return ConceptEncoder(models_dir)
    if key.startswith("openclip:"):
        from processing.encoders.openclip import OpenClipEncoder

        return OpenClipEncoder(key, models_dir)
    raise EncoderError(f"no encoder is called {key!r}; there are {', '.join(available())}")
