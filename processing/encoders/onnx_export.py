"""Build time only: the two towers of an open_clip model as ONNX, and the image tower as int8."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

OPSET = 17


class ImageTower(nn.Module):
    """Pixels (n, 3, side, side), normalised, to unit-length vectors (n, d)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> Tensor:
        """See the class."""
        return self.model.encode_image(pixels, normalize=True)


class TextTower(nn.Module):
    """Token numbers (n, context) to unit-length vectors (n, d)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> Tensor:
        """See the class."""
        return self.model.encode_text(tokens, normalize=True)


def export_image_tower(model: Any, side: int, target: Path) -> None:
    """Write the image tower: input ``pixels`` (n, 3, side, side), output ``vectors`` (n, d)."""
    _export(ImageTower(model), torch.zeros(2, 3, side, side), "pixels", target)


def export_text_tower(model: Any, context: int, target: Path) -> None:
    """Write the text tower: input ``tokens`` (n, context) int64, output ``vectors`` (n, d)."""
    example = torch.zeros(2, context, dtype=torch.int64)
    example[:, 0] = 1
    _export(TextTower(model), example, "tokens", target)


def quantise(source: Path, target: Path) -> None:
    """Write ``source`` with int8 weights; activations are quantised as they come (dynamic)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quiet = logging.getLogger()
    level = quiet.level
    quiet.setLevel(logging.ERROR)  # it advises a preparation that these graphs do not need
    try:
        # The patch convolution stays as it is: int8 convolutions are slower on a CPU.
        quantize_dynamic(
            source,
            target,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
    finally:
        quiet.setLevel(level)


def _export(tower: nn.Module, example: Tensor, name: str, target: Path) -> None:
    with _exportable(), torch.no_grad():
        torch.onnx.export(
            tower.eval(),
            (example,),
            str(target),
            input_names=[name],
            output_names=["vectors"],
            dynamic_axes={name: {0: "n"}, "vectors": {0: "n"}},
            opset_version=OPSET,
            dynamo=False,
        )


@contextlib.contextmanager
def _exportable() -> Iterator[None]:
    # torch's fused attention has no ONNX counterpart; the plain one gives the same numbers.
    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)
