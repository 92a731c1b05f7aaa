"""OpenCLIP from a checkpoint file to ONNX, on a small model with random weights."""

import json
import subprocess
import sys

import numpy as np
import pytest
import skimage.data
from PIL import Image

from processing import encoders, weights
from processing.encoders import EncoderError
from processing.encoders.agreement import agreement
from processing.encoders.base import Encoder, unit_rows
from processing.encoders.clip_pixels import ClipPixels
from processing.encoders.device import use_cuda
from processing.encoders.openclip_build import build, key_of, load_model
from processing.encoders.sample_pictures import sample_pictures

SMALL = {
    "embed_dim": 64,
    "vision_cfg": {"image_size": 96, "layers": 3, "width": 128, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 4, "layers": 2},
}
TEXTS = [
    "a photo of a cat",
    "Hello, World! 123 don't  STOP",
    "café naïve &amp; déjà vu — “quotes”",
    "日本語テスト 🎉",
    "",
    "word " * 100,
    "under_score-hyphen/slash\nnewline",
]
PHOTOS = ("chelsea", "astronaut", "coffee", "rocket", "camera")


def photos():
    return [Image.fromarray(getattr(skimage.data, name)()) for name in PHOTOS]


@pytest.fixture(scope="module")
def open_clip(tmp_path_factory):
    """open_clip with our small model registered."""
    from processing.encoders.torchvision_ops import declare_missing_operators

    declare_missing_operators()
    import open_clip

    folder = tmp_path_factory.mktemp("configs")
    (folder / "loupe-small.json").write_text(json.dumps(SMALL))
    open_clip.add_model_config(folder)
    return open_clip


@pytest.fixture(scope="module")
def checkpoint(open_clip, tmp_path_factory):
    """A checkpoint file as training would leave it."""
    import torch

    torch.manual_seed(3)
    path = tmp_path_factory.mktemp("checkpoint") / "small.pt"
    torch.save(open_clip.create_model("loupe-small", pretrained=None).state_dict(), path)
    return path


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def key(checkpoint, models):
    return build("loupe-small", checkpoint, models)


@pytest.fixture(scope="module")
def in_torch(checkpoint, open_clip):
    """What torch says: pixels and texts to vectors."""
    import torch

    model, _ = load_model("loupe-small", str(checkpoint))
    tokenizer = open_clip.get_tokenizer("loupe-small")

    def look(pixels):
        with torch.inference_mode():
            return model.encode_image(torch.from_numpy(pixels), normalize=True).numpy()

    def read(texts):
        with torch.inference_mode():
            return model.encode_text(tokenizer(texts), normalize=True).numpy()

    return look, read


def config(models, key):
    return json.loads((weights.folder(key, models) / "config.json").read_text())


def test_both_towers_agree_with_torch(models, key, in_torch):
    from processing.encoders.runtime import open_session

    look, read = in_torch
    pixels = ClipPixels(config(models, key)["picture"])(list(sample_pictures(24)))
    place = weights.folder(key, models)
    exact = open_session(place / "image.onnx").run(None, {"pixels": pixels})[0]
    assert agreement(look(pixels), exact).cosine >= 0.999
    quick = open_session(place / "image-int8.onnx").run(None, {"pixels": pixels})[0]
    assert agreement(look(pixels), quick).cosine >= 0.99
    encoder = encoders.load(key, models)
    assert (encoder.encode_texts(TEXTS) * read(TEXTS)).sum(axis=1).min() >= 0.999


def test_int8_is_chosen_by_what_was_measured(models, key):
    measured = weights.read_record(key, models)["int8"]
    assert measured["good_enough"]
    assert measured["cosine"] >= 0.99
    assert 0 < measured["rank"] <= 1
    assert config(models, key)["image"] == "image-int8.onnx"


def test_int8_that_disagrees_is_not_good_enough():
    random = np.random.default_rng(0)
    exact = unit_rows(random.normal(size=(40, 16)))
    assert agreement(exact, exact).good_enough
    assert not agreement(
        exact, unit_rows(exact + 0.1 * random.normal(size=exact.shape))
    ).good_enough
    assert not agreement(exact, exact[::-1].copy()).good_enough


def test_without_quantising_there_is_only_fp32(checkpoint, tmp_path):
    key = build("loupe-small", checkpoint, tmp_path, quantize=False)
    assert "image-int8.onnx" not in weights.paths(key, tmp_path)
    assert config(tmp_path, key)["image"] == "image.onnx"
    assert weights.read_record(key, tmp_path)["int8"] is None


