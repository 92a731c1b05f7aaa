"""What is left open in an address, decided by what the browser says: type, quality and width.

``Accept`` (RFC 9110), ``Save-Data``, and the hints ``Sec-CH-DPR`` and ``Sec-CH-Width`` (Client
Hints, RFC 8942; their older names too). What browsers may ask is rounded to few steps, so that
they cannot have the cache filled with pictures that nobody tells apart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from processing.transforms.encoding import Finish
from processing.transforms.geometry import Original, Plan, planned
from processing.transforms.looks import Coding
from processing.transforms.options import AUTO, Options, settled

# Width steps: each about a fifth more than the one before. 18 of them, whatever is asked.
# fmt: off
WIDTHS = (
    160, 200, 240, 320, 400, 480, 560, 640, 768, 960, 1200, 1440, 1680, 1920, 2240, 2560, 3200, 3840
)
# fmt: on
UNTOLD_WIDTH = 1200
DPRS = (1.0, 1.5, 2.0, 3.0)
# Quality by type, for a picture of which nothing is known yet. About the same to look at
# (docs/decisions/0030-pictures-on-the-fly-to-the-bars.md has the figures).
QUALITY = {"jpg": 80, "webp": 78, "avif": 63, "png": 100}
SAVING = 18  # so much less where data are to be saved
DENSE, DENSER = 2.0, 8  # from this ratio on, so much less: pixels are too small to see it
LEAST_QUALITY = 30
# AVIF takes a fifth fewer bytes than WebP and half as long again to make; of a large picture nobody
# should have to wait for that.
MOST_AVIF = 6_000_000  # pixels


@dataclass(frozen=True, slots=True)
class Wishes:
    """What decided: the layout and the file, and the headers that another answer could hang on."""

    plan: Plan
    finish: Finish
    vary: tuple[str, ...]


def settle(
    options: Options, headers: Mapping[str, str], original: Original, *, alpha: bool
) -> Wishes:
    """Decide what is open. ``headers`` by their names in small letters; ``alpha``: the picture
    has transparency. Raises BadOptions.
    """
    sized, vary = _sized(options, headers)
    plan = planned(sized, original)
    form = options.f
    if form == AUTO:
        vary.append("Accept")
        form = _format(headers.get("accept", ""), alpha, plan.out[0] * plan.out[1])
    coding = Coding(options.q) if isinstance(options.q, int) else None
    if coding is None:
        vary.append("Save-Data")
        coding = _coding(form, plan, original, headers, float(sized.dpr))
    return Wishes(plan, _finish(options, form, coding), tuple(vary))


def _finish(options: Options, form: str, coding: Coding) -> Finish:
    background = f"#{options.bg}" if options.bg else None
    return Finish(
        form,
        coding.quality,
        background,
        options.blur,
        options.sharp,
        full_chroma=coding.full_chroma,
        lossless=coding.lossless,
    )


def _sized(options: Options, headers: Mapping[str, str]) -> tuple[Options, list[str]]:
    """With width and pixel ratio decided, and the headers that decided."""
    vary: list[str] = []
    dpr, width = options.dpr, options.w
    if dpr == AUTO:
        vary += ["Sec-CH-DPR", "DPR"]
        dpr = _step(_number(headers, "sec-ch-dpr", "dpr", default=1.0), DPRS)
    if width == AUTO:
        vary += ["Sec-CH-Width", "Width"]
        told = _number(headers, "sec-ch-width", "width", default=UNTOLD_WIDTH)
        # The hint is in pixels of the screen already: the ratio is in it.
        width, dpr = int(_step(told, WIDTHS)), 1.0
    return settled(options, w=width, dpr=dpr), vary


def _coding(
    form: str, plan: Plan, original: Original, headers: Mapping[str, str], dpr: float
) -> Coding:
    """As a worker found it for this picture, else as most pictures need it."""
    look = original.look
    found = look.coding(form, max(plan.out)) if look is not None else None
    usual = found or Coding(QUALITY[form])
    saving = headers.get("save-data", "").strip().lower() == "on"
    if form == "png" or (usual.lossless and not saving):
        return usual
    less = SAVING if saving else DENSER if dpr >= DENSE else 0
    quality = QUALITY[form] if usual.lossless else usual.quality
    return Coding(max(LEAST_QUALITY, quality - less), usual.full_chroma)


def _number(headers: Mapping[str, str], *names: str, default: float) -> float:
    for name in names:
        text = headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", text):
            return float(text)
    return default


def _step(value: float, steps: tuple[float, ...]) -> float:
    return steps[min(bisect_left(steps, value), len(steps) - 1)]


def _format(accept: str, alpha: bool, pixels: int) -> str:
    """AVIF for who takes it, up to a size; else WebP. Without both, PNG keeps transparency and JPEG
    all else.
    """
    if pixels <= MOST_AVIF and accepts(accept, "image/avif"):
        return "avif"
    if accepts(accept, "image/webp"):
        return "webp"
    return "png" if alpha else "jpg"


def accepts(header: str, media_type: str) -> bool:
    """Whether a type is named in ``Accept`` and not with a weight of nought."""
    for part in header.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        if name.strip() == media_type:
            return not re.search(r"(^|;)\s*q\s*=\s*0(\.0{0,3})?\s*(;|$)", parameters)
    return False
