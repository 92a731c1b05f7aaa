"""Build time only: any open_clip model and checkpoint into the files that OpenClipEncoder runs.

The checkpoint is a hub tag that open_clip knows ("laion2b_s34b_b79k") or the path of a local file;
both go the same way from the loaded model on. Whether the int8 image tower is used is decided by
measuring how far it agrees with fp32; the figures are kept in record.json.
"""

from __future__ import annotations

import json
import pickle  # for the name of an error; nothing is unpickled here
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processing import weights
from processing.encoders.agreement import Agreement, agreement
from processing.encoders.base import EncoderError, Matrix
from processing.encoders.clip_pixels import ClipPixels
from processing.encoders.device import use_cuda
from processing.encoders.runtime import open_session
from processing.encoders.sample_pictures import sample_pictures

IMAGE, IMAGE_INT8, TEXT = "image.onnx", "image-int8.onnx", "text.onnx"
TOKENIZER, CONFIG, PRIOR, HALF = "tokenizer.json", "config.json", "prior.npz", "half.safetensors"
SAMPLE = 48
# What torch, open_clip and the hub raise for a checkpoint that is absent, damaged or another's.
REFUSALS = (OSError, RuntimeError, AssertionError, KeyError, pickle.UnpicklingError)


def build_tag(key: str, models_dir: Path) -> None:
    """Build the manifest entry ``key`` ("openclip:MODEL:TAG"); the caller holds its lock.

    Raises :class:`processing.weights.WeightsError` where the checkpoint cannot be had.
    """
    _, name, tag = key.split(":", 2)
    try:
        _build(key, name, tag, Path(models_dir), quantize=True)
    except EncoderError as error:
        raise weights.WeightsError(str(error)) from error


def build(name: str, checkpoint: str | Path, models_dir: Path, quantize: bool = True) -> str:
    """Export ``name`` with ``checkpoint`` (a hub tag or a local file); returns the encoder's key.

    Does nothing where that was done before. Raises :class:`EncoderError` where open_clip does not
    know the model, or the checkpoint is neither a file nor a tag that can be fetched.
    """
    key = key_of(name, checkpoint)
    with weights.locked(key, models_dir):
        if not (weights.folder(key, models_dir) / weights.RECORD).is_file():
            _build(key, name, str(checkpoint), Path(models_dir), quantize)
    return key


def key_of(name: str, checkpoint: str | Path) -> str:
    """The key of a model: a local file goes in by its name and the start of its hash."""
    path = Path(checkpoint)
    if path.is_file():
        return f"openclip:{name}:{path.stem}-{weights.sha256_of(path)[:12]}"
    return f"openclip:{name}:{checkpoint}"


def load_model(name: str, checkpoint: str) -> tuple[Any, Path]:
    """The torch model in fp32 and eval mode, and its checkpoint's file; errors as in build."""
    from processing.encoders.torchvision_ops import declare_missing_operators

    declare_missing_operators()
    import open_clip

    if name not in open_clip.list_models():
        raise EncoderError(f"open_clip knows no model {name!r}")
    known = open_clip.list_pretrained_tags_by_model(name)
    if not Path(checkpoint).is_file() and checkpoint not in known:
        raise EncoderError(f"{checkpoint!r} is neither a file nor one of {name}'s tags: {known}")
    try:
        model = open_clip.create_model(name, pretrained=checkpoint, weights_only=True).eval()
        return model, _file_of(open_clip, name, checkpoint)
    except REFUSALS as error:
        raise EncoderError(f"{name} with {checkpoint} cannot be loaded: {error}") from error


def _file_of(open_clip: Any, name: str, checkpoint: str) -> Path:
    """The checkpoint's file; for a tag the copy that open_clip keeps of it."""
    if Path(checkpoint).is_file():
        return Path(checkpoint)
    return Path(open_clip.download_pretrained(open_clip.get_pretrained_cfg(name, checkpoint)))


def _build(key: str, name: str, checkpoint: str, models_dir: Path, quantize: bool) -> None:
    place = weights.folder(key, models_dir)
    model, source = load_model(name, checkpoint)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".building-") as made:
        work = Path(made, "whole")
        work.mkdir()
        config = _write_towers(model, name, work)
        exact = _embed(work / IMAGE, config)
        measured = _quantise(work, config, exact) if quantize else None
        config["image"] = IMAGE_INT8 if measured and measured.good_enough else IMAGE
        (work / CONFIG).write_text(json.dumps(config, indent=1), encoding="utf-8")
        _write_prior(exact, work / PRIOR)
        if use_cuda():
            write_half(model, work / HALF)
        facts = {
            "key": key,
            "checkpoint": str(checkpoint),
            "checkpoint_sha256": weights.sha256_of(source),
            "int8": measured.as_dict() if measured else None,
        }
        weights.write_record(work, facts)
        weights.put_in_place(work, place)


def _write_towers(model: Any, name: str, work: Path) -> dict[str, Any]:
    import open_clip

    from processing.encoders.clip_tokens import write_tokenizer
    from processing.encoders.onnx_export import export_image_tower, export_text_tower

    picture = dict(open_clip.get_model_preprocess_cfg(model))
    tokenizer = open_clip.get_tokenizer(name)
    side = picture["size"][0] if isinstance(picture["size"], tuple | list) else picture["size"]
    export_image_tower(model, side, work / IMAGE)
    export_text_tower(model, tokenizer.context_length, work / TEXT)
    portable = type(tokenizer) is open_clip.SimpleTokenizer
    if portable:
        write_tokenizer(tokenizer, work / TOKENIZER)
    return {
        "model": name,
        "context": tokenizer.context_length,
        # Other tokenizers than CLIP's own are taken from open_clip when texts are encoded.
        "tokenizer": "portable" if portable else "open_clip",
        "picture": {**picture, "size": side},
    }


def _quantise(work: Path, config: dict[str, Any], exact: Matrix) -> Agreement:
    from processing.encoders.onnx_export import quantise

    quantise(work / IMAGE, work / IMAGE_INT8)
    measured = agreement(exact, _embed(work / IMAGE_INT8, config))
    if not measured.good_enough:
        (work / IMAGE_INT8).unlink()
    return measured


def _embed(path: Path, config: dict[str, Any]) -> Matrix:
    session, see = open_session(path), ClipPixels(config["picture"])
    return np.concatenate(
        [session.run(None, {"pixels": see([one])})[0] for one in sample_pictures(SAMPLE)]
    )


def _write_prior(vectors: Matrix, target: Path) -> None:
    """Mean and covariance of the sample's vectors, half of the variance spread evenly."""
    mean = vectors.mean(axis=0)
    covariance = np.cov(vectors.T)
    even: NDArray = np.eye(len(mean)) * np.trace(covariance) / len(mean)
    np.savez(
        target,
        mean=mean.astype(np.float32),
        covariance=((covariance + even) / 2).astype(np.float32),
    )


def write_half(model: Any, target: Path) -> None:
    """The torch weights in fp16, as the GPU uses them."""
    from safetensors.torch import save_file

    halves = {
        name: value.half().contiguous().clone() if value.is_floating_point() else value.clone()
        for name, value in model.state_dict().items()
    }
    save_file(halves, target)
