"""Which of several copies to keep, and why: the largest, least compressed, sharpest, approved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.formats import localize
from django.utils.translation import gettext as _

from dam.models.version import VersionState

# Copies are as good as each other where they differ by less than this share. A border or a small
# crop changes the size by more than a scaling error, and says nothing for or against a copy.
ABOUT_THE_SIZE, SAME_SIZE = 0.2, 0.02
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
    left, ordered = list(members), list[Standing]()
    while left:
        best = _best(left)
        left.remove(best)
        ordered.append(best)
    return ordered


def _best(members: Sequence[Standing]) -> Standing:
    """Leave out what is plainly worse, one measure after the other; of the rest, the oldest."""
    left = _nearly(members, lambda one: one.pixels, ABOUT_THE_SIZE)
    left = _nearly(left, lambda one: one.bits_per_pixel, SAME_BYTES)
    left = _nearly(left, lambda one: one.pixels, SAME_SIZE)
    left = _nearly(left, lambda one: one.sharpness or 0.0, SAME_SHARPNESS)
    left = [one for one in left if one.approved] or left
    return min(left, key=lambda one: one.asset)


def _nearly(
    members: Sequence[Standing], measure: Callable[[Standing], float], share: float
) -> list[Standing]:
    """Return those whose measure is about as high as the highest."""
    bar = max(measure(one) for one in members) * (1.0 - share)
    return [one for one in members if measure(one) >= bar]


def saving(ordered: Sequence[Standing]) -> int:
    """Return the bytes of originals that all but the first take; shared ones count for nothing."""
    others = {one.blob: one.size for one in ordered if one.blob != ordered[0].blob}
    return sum(others.values())


def why(ordered: Sequence[Standing]) -> list[str]:
    """Say in words what speaks for the first of `ordered`."""
    best, others = ordered[0], ordered[1:]
    said = []
    if all(best.pixels * (1 - SAME_SIZE) > one.pixels for one in others):
        size = f"{localize(best.width)} × {localize(best.height)}"
        said.append(_("the largest, %s") % size)
    if all(best.bits_per_pixel * (1 - SAME_BYTES) > one.bits_per_pixel for one in others):
        said.append(_("the least compressed"))
    sharpness = best.sharpness or 0.0
    if all(sharpness * (1 - SAME_SHARPNESS) > (one.sharpness or 0.0) for one in others):
        said.append(_("the sharpest"))
    if best.approved and not all(one.approved for one in others):
        said.append(_("approved"))
    if not said and all(best.asset < one.asset for one in others):
        said.append(_("as good as the others, and here the longest"))
    return said or [_("the best of these by size, compression and sharpness together")]
