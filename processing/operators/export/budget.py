"""A byte budget: the best quality that fits, found by bisection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from processing.operators.picture import Unfit


@dataclass(frozen=True, slots=True)
class Fitted:
    """Bytes that fit a budget, the quality that they have, and how many encodings it took."""

    data: bytes
    quality: int
    encodings: int


def fitted(save: Callable[[int], bytes], quality: int, most: int | None, least: int = 1) -> Fitted:
    """Encode at ``quality``, or at the best one down to ``least`` that takes ``most`` bytes.

    At most 9 encodings for qualities of 1..100. Raises Unfit where nothing fits.
    """
    data = save(quality)
    if most is None or len(data) <= most:
        return Fitted(data, quality, 1)
    fits, best = least, save(least) if least < quality else data
    if len(best) > most:
        raise too_large(len(best), most)
    over, count = quality, 2
    while over - fits > 1:
        middle = (fits + over) // 2
        data = save(middle)
        count += 1
        if len(data) <= most:
            fits, best = middle, data
        else:
            over = middle
    return Fitted(best, fits, count)


def too_large(size: int, most: int) -> Unfit:
    """The refusal of a picture that no quality makes small enough."""
    return Unfit(
        f"Even at the least quality it takes {size:,} bytes, more than the {most:,} that the "
        "picture may take: make the picture smaller or allow more."
    )
