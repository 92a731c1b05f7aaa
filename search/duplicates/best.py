"""Which of several copies to keep, and why: the largest, least compressed, sharpest, approved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import localize
from django.utils.translation import gettext as _

from dam.models.version import VersionState

SAME_SIZE = 0.02  # pictures whose sizes differ by less are as large as each other
SAME_BYTES = 0.10
SAME_SHARPNESS = 0.03


@dataclass(frozen=True, slots=True)
class Standing:
    """What is compared of an asset's shown version. `size` is in bytes."""

    asset: int
    blob: str
    size: int
    width: int
    height: int
    media_type: str
    state: str
    sharpness: float | None

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def bits_per_pixel(self) -> float:
        return 8.0 * self.size / self.pixels if self.pixels else 0.0

    @property
    def approved(self) -> bool:
        return self.state == VersionState.APPROVED


def best_first(members: Sequence[Standing]) -> list[Standing]:
    """Order copies: by size of the picture, then compression, sharpness, approval, and age."""
    return sorted(members, key=_rank)


def _rank(one: Standing) -> tuple:
    return (
        -_step(one.pixels, SAME_SIZE),
        -_step(one.bits_per_pixel, SAME_BYTES),
        -round((one.sharpness or 0.0) / SAME_SHARPNESS),
        not one.approved,
        one.asset,
    )


def _step(value: float, width: float) -> int:
    """Return which of the steps, each wider by a share of itself, a value is on."""
    return round(math.log(value) / math.log1p(width)) if value > 0 else -(10**6)


def saving(ordered: Sequence[Standing]) -> int:
    """Return the bytes of originals that all but the first take; shared ones count for nothing."""
    others = {one.blob: one.size for one in ordered if one.blob != ordered[0].blob}
    return sum(others.values())


def why(ordered: Sequence[Standing]) -> list[str]:
    """Say in words what speaks for the first of `ordered`."""
    best, others = ordered[0], ordered[1:]
    said = []
    if all(_step(best.pixels, SAME_SIZE) > _step(one.pixels, SAME_SIZE) for one in others):
        size = f"{localize(best.width)} × {localize(best.height)}"
        said.append(_("the largest, %s") % size)
    if all(best.bits_per_pixel > (1 + SAME_BYTES) * one.bits_per_pixel for one in others):
        said.append(_("the least compressed"))
    sharpness = best.sharpness or 0.0
    if all(sharpness > (one.sharpness or 0.0) + SAME_SHARPNESS for one in others):
        said.append(_("the sharpest"))
    if best.approved and not all(one.approved for one in others):
        said.append(_("approved"))
    if not said and all(best.asset < one.asset for one in others):
        said.append(_("as good as the others, and here the longest"))
    return said or [_("the best of these by size, compression and sharpness together")]
