"""Which encoder search uses: a row of the database, read often enough that a switch is seen."""

import time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from processing import encoders, weights
from processing.encoders import Encoder
from processing.errors import TransientError
from search import index
from search.models import EmbeddingModel

SEEN_FOR = 2.0  # seconds that a process trusts what it read
NAMES = {"concepts": encoders.DEFAULT_KEY}  # short names that settings and commands take

_seen: tuple[float, EmbeddingModel] | None = None


def active(*, fresh: bool = False) -> EmbeddingModel:
    """Return the model that search uses; the first call ever makes it of LOUPE_ENCODER.

    With `fresh` the database is asked, otherwise the answer may be `SEEN_FOR` seconds old. Raises
    EncoderError and WeightsError where the first model cannot be loaded.
    """
    global _seen
    if not fresh and _seen is not None and time.monotonic() - _seen[0] < SEEN_FOR:
        return _seen[1]
    row = _current()
    row = row or _first()
    _seen = (time.monotonic(), row)
    return row


def _current() -> EmbeddingModel | None:
    # The moments are megabytes, and few want them (search/moments.py).
    rows = EmbeddingModel.objects.defer("moments")
    return rows.filter(state=EmbeddingModel.State.ACTIVE).first()


def forget() -> None:
    """Make the next `active` ask the database: call it after a switch."""
    global _seen
    _seen = None


def encoder_of(row: EmbeddingModel) -> Encoder:
    """Return a model's encoder; loaded on first use and kept by the process."""
    return load(row.key)


def load(name: str) -> Encoder:
    """Return the encoder of a key or short name. Raises EncoderError and WeightsError."""
    return encoders.load(full_key(name), Path(settings.MODELS_DIR))


def fetch() -> None:
    """Have the weights of the model that search uses: for workers and commands, never a request.

    Raises TransientError where they are missing and cannot be had now.
    """
    row = _current()
    key = row.key if row else full_key(settings.LOUPE_ENCODER)
    folder = Path(settings.MODELS_DIR)
    if key not in weights.manifest() or weights.is_present(key, folder):
        return
    try:
        weights.ensure(key, folder)
    except weights.WeightsError as error:
        raise TransientError(f"The model {key} cannot be had now: {error}") from error


def full_key(name: str) -> str:
    """Return the key that a short name such as "concepts" stands for."""
    return NAMES.get(name, name)


def _first() -> EmbeddingModel:
    """Make the configured encoder the active model; safe where several processes try at once."""
    encoder = load(settings.LOUPE_ENCODER)
    with transaction.atomic():
        lock()
        known = _current()
        if known is not None:
            return known
        row, _ = EmbeddingModel.objects.update_or_create(
            key=encoder.key,
            defaults={
                "dimensions": encoder.dimensions,
                "state": EmbeddingModel.State.ACTIVE,
                "activated_at": timezone.now(),
            },
        )
        index.create(row)
    return row


def lock() -> None:
    """Let one transaction at a time decide which model is active."""
    index.advisory_lock(index.SWITCH)
