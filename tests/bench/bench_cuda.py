"""The CUDA path, shown to work: open_clip's image tower in fp16 through our own encoder class.

    python -m tests.bench.bench_cuda [--model ViT-B-32]

Weights are random, built through the same code as a real checkpoint file. Prints pictures per
second at several batch sizes, from prepared pixels (the GPU alone) and from pictures (preparation
on the CPU included), and the cosine to the CPU's fp32. Says so and ends well where there is no GPU.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from processing import weights
from processing.encoders.agreement import agreement
from processing.encoders.openclip import OpenClipEncoder
from processing.encoders.openclip_build import IMAGE, build
from processing.encoders.runtime import open_session
from processing.encoders.sample_pictures import sample_pictures
from tests.bench.bench_encoders import random_checkpoint

BATCHES = (1, 8, 32, 128, 256, 512)
SECONDS = 2.0


def main() -> int:
    """Build, run and print; 0 also where there is no GPU."""
    import torch

    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--model", default="ViT-B-32")
    name = reader.parse_args().model
    if not torch.cuda.is_available():
        print("torch finds no CUDA device here: nothing to measure")
        return 0
    print(torch.cuda.get_device_name(0), "torch", torch.__version__)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        key = build(name, random_checkpoint(name, folder), folder, quantize=False)
        encoder = OpenClipEncoder(key, folder)
        if not encoder._on_gpu:
            print("the encoder did not choose the GPU: LOUPE_DEVICE or the driver forbids it")
            return 1
        _agree(encoder, weights.folder(key, folder) / IMAGE)
        for batch in BATCHES:
            _throughput(encoder, batch)
    return 0


def _agree(encoder: OpenClipEncoder, exact: Path) -> None:
    pictures = list(sample_pictures(64))
    session = open_session(exact, 4)
    on_cpu = session.run(None, {"pixels": encoder._see(pictures)})[0]
    on_gpu = np.stack([one.vector for one in encoder.encode_images(pictures)])
    measured = agreement(on_cpu, on_gpu)
    print(
        f"against ONNX Runtime fp32 on the CPU: least cosine {measured.cosine:.6f},"
        f" rank {measured.rank:.4f}, ten nearest shared {measured.shared:.3f}"
    )


def _throughput(encoder: OpenClipEncoder, batch: int) -> None:
    encoder.batch_size = batch
    pictures = (list(sample_pictures(min(batch, 32))) * batch)[:batch]
    pixels = encoder._see(pictures)
    alone = _per_second(lambda: encoder._look(pixels), batch)
    whole = _per_second(lambda: encoder.encode_images(pictures), batch)
    print(f"batch {batch:4}: {alone:9.0f} pictures/s prepared, {whole:8.0f} from pictures")


def _per_second(run, batch: int) -> float:
    run()
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        run()
        done += batch
    return done / spent


if __name__ == "__main__":
    raise SystemExit(main())
