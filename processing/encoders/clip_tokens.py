"""Texts to CLIP's token numbers with the tokenizers library, so that searching needs no torch."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ftfy
import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE

START, END = "<start_of_text>", "<end_of_text>"
# One word, number digit, contraction or run of signs at a time, as CLIP was trained.
_PIECES = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def write_tokenizer(simple: Any, target: Path) -> None:
    """Write open_clip's ``SimpleTokenizer`` as a file of the tokenizers library."""
    merges = sorted(simple.bpe_ranks, key=simple.bpe_ranks.get)
    tokenizer = Tokenizer(
        BPE(
            vocab=dict(simple.encoder),
            merges=[tuple(pair) for pair in merges if len(pair) == 2],
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
            fuse_unk=False,
        )
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.save(str(target))


class ClipTokens:
    """Reads a file of :func:`write_tokenizer`; each text becomes ``context`` numbers."""

    def __init__(self, path: Path, context: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        vocabulary = self._tokenizer.get_vocab()
        self._start, self._end = vocabulary[START], vocabulary[END]
        self._context = context

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Shape (n, context), int64: start, the text, end, then zeros."""
        found = np.zeros((len(texts), self._context), dtype=np.int64)
        for row, text in zip(found, texts, strict=True):
            numbers = self._tokenizer.encode(clean(text), add_special_tokens=False).ids
            kept = [self._start, *numbers[: self._context - 2], self._end]
            row[: len(kept)] = kept
        return found


def clean(text: str) -> str:
    """Text as CLIP's training data was cleaned: mojibake, entities and blanks put right."""
    mended = html.unescape(html.unescape(ftfy.fix_text(text)))
    return " ".join(mended.split()).lower()
