"""Pictures that were cut or overwritten. `cuts` gives every length; the table has a few."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.conftest import picture_bytes
from tests.processing import samples

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP")
OTHERS: dict[str, Callable[[], bytes]] = {
    "JXL": samples.jxl,
    "JXL in boxes": lambda: samples.in_boxes(samples.jxl()),
    "PSD": samples.psd,
    "EXR": samples.exr,
    "DNG": samples.dng,
    "PDF": lambda: samples.pdf("The harbour lantern " * 8, pages=30),
}
KIBIBYTE = 1024


def whole(format: str) -> bytes:
    """A picture of about ten to a few hundred kibibytes."""
    if format in OTHERS:
        return OTHERS[format]()
    size = (110, 80) if format in ("BMP", "TIFF") else (300, 220)
    return picture_bytes(size, seed=5, format=format)


def cuts(data: bytes, step: int = KIBIBYTE) -> Iterator[bytes]:
    """What is left of a file that breaks off after each kibibyte."""
    for length in range(step, len(data), step):
        yield data[:length]


def scrambled(format: str, seed: int) -> bytes:
    """A picture of which every hundredth byte or so is another, its first ones left alone."""
    data = bytearray(whole(format))
    state = seed + 1
    for at in range(64, len(data), 97):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        data[at] = state >> 16 & 0xFF
    return bytes(data)


def _of(format: str, seed: int) -> Callable[[], bytes]:
    return lambda: scrambled(format, seed)


FILES: dict[str, Callable[[], bytes]] = {
    f"scrambled-{seed}.{format.lower()}": _of(format, seed) for format in FORMATS for seed in (1, 2)
}
