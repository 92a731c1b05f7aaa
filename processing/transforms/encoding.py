"""Pixels to the file that was asked for: by the exporters of recipes, set to be quick.

They bring libraries along that a process which serves pages should not load before it makes a
picture, so they are imported here when they are first used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from processing import vips
from processing.formats.codec import ICC_FIELD
from processing.operators.context import Context
from processing.operators.picture import Picture

if TYPE_CHECKING:
    from processing.operators.export import Exporter

MIME = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "png": "image/png"}
WITH_ALPHA = frozenset({"webp", "avif", "png"})
WHITE = "#ffffff"
Words = tuple[tuple[str, str], ...]
FULL_CHROMA_FROM = 90  # as libvips and recipes have it
# Someone waits: libwebp's own effort takes 2.5 times as long for 3 % fewer bytes, libaom's next one
# three times as long for 4 %, and mozjpeg's trellis six times for a sixth
# (docs/decisions/0030-pictures-on-the-fly-to-the-bars.md).
_WEBP_EFFORT, _AVIF_EFFORT, _PNG_COMPRESSION = 2, 0, 4


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to the pixels after their geometry, and what file they become.

    ``quality`` goes from 1 to 100, ``blur`` and ``sharpen`` are strengths; ``colours`` may be
    "gray" and "bitonal" as IIIF has them. ``full_chroma`` keeps colour at full resolution whatever
    the quality is; ``lossless`` is for WebP. ``words`` are written into the file: rights, by the
    names of processing/metadata/mapping.py.
    """

    format: str
    quality: int
    background: str | None = None
    blur: float = 0.0
    sharpen: float = 0.0
    colours: str = "default"
    full_chroma: bool = False
    lossless: bool = False
    words: Words = ()


def encoded(image: vips.Image, finish: Finish) -> bytes:
    """The pixels as a file, with nothing else in it but their profile and the words asked for."""
    exporter = quick(
        finish.format,
        finish.quality,
        full_chroma=finish.full_chroma or finish.quality >= FULL_CHROMA_FROM,
        lossless=finish.lossless,
        background=finish.background or WHITE,
    )
    if image.hasalpha() and finish.background and finish.format in WITH_ALPHA:
        image = image.flatten(background=ground(finish)).cast("uchar")
    return _worded(exporter.encode(Picture(_in_srgb(image)), Context()).data, finish)


def _worded(data: bytes, finish: Finish) -> bytes:
    """The file with its words, in all standards that its type holds."""
    if not finish.words:
        return data
    from processing.metadata.values import Values
    from processing.metadata.writing import embed

    values = Values(texts=dict(finish.words))
    return embed(data, MIME[finish.format], values, "rights", strip_place=True)


@lru_cache(maxsize=256)
def quick(
    form: str,
    quality: int | None,
    *,
    full_chroma: bool | None = None,
    lossless: bool | None = None,
    background: str = WHITE,
) -> Exporter:
    """The exporter of a type, at an effort for someone who waits.

    None leaves a choice to the exporter: of the quality, the chroma, the mode.
    """
    from processing.operators.export import Avif, Jpeg, Png, Webp

    wanted = quality if quality is not None else "auto"
    chroma = {None: "auto", True: "444", False: "420"}[full_chroma]
    mode = {None: "auto", True: "lossless", False: "lossy"}[lossless]
    match form:
        case "jpg":
            return Jpeg.model_validate(
                {
                    "quality": wanted,
                    "subsampling": chroma,
                    "background": background,
                    "progressive": False,
                    "compact": False,
                }
            )
        case "webp":
            return Webp.model_validate({"quality": wanted, "mode": mode, "effort": _WEBP_EFFORT})
        case "avif":
            return Avif.model_validate(
                {"quality": wanted, "subsampling": chroma, "effort": _AVIF_EFFORT}
            )
        case "png":
            # Looking for a palette would read the picture twice.
            return Png(compression=_PNG_COMPRESSION, palette="never")
        case other:
            raise ValueError(f"no encoder for {other}")


def ground(finish: Finish) -> list[int]:
    """What is behind transparency, as three numbers of 0..255."""
    from processing.operators.parameters import rgba

    return list(rgba(finish.background or WHITE)[:3])


def _in_srgb(image: vips.Image) -> vips.Image:
    """As exporters take it: three bands or four, and the profile that says what they are."""
    if image.bands < 3:
        image = image.colourspace("srgb")
    if not image.get_typeof(ICC_FIELD):
        image = image.copy()
        image.set_type(vips.BLOB, ICC_FIELD, vips.srgb_profile())
    return image
