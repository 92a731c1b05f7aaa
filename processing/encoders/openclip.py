"""OpenCLIP at run time: ONNX Runtime on a CPU, torch in fp16 on a GPU.

On a CPU neither torch nor open_clip is imported, except for texts of models that do not use CLIP's
own tokenizer.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from processing import weights
from processing.encoders.base import (
    FACETS,
    ImageEmbedding,
    Matrix,
    Prior,
    TermTexts,
    mean_texts,
    unit_rows,
)
from processing.encoders.clip_pixels import ClipPixels
from processing.encoders.clip_tokens import ClipTokens
from processing.encoders.device import use_cuda
from processing.encoders.runtime import open_session

if TYPE_CHECKING:
    import onnxruntime as ort

log = logging.getLogger(__name__)

CPU_BATCH, CUDA_BATCH, TEXT_BATCH = 8, 256, 32
PRIOR_STRENGTH = 8.0


class OpenClipEncoder:
    """One model of ``openclip_build.build``, by its key."""

    facets = frozenset(FACETS)
    centred = False

    def __init__(self, key: str, models_dir: Path) -> None:
        self.key = key
        self._files = weights.paths(key, models_dir)
        self._config = json.loads(self._files["config.json"].read_text(encoding="utf-8"))
        self._see = ClipPixels(self._config["picture"])
        with np.load(self._files["prior.npz"]) as prior:
            self._prior = (prior["mean"], prior["covariance"])
        self.dimensions = len(self._prior[0])
        self._lock = threading.Lock()
        self._on_gpu = "half.safetensors" in self._files and use_cuda()
        self.batch_size = CUDA_BATCH if self._on_gpu else CPU_BATCH

    def encode_images(self, pictures: Sequence[Image.Image]) -> list[ImageEmbedding]:
        """One embedding per picture, in order."""
        embedded: list[ImageEmbedding] = []
        for start in range(0, len(pictures), self.batch_size):
            pixels = self._see(pictures[start : start + self.batch_size])
            embedded += [ImageEmbedding(row) for row in unit_rows(self._look(pixels))]
        return embedded

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        """Shape (n, d), float32, rows of unit length."""
        parts = [np.zeros((0, self.dimensions), dtype=np.float32)]
        for start in range(0, len(texts), TEXT_BATCH):
            tokens = self._tokens(texts[start : start + TEXT_BATCH])
            parts.append(self._texts.run(None, {"tokens": tokens})[0])
        return unit_rows(np.concatenate(parts))

    def evidence(self, vectors: Matrix) -> Matrix:
        """The vectors themselves: a raw score is a cosine."""
        return vectors

    def term_weights(self, terms: Sequence[TermTexts]) -> Matrix:
        """The mean vector of each term's prompts, (terms, d)."""
        return mean_texts(self, terms)

    def prior(self) -> Prior:
        """Moments of generated pictures; they tell the cone that pictures lie in, hardly more."""
        mean, covariance = self._prior
        return Prior(mean.astype(np.float64), covariance.astype(np.float64), PRIOR_STRENGTH)

    def _look(self, pixels: Matrix) -> Matrix:
        if self._on_gpu:
            return self._gpu(pixels)
        return self._images.run(None, {"pixels": pixels})[0]

    @cached_property
    def _images(self) -> ort.InferenceSession:
        return open_session(self._files[self._config["image"]])

    @cached_property
    def _texts(self) -> ort.InferenceSession:
        return open_session(self._files["text.onnx"])

    @cached_property
    def _tokens(self) -> Callable[[Sequence[str]], Any]:
        if self._config["tokenizer"] == "portable":
            return ClipTokens(self._files["tokenizer.json"], self._config["context"])
        from processing.encoders.torchvision_ops import declare_missing_operators

        declare_missing_operators()
        import open_clip

        tokenizer = open_clip.get_tokenizer(self._config["model"])
        return lambda texts: tokenizer(list(texts)).numpy().astype(np.int64)

    @cached_property
    def _gpu(self) -> Callable[[Matrix], Matrix]:
        from processing.encoders.openclip_cuda import CudaImageTower

        log.info("%s runs on the GPU", self.key)
        return CudaImageTower(self._config["model"], self._files["half.safetensors"])
