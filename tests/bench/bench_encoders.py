"""The open_clip image tower in one process: torch fp32 beside ONNX Runtime fp32 and int8.

    python -m tests.bench.bench_encoders [--model ViT-B-32] [--batch 8] [--threads 2] [--rounds 7]

The weights are random (the same code path as a real checkpoint file), the pictures generated. The
three take turns, so that whatever else the machine does meets them alike; the best round counts.
Also prints what the concept encoder takes for a photograph.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from processing import weights
from processing.encoders import configure, load
from processing.encoders.agreement import agreement
from processing.encoders.clip_pixels import ClipPixels
from processing.encoders.openclip_build import IMAGE, IMAGE_INT8, build, load_model
from processing.encoders.runtime import open_session
from processing.encoders.sample_pictures import sample_pictures
from tests.bench import corpora

CONCEPTS = "concepts-lite0-minilm-v1"


def random_checkpoint(name: str, folder: Path) -> Path:
    """A state file of ``name`` with random weights, as a checkpoint to be loaded from disk."""
    from processing.encoders.torchvision_ops import declare_missing_operators

    declare_missing_operators()
    import open_clip
    import torch

    torch.manual_seed(0)
    path = folder / f"{name}-random.pt"
    torch.save(open_clip.create_model(name, pretrained=None).state_dict(), path)
    return path


def best_of(rounds: int, runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of the best round of each, the runs taking turns."""
    best = dict.fromkeys(runs, float("inf"))
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def compare(name: str, batch: int, threads: int, rounds: int) -> None:
    """Build ``name`` with random weights and print the table."""
    import torch

    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as made:
        checkpoint = random_checkpoint(name, Path(made))
        key = build(name, checkpoint, Path(made))
        place = weights.folder(key, Path(made))
        model, _ = load_model(name, str(checkpoint))
        record = weights.read_record(key, Path(made))
        config = model.visual.preprocess_cfg
        see = ClipPixels({**config, "size": np.ravel(config["size"])[0]})
        sessions = {
            "ONNX Runtime fp32": open_session(place / IMAGE, threads),
            "ONNX Runtime int8": open_session(place / IMAGE_INT8, threads),
        }
        pixels = see(list(sample_pictures(48)))

        def in_torch(some: np.ndarray) -> np.ndarray:
            with torch.inference_mode():
                return model.encode_image(torch.from_numpy(some), normalize=True).numpy()

        runs: dict[str, Callable[[], object]] = {"torch fp32": lambda: in_torch(pixels[:batch])}
        for label, session in sessions.items():
            runs[label] = lambda session=session: session.run(None, {"pixels": pixels[:batch]})
        best = best_of(rounds, runs)
        exact = in_torch(pixels)
        print(f"{name}, batch {batch}, {threads} threads, best of {rounds} rounds")
        print(f"{'':20}{'pictures/s':>12}{'ratio':>8}{'least cosine':>14}{'rank':>8}{'top 10':>8}")
        for label, seconds in best.items():
            line = f"{label:20}{batch / seconds:12.1f}{best['torch fp32'] / seconds:8.2f}"
            if label in sessions:
                measured = agreement(exact, sessions[label].run(None, {"pixels": pixels})[0])
                line += f"{measured.cosine:14.6f}{measured.rank:8.4f}{measured.shared:8.3f}"
            print(line)
        print("chosen at activation:", "int8" if record["int8"]["good_enough"] else "fp32")


def concepts(models_dir: Path, count: int = 24) -> None:
    """Print what the concept encoder takes for one picture on one thread, and its memory."""
    import psutil

    weights.ensure(CONCEPTS, models_dir)
    configure(threads=1)
    encoder = load(CONCEPTS, models_dir)
    pictures = [one.resize((1024, 683)) for one in sample_pictures(count)]
    encoder.encode_images(pictures[:2])
    start = time.perf_counter()
    encoder.encode_images(pictures)
    each = (time.perf_counter() - start) / count
    print(f"{CONCEPTS}: {each * 1000:.1f} ms per 1024 × 683 picture (3 crops), 1 thread")
    print(f"  process: {psutil.Process().memory_info().rss / 2**20:.0f} MiB")


def main() -> None:
    """Read the options and print both."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--model", default="ViT-B-32")
    reader.add_argument("--batch", type=int, default=8)
    reader.add_argument("--threads", type=int, default=2)
    reader.add_argument("--rounds", type=int, default=7)
    options = reader.parse_args()
    concepts(corpora.models_dir())
    compare(options.model, options.batch, options.threads, options.rounds)


if __name__ == "__main__":
    main()
