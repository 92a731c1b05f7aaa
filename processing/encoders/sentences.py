"""The sentence tower at run time: tokenizers and ONNX Runtime, no torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from processing.encoders.base import Matrix
from processing.encoders.runtime import open_session

#: Tokens kept of a text; captions and prompts are far shorter.
LONGEST = 128
BATCH = 32


class SentenceEncoder:
    """Texts to unit-length vectors of 384 numbers. Loads its files on first use."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106 - no password
        self._session = open_session(model)
        # The tokenizer's padding state is shared between threads.
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Shape (n, 384), float32, rows of unit length, in the order given."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = np.zeros((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            found[chosen] = self._encode_batch([texts[at] for at in chosen])
        return found

    def _encode_batch(self, texts: list[str]) -> Matrix:
        with self._lock:
            encoded = self._tokenizer.encode_batch(texts)
        tokens = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        return self._session.run(None, {"tokens": tokens, "mask": mask})[0]