def test_pixels_are_open_clips_own(open_clip):
    model, _, prepare = open_clip.create_model_and_transforms("loupe-small", pretrained=None)
    picture = dict(open_clip.get_model_preprocess_cfg(model), size=96)
    see = ClipPixels(picture)
    for one in photos():
        assert np.abs(prepare(one).numpy() - see([one])[0]).max() < 1e-5


@pytest.mark.parametrize("mode", ["squash", "longest"])
def test_other_ways_to_fit(open_clip, mode):
    picture = {
        "size": 96,
        "mean": (0.5,) * 3,
        "std": (0.5,) * 3,
        "interpolation": "bicubic",
        "resize_mode": mode,
        "fill_color": 0,
    }
    own = open_clip.image_transform(
        96, is_train=False, mean=(0.5,) * 3, std=(0.5,) * 3, resize_mode=mode
    )
    for one in photos():
        apart = np.abs(own(one).numpy() - ClipPixels(picture)([one])[0])
        assert apart.mean() < 0.01


def test_unknown_preparation_is_refused():
    with pytest.raises(EncoderError, match="no preparation"):
        ClipPixels(
            {"size": 9, "mean": [0], "std": [1], "interpolation": "x", "resize_mode": "squash"}
        )


def test_promises_of_the_interface(models, key):
    encoder = encoders.load(key, models)
    assert isinstance(encoder, Encoder)
    seen = encoder.encode_images(photos())
    assert [one.vector.shape for one in seen] == [(64,)] * len(PHOTOS)
    assert encoder.dimensions == 64
    again = encoder.encode_images(photos())
    assert all(np.array_equal(a.vector, b.vector) for a, b in zip(seen, again, strict=True))
    assert encoder.encode_texts([]).shape == (0, 64)
    prior = encoder.prior()
    assert prior.covariance.shape == (64, 64)
    assert np.linalg.eigvalsh(prior.covariance).min() > 0


def test_fp16_tower_agrees_with_fp32(models, key, checkpoint, in_torch, tmp_path):
    """What a GPU runs, here on the CPU: the same weights, halved."""
    from processing.encoders.openclip_build import write_half
    from processing.encoders.openclip_cuda import CudaImageTower

    model, _ = load_model("loupe-small", str(checkpoint))
    write_half(model, tmp_path / "half.safetensors")
    tower = CudaImageTower("loupe-small", tmp_path / "half.safetensors", device="cpu")
    pixels = ClipPixels(config(models, key)["picture"])(list(sample_pictures(12)))
    found = tower(pixels)
    assert found.dtype == np.float32
    assert agreement(in_torch[0](pixels), found).cosine >= 0.999


def test_run_time_needs_no_torch(models, key):
    program = f"""
import sys
from pathlib import Path
from PIL import Image
from processing import encoders
one = encoders.load({key!r}, Path({str(models)!r}))
one.encode_images([Image.new("RGB", (300, 200), "red")])
one.encode_texts(["a red wall"])
print(sorted({{"torch", "torchvision", "open_clip", "timm"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"LOUPE_DEVICE": "cpu", "PYTHONPATH": "."},
    )
    assert done.stdout.strip() == "[]"


def test_built_once_and_known_afterwards(models, key, checkpoint):
    record = weights.folder(key, models) / "record.json"
    before = record.stat().st_mtime_ns
    assert build("loupe-small", checkpoint, models) == key == key_of("loupe-small", checkpoint)
    assert record.stat().st_mtime_ns == before
    assert key in weights.built(models)
    weights.verify(key, models)


def test_unknown_model_or_checkpoint_is_refused(tmp_path, checkpoint, open_clip):
    with pytest.raises(EncoderError, match="knows no model"):
        build("no-such-model", checkpoint, tmp_path)
    with pytest.raises(EncoderError, match="neither a file nor one of"):
        build("ViT-B-32", tmp_path / "absent.pt", tmp_path)


def test_checkpoint_of_another_model_is_refused(tmp_path, checkpoint, open_clip):
    with pytest.raises(EncoderError, match="cannot be loaded"):
        build("RN50", checkpoint, tmp_path)
    (tmp_path / "torn.pt").write_bytes(b"no checkpoint at all")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        build("loupe-small", tmp_path / "torn.pt", tmp_path)
    assert weights.built(tmp_path) == ()


def test_device_setting_is_read(monkeypatch):
    use_cuda.cache_clear()
    monkeypatch.setenv("LOUPE_DEVICE", "cpu")
    assert use_cuda() is False
    use_cuda.cache_clear()
    monkeypatch.setenv("LOUPE_DEVICE", "toaster")
    with pytest.raises(EncoderError, match="LOUPE_DEVICE"):
        use_cuda()
    use_cuda.cache_clear()
