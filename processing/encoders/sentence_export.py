"""Build time only: the MiniLM sentence tower as a torch module, and its way into ONNX.

BERT (Devlin et al. 2019) with six layers, mean pooling over the tokens and unit length, as
sentence-transformers' ``all-MiniLM-L6-v2`` has it. Written out here so that neither building nor
running needs ``transformers``.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH, LAYERS, HEADS, INNER = 384, 6, 12, 1536
WORDS, POSITIONS, KINDS = 30522, 512, 2
EPSILON = 1e-12  # layer_norm_eps of the checkpoint's config


class Layer(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.joined = nn.Linear(WIDTH, WIDTH)
        self.norm_attended = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.widen, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """``states`` (n, t, 384); ``bias`` (n, 1, 1, t), large and negative at padding."""
        query, key, value = (
            part(states).unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        weights = (query @ key.transpose(-1, -2)) / (WIDTH // HEADS) ** 0.5 + bias
        attended = (weights.softmax(-1) @ value).transpose(1, 2).flatten(2)
        states = self.norm_attended(states + self.joined(attended))
        wide = nn.functional.gelu(self.widen(states))
        return self.norm_out(states + self.narrow(wide))


class SentenceTower(nn.Module):
    """Token numbers and mask (n, t) to unit-length sentence vectors (n, 384)."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.kinds = nn.Embedding(KINDS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """``tokens`` and ``mask`` (n, t), int64; mask is 1 at words and 0 at padding."""
        places = torch.cumsum(torch.ones_like(tokens), dim=1) - 1
        states = self.words(tokens) + self.positions(places) + self.kinds.weight[0]
        states = self.norm(states)
        kept = mask.to(states.dtype)
        bias = (1.0 - kept)[:, None, None, :] * -1e4
        for layer in self.layers:
            states = layer(states, bias)
        summed = (states * kept[:, :, None]).sum(1)
        return nn.functional.normalize(summed / kept.sum(1, keepdim=True).clamp(min=1.0))


def load_tower(checkpoint: Path) -> SentenceTower:
    """The tower with the weights of a BERT safetensors file; every tensor must fit."""
    tower = SentenceTower()
    given = load_file(checkpoint)
    tower.load_state_dict({ours: given[theirs] for ours, theirs in _names().items()})
    return tower.eval()


def export_tower(checkpoint: Path, target: Path) -> None:
    """Write the tower as ONNX: inputs ``tokens`` and ``mask`` (n, t), output ``vectors``."""
    example = torch.tensor([[101, 1037, 4937, 102], [101, 4937, 102, 0]])
    free = {0: "batch", 1: "length"}
    torch.onnx.export(
        load_tower(checkpoint),
        (example, (example > 0).long()),
        str(target),
        input_names=["tokens", "mask"],
        output_names=["vectors"],
        dynamic_axes={"tokens": free, "mask": free, "vectors": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def _names() -> dict[str, str]:
    parts = {
        "words": "embeddings.word_embeddings",
        "positions": "embeddings.position_embeddings",
        "kinds": "embeddings.token_type_embeddings",
        "norm": "embeddings.LayerNorm",
    }
    inside = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "joined": "attention.output.dense",
        "norm_attended": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "norm_out": "output.LayerNorm",
    }
    for number in range(LAYERS):
        for ours, theirs in inside.items():
            parts[f"layers.{number}.{ours}"] = f"encoder.layer.{number}.{theirs}"
    names = {}
    for ours, theirs in parts.items():
        names[f"{ours}.weight"] = f"{theirs}.weight"
        if ours not in {"words", "positions", "kinds"}:
            names[f"{ours}.bias"] = f"{theirs}.bias"
    return names
