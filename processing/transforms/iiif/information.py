"""info.json: what there is of a picture and what may be asked of it (section 5)."""

from __future__ import annotations

from typing import Any

from processing.transforms.iiif.parsing import Limits, Size

CONTEXT = "http://iiif.io/api/image/3/context.json"
PROFILE = "http://iiif.io/api/image/3/level2.json"
TILE = 512
_LEAST = 128  # pixels: the longer side of the smallest size that is told
_FEATURES = ("mirroring", "rotationArbitrary", "sizeUpscaling", "canonicalLinkHeader")
_RIGHTS = (
    ("http://creativecommons.org/", "https://creativecommons.org/"),
    ("http://rightsstatements.org/", "https://rightsstatements.org/"),
)


def information(address: str, have: Size, limits: Limits, *, rights: str = "") -> dict[str, Any]:
    """The document for a picture of ``have`` pixels whose base URI is ``address``.

    ``rights`` is the address of a licence; only Creative Commons and RightsStatements.org are
    named, in the form that the specification wants (http).
    """
    width, height = have
    factors = _factors(have)
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
    }
    if not limits.allow(width, height):
        told |= {"maxWidth": limits.side, "maxHeight": limits.side, "maxArea": limits.area}
    sizes = [_shrunk(have, factor) for factor in reversed(factors)]
    told["sizes"] = [
        {"width": wide, "height": high} for wide, high in sizes if limits.allow(wide, high)
    ]
    told["tiles"] = [{"width": TILE, "scaleFactors": factors}]
    told["preferredFormats"] = ["webp", "jpg"]
    told["extraFormats"] = ["webp", "avif"]
    told["extraQualities"] = ["color", "gray", "bitonal"]
    told["extraFeatures"] = list(_FEATURES)
    if licence := _licence(rights):
        told["rights"] = licence
    return told


def _factors(have: Size) -> list[int]:
    """1, 2, 4 … until the whole picture is small."""
    factors = [1]
    while max(have) / (factors[-1] * 2) >= _LEAST:
        factors.append(factors[-1] * 2)
    return factors


def _shrunk(have: Size, factor: int) -> Size:
    return max(1, -(-have[0] // factor)), max(1, -(-have[1] // factor))


def _licence(rights: str) -> str:
    for plain, safe in _RIGHTS:
        if rights.startswith((plain, safe)):
            return plain + rights.removeprefix(safe).removeprefix(plain)
    return ""
