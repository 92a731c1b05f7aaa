"""Renditions: the smaller copies that pages, downloads and measurements use.

One decode per original; each smaller rendition is made from the next larger one. WebP in sRGB with
the profile embedded, upright, never enlarged, transparency kept. The same file and specification
give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from processing import vips
from processing.errors import InputError
from processing.media import WEBP, MediaType
from processing.metadata.containers import webp
from processing.metadata.containers.blocks import ContainerError
from processing.metadata.xmp import clean_xmp
from processing.pixels import fit, load_srgb

# Part of every derived thing's key: raise it when the same parameters would give other pixels.
ENGINE_VERSION = 1

_FORMATS = {"webp": WEBP}
_DROPPED_PREFIXES = ("exif-ifd1-", "exif-ifd2-MakerNote")
_GPS_PREFIX = "exif-ifd3-"


@dataclass(frozen=True, slots=True)
class RenditionSpec:
    """What one rendition should be. ``longest_edge`` in pixels, ``quality`` 1..100.

    ``effort`` 0..6 trades encoding time for bytes. ``keep_metadata`` lets EXIF and XMP travel.
    """

    purpose: str
    longest_edge: int
    quality: int = 80
    format: str = "webp"
    effort: int = 2
    keep_metadata: bool = False

    def __post_init__(self) -> None:
        if self.format not in _FORMATS:
            raise ValueError(f"Renditions can be {', '.join(_FORMATS)}, not {self.format}.")
        if self.longest_edge < 1 or not 1 <= self.quality <= 100 or not 0 <= self.effort <= 6:
            raise ValueError(f"Impossible rendition: {self}.")

    @property
    def media(self) -> MediaType:
        """Media type of the file that this makes."""
        return _FORMATS[self.format]

    def digest(self, *, strip_gps: bool = False) -> str:
        """SHA-256 (hex) over everything that decides the bytes, apart from the original."""
        parameters = {**asdict(self), "strip_gps": strip_gps and self.keep_metadata}
        text = json.dumps({"rendition": parameters, "engine": ENGINE_VERSION}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


Ladder = tuple[RenditionSpec, ...]

# None of them carries metadata: what the library says of a picture is written into downloads when
# they are asked for (processing/delivery), as the brand's rules of that day want it.
LADDER: Ladder = (
    RenditionSpec("thumbnail", 400, quality=75),
    RenditionSpec("preview", 1024, quality=80),
    RenditionSpec("large", 2048, quality=82),
)


NO_PICTURE = "What was made of this file is no picture: the file is damaged or made to do harm."


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A rendition on disk: size in pixels, ``bytes`` its length, ``sha256`` in hex."""

    purpose: str
    path: Path
    width: int
    height: int
    bytes: int
    media_type: str
    sha256: str


def render(
    path: Path | str, specs: Sequence[RenditionSpec], out_dir: Path | str, strip_gps: bool = False
) -> list[RenderedFile]:
    """Write ``<purpose>.<extension>`` into ``out_dir`` for each specification, in their order.

    Each file appears whole or not at all. Raises InputError when the original cannot be decoded,
    ValueError when two specifications share a purpose.
    """
    if len({spec.purpose for spec in specs}) != len(specs):
        raise ValueError("Each rendition needs a purpose of its own.")
    image = load_srgb(path, max(spec.longest_edge for spec in specs)) if specs else None
    for spec in sorted(specs, key=lambda spec: -spec.longest_edge):
        image = vips.in_memory(fit(image, spec.longest_edge))
        _save(image, spec, Path(out_dir), strip_gps)
    return made(specs, out_dir)


def made(specs: Sequence[RenditionSpec], folder: Path | str) -> list[RenderedFile]:
    """Look at what ``render`` wrote, from the files themselves and decoding nothing.

    Whoever had it rendered in a sandbox asks this outside and believes nothing else: type and name
    come from the specification, size and hash from the bytes, width and height from the container,
    which must be a WebP and end where it says. Raises InputError where a file is anything else, or
    larger than its specification.
    """
    return [_seen(Path(folder) / f"{spec.purpose}.{spec.media.extension}", spec) for spec in specs]


def _seen(path: Path, spec: RenditionSpec) -> RenderedFile:
    try:
        data = path.read_bytes()
        width, height = webp.dimensions(data)
    except (FileNotFoundError, ContainerError) as error:
        raise InputError(NO_PICTURE, detail=str(error)) from error
    if max(width, height) > spec.longest_edge:
        raise InputError(NO_PICTURE, detail=f"{width} × {height}, more than {spec.longest_edge}")
    return RenderedFile(
        purpose=spec.purpose,
        path=path,
        width=width,
        height=height,
        bytes=len(data),
        media_type=spec.media.mime,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _save(image: vips.Image, spec: RenditionSpec, folder: Path, strip_gps: bool) -> None:
    keep = "icc"
    if spec.keep_metadata:
        image, keep = _travelling(image, strip_gps), "all"
    data = image.webpsave_buffer(Q=spec.quality, effort=spec.effort, keep=keep)
    _write_whole(folder / f"{spec.purpose}.{spec.media.extension}", data)


def _travelling(image: vips.Image, strip_gps: bool) -> vips.Image:
    """A copy that keeps EXIF and XMP, minus the camera's thumbnail, maker notes and stale fields.

    The thumbnail would show the picture before edits; maker notes break when they are moved.
    """
    image = image.copy()
    for name in image.get_fields():
        if name.startswith(_DROPPED_PREFIXES) or (strip_gps and name.startswith(_GPS_PREFIX)):
            image.remove(name)
    if image.get_typeof("jpeg-thumbnail-data"):
        image.remove("jpeg-thumbnail-data")
    if image.get_typeof("xmp-data"):
        xmp = clean_xmp(bytes(image.get("xmp-data")), strip_place=strip_gps)
        image.remove("xmp-data")
        if xmp is not None:
            image.set_type(vips.BLOB, "xmp-data", xmp)
    return image


def _write_whole(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
