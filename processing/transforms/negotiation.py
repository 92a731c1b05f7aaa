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

from processing.transforms.options import AUTO, Options, settled

# Width steps: each about a fifth more than the one before. 18 of them, whatever is asked.
# fmt: off
WIDTHS = (
    160, 200, 240, 320, 400, 480, 560, 640, 768, 960, 1200, 1440, 1680, 1920, 2240, 2560, 3200, 3840
)
# fmt: on
UNTOLD_WIDTH = 1200
DPRS = (1.0, 1.5, 2.0, 3.0)
# Quality by type: without more, and where data are to be saved. About the same to look at
# (docs/decisions/0025-transforms-and-iiif.md has the figures).
QUALITY = {"jpg": (80, 62), "webp": (78, 58), "avif": (60, 45), "png": (100, 100)}
DENSE, DENSER = 2.0, 8  # from this ratio on, so much less: pixels are too small to see it


@dataclass(frozen=True, slots=True)
class Wishes:
    """What decided: the settled options, and the headers that another answer could hang on."""

    options: Options
    vary: tuple[str, ...]


def settle(options: Options, headers: Mapping[str, str], *, alpha: bool) -> Wishes:
    """Decide what is open. ``headers`` by their names in small letters; ``alpha``: the picture
    has transparency.
    """
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
    form = options.f
    if form == AUTO:
        vary.append("Accept")
        form = _format(headers.get("accept", ""), alpha)
    quality = options.q
    if quality == AUTO:
        vary.append("Save-Data")
        quality = _quality(form, float(dpr), headers.get("save-data", "").strip().lower() == "on")
    return Wishes(settled(options, w=width, dpr=dpr, f=form, q=quality), tuple(vary))


def _number(headers: Mapping[str, str], *names: str, default: float) -> float:
    for name in names:
        text = headers.get(name, "").strip()
        if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", text):
            return float(text)
    return default


def _step(value: float, steps: tuple[float, ...]) -> float:
    return steps[min(bisect_left(steps, value), len(steps) - 1)]


def _format(accept: str, alpha: bool) -> str:
    """WebP for who takes it. AVIF is smaller and takes many times longer to make: it is never
    chosen unasked. Without WebP, PNG keeps transparency and JPEG all else.
    """
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


def _quality(form: str, dpr: float, saving: bool) -> int:
    usual, less = QUALITY[form]
    if saving:
        return less
    return usual - DENSER if dpr >= DENSE and form != "png" else usual
