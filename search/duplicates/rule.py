"""When two pictures are near-duplicates: the perceptual hash and the embedding as two witnesses.

Both must speak for it. What was measured for these bounds is in
docs/decisions/0017-names-and-near-duplicates.md.
"""

from __future__ import annotations

from dataclasses import dataclass

BITS = 64
# The hash is of the signs of 8 × 8 waves. Mirrored left to right, the odd columns change theirs.
MIRROR = 0x5555555555555555
_ALL = (1 << BITS) - 1

# Differing bits of the hash, and how near the embeddings must be besides (see `nearness`).
SURE, SURE_NEAR = 7, 0.5
LIKELY, LIKELY_NEAR = 18, 0.75
MIRRORED, MIRRORED_NEAR = 10, 0.9
HASH_ALONE = 4  # where there is no embedding to ask

BAND_BITS, BANDS = 16, 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two pictures are alike: how much, 0 to 1, and whether one is the mirror image."""

    likeness: float
    mirrored: bool = False


def mirrored(value: int) -> int:
    """Return about the hash of the mirror image of a picture, as a signed integer like it."""
    flipped = (value ^ MIRROR) & _ALL
    return flipped - (1 << BITS) if flipped >> (BITS - 1) else flipped


def distance(first: int, second: int) -> int:
    """Return how many bits of two hashes differ, 0 to 64."""
    return ((first ^ second) & _ALL).bit_count()


def nearness(cosine: float, usual: float) -> float:
    """Return how far two embeddings are from the usual pair towards the same: 1 is the same.

    `usual` is the mean cosine in the library. Raw cosines mean different things for different
    encoders; this is at 0 for pictures that have nothing in common, whatever the encoder.
    """
    return (cosine - usual) / max(1.0 - usual, 1e-6)


def judge(first: int, second: int, near: float | None) -> Verdict | None:
    """Say whether pictures with these hashes, and embeddings this near, are near-duplicates."""
    bits, flipped = distance(first, second), distance(mirrored(first), second)
    if near is None:
        return Verdict(_likeness(bits, 1.0)) if bits <= HASH_ALONE else None
    if (bits <= SURE and near >= SURE_NEAR) or (bits <= LIKELY and near >= LIKELY_NEAR):
        return Verdict(_likeness(bits, near))
    if flipped <= MIRRORED and near >= MIRRORED_NEAR:
        return Verdict(_likeness(flipped, near), mirrored=True)
    return None


def _likeness(bits: int, near: float) -> float:
    """How sure of it one can be: 1 for the same, 0 at the far end of what counts."""
    return round(max(0.0, min(1.0, (1.0 - bits / (2 * LIKELY)) * min(1.0, near))), 4)


def bands(value: int) -> list[list[int]]:
    """Return, for each of four bands of 16 bits, its value and those one bit away.

    Two hashes that differ in up to SURE (7) bits differ in at most one bit of some band: so an
    index on each band finds them all.
    """
    unsigned = value & _ALL
    found = []
    for number in range(BANDS):
        band = (unsigned >> (BAND_BITS * number)) & 0xFFFF
        found.append([band, *(band ^ (1 << bit) for bit in range(BAND_BITS))])
    return found
