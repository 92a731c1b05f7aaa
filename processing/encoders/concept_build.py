"""Build time only: the concept encoder's files out of the two checkpoints it is made of.

EfficientNet-Lite0 and the sentence tower are exported to ONNX; the 1,000 class texts are embedded
once; the prior is derived from the classifier itself. torch and timm are needed here and nowhere
at run time.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processing import weights
from processing.encoders.base import EncoderError, unit_rows
from processing.encoders.class_texts import class_texts
from processing.encoders.concept_space import softmax

IMAGE, TEXT, TOKENIZER, SPACE = "image.onnx", "text.onnx", "tokenizer.json", "concepts.npz"
#: Sharpness of the classifier's confusion of its own classes, see :func:`_prior`.
CONFUSION_SHARPNESS = 9.0


def build(name: str, models_dir: Path) -> None:
    """Write the encoder's folder. The caller holds the lock and has fetched the checkpoints."""
    place = weights.folder(name, models_dir)
    eye = weights.verify("efficientnet-lite0", models_dir)["efficientnet-lite0.pth"]
    ear = weights.verify("minilm-l6-v2", models_dir)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".building-") as made:
        work = Path(made, "whole")
        work.mkdir()
        shutil.copyfile(ear["tokenizer.json"], work / TOKENIZER)
        classifier = _export_classifier(eye, work / IMAGE)
        _export_sentences(ear["model.safetensors"], work / TEXT)
        _write_space(work, classifier)
        weights.write_record(work, {"key": name})
        weights.put_in_place(work, place)


def _export_classifier(checkpoint: Path, target: Path) -> tuple[NDArray, NDArray]:
    from processing.encoders.torchvision_ops import declare_missing_operators

    declare_missing_operators()
    import timm
    import torch

    network = timm.create_model("tf_efficientnet_lite0", exportable=True).eval()
    given = torch.load(checkpoint, map_location="cpu", weights_only=True)
    ours = network.state_dict()
    # The names differ, the order does not; every shape is checked before it is believed.
    for (mine, have), (theirs, want) in zip(ours.items(), given.items(), strict=True):
        if have.shape != want.shape:
            raise EncoderError(f"{theirs} {tuple(want.shape)} does not fit {mine}")
    network.load_state_dict(dict(zip(ours, given.values(), strict=True)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, 224, 224),),
            str(target),
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_axes={"pixels": {0: "n"}, "logits": {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
    return ours["classifier.weight"].numpy(), ours["classifier.bias"].numpy()


def _export_sentences(checkpoint: Path, target: Path) -> None:
    from processing.encoders.sentence_export import export_tower

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        export_tower(checkpoint, target)


def _write_space(work: Path, classifier: tuple[NDArray, NDArray]) -> None:
    from processing.encoders.sentences import SentenceEncoder

    texts = class_texts()
    sentences = SentenceEncoder(work / TEXT, work / TOKENIZER)
    meanings = unit_rows(sentences.encode(texts.synonyms) + sentences.encode(texts.definitions))
    kinds = sentences.encode(texts.kinds)
    prior_mean, prior_covariance = _prior(*classifier)
    np.savez(
        work / SPACE,
        names=np.array(texts.names),
        meanings=unit_rows(meanings - meanings.mean(axis=0)),
        meanings_mean=meanings.mean(axis=0),
        kinds=unit_rows(kinds - kinds.mean(axis=0)),
        kinds_mean=kinds.mean(axis=0),
        prior_mean=prior_mean.astype(np.float32),
        prior_covariance=prior_covariance.astype(np.float32),
    )


def _prior(weight: NDArray, bias: NDArray) -> tuple[NDArray, NDArray]:
    """Mean (1000,) and covariance (1000, 1000) of the evidence of made-up pictures.

    There is one picture of each class c, taken to excite class k as far as the classifier's own
    weight vectors of the two resemble each other, so that the prior knows which concepts appear
    together. The median probability of the strongest class is then 0.88, as in clear photographs
    of one thing.
    """
    directions = unit_rows(weight - weight.mean(axis=0)).astype(np.float64)
    chances = softmax(CONFUSION_SHARPNESS * directions @ directions.T + bias)
    return chances.mean(axis=0), np.cov(chances.T)
