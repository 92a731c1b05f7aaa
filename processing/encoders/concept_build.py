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
from processing.encoders.concept_space import softmax, spread

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


def class_texts() -> tuple[list[str], list[str], list[str]]:
    """Names, synonym lists and defining sentences of the 1,000 classes, from timm's WordNet data.

    Two texts a class are embedded: all its lemmas ("a photo of a tabby, tabby cat"), and its
    first lemma with the definition ("a photo of a tabby, a cat with a grey coat …").
    """
    import timm.data

    info = Path(timm.data.__file__).parent / "_info"
    synsets = (info / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
    lemmas = _table(info / "imagenet_synset_to_lemma.txt")
    definitions = _table(info / "imagenet_synset_to_definition.txt")
    names = [lemmas[synset].split(",")[0].strip() for synset in synsets]
    joined = [f"a photo of a {lemmas[synset]}" for synset in synsets]
    pairs = zip(names, synsets, strict=True)
    defined = [f"a photo of a {name}, {definitions[synset]}" for name, synset in pairs]
    return names, joined, defined


def _table(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line)


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

    names, joined, defined = class_texts()
    sentences = SentenceEncoder(work / TEXT, work / TOKENIZER)
    meanings = unit_rows(sentences.encode(joined) + sentences.encode(defined))
    mean = meanings.mean(axis=0)
    prior_mean, prior_covariance = _prior(*classifier)
    np.savez(
        work / SPACE,
        names=np.array(names),
        meanings=unit_rows(meanings - mean),
        mean=mean,
        prior_mean=prior_mean.astype(np.float32),
        prior_covariance=prior_covariance.astype(np.float32),
    )


def _prior(weight: NDArray, bias: NDArray) -> tuple[NDArray, NDArray]:
    """Mean (1000,) and covariance (1000, 1000) of made-up pictures, one of each class.

    A picture of class c is taken to excite class k as far as the classifier's own weight vectors
    of the two resemble each other, so that the prior knows which concepts appear together. The
    median probability of the strongest class is then 0.88, as in a clear photograph of one thing.
    """
    directions = unit_rows(weight - weight.mean(axis=0)).astype(np.float64)
    pictures = spread(softmax(CONFUSION_SHARPNESS * directions @ directions.T + bias))
    pictures = pictures.astype(np.float64)
    return pictures.mean(axis=0), np.cov(pictures.T)
