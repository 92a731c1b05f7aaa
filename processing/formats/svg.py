"""SVG drawings by resvg: drawn from markup that was parsed and cleaned before.

resvg runs no scripts and opens no network. What it could open is taken out: every reference that
leaves the file. Fonts are not those of this machine, so that a drawing looks alike everywhere: one
font is brought along. Nothing but the drawn picture is ever sent to a browser.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, tostring

import numpy as np
import resvg_py
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image

from dam.formats import SVG
from processing import vips
from processing.errors import InputError
from processing.formats.codec import Codec, damaged, to_vips
from processing.formats.header import Header

EDGE = 2048  # pixels of the longer side at which a drawing is drawn
MOST_BYTES = 32 * 1024**2
MOST_ELEMENTS = 200_000
_MOST_OCTAVES = 10
_MOST_PICTURE = 40_000_000  # pixels of all pictures inside, together
_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH = re.compile(r"\s*([0-9.]+(?:[eE][+-]?\d+)?)\s*([a-z]*)\s*")
_ENTITY = re.compile(rb"<!ENTITY\s+(%?)\s*([\w.-]+)\s+(\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE)
_DROPPED = frozenset({"script", "foreignObject", "iframe", "audio", "video", "animate", "set"})
_PICTURES = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,(.*)", re.DOTALL)
_INSIDE = ("PNG", "JPEG", "GIF", "WEBP")


def _markup(path: Path | str) -> bytes:
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if data[:2] == b"\x1f\x8b":
        data = _unzipped(data)
    if len(data) > MOST_BYTES:
        raise InputError(f"This drawing has more than {MOST_BYTES // 1024**2} MB of markup.")
    return data


def _unzipped(data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged("SVG", error) from error


def _refuse_entities(data: bytes) -> None:
    """Refuse entities that grow or reach out; short plain ones, as Illustrator's, may stay."""
    declared = _ENTITY.findall(data)
    for percent, _, value in declared:
        if percent or value[:1] not in (b'"', b"'") or b"&" in value or len(value) > 300:
            raise InputError(
                "This drawing declares entities that reach out of it or unfold: it is refused."
            )
    if len(declared) > 50 or data.lower().count(b"<!entity") != len(declared):
        raise InputError("This drawing declares entities in a way that is refused.")


def parse(path: Path | str) -> Element:
    """Read a drawing's markup, cleaned of all that leads out of it. Raises InputError."""
    data = _markup(path)
    _refuse_entities(data)
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=False, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise damaged("SVG", error) from error
    if _name(root) != "svg":
        raise damaged("SVG", ValueError(root.tag))
    _clean(root)
    _refuse_growth(root)
    return root


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _clean(root: Element) -> None:
    pixels = 0
    for number, element in enumerate(root.iter()):
        if number > MOST_ELEMENTS:
            raise InputError(f"This drawing has more than {MOST_ELEMENTS:,} elements.")
        for child in [child for child in element if _name(child) in _DROPPED]:
            element.remove(child)
        if _name(element) == "feTurbulence":
            _bound_octaves(element)
        for name in [name for name in element.attrib if name.rpartition("}")[2] == "href"]:
            target = element.attrib[name]
            picture = _PICTURES.fullmatch(target)
            if picture:
                pixels += _pixels(picture[1])
            if not (picture or target.strip().startswith("#")) or pixels > _MOST_PICTURE:
                del element.attrib[name]


def _bound_octaves(noise: Element) -> None:
    """Leave a noise so many octaves as can be seen: each is half as strong, and costs a pass."""
    asked = noise.get("numOctaves", "1").strip()
    if not asked.isdecimal() or int(asked) > _MOST_OCTAVES:
        noise.set("numOctaves", str(_MOST_OCTAVES))


def _pixels(encoded: str) -> int:
    """How many pixels a picture inside has; more than are allowed where it cannot be told."""
    try:
        with Image.open(io.BytesIO(base64.b64decode(encoded)), formats=_INSIDE) as picture:
            return picture.width * picture.height
    except (OSError, SyntaxError, ValueError, binascii.Error, Image.DecompressionBombError):
        return _MOST_PICTURE + 1


def _refuse_growth(root: Element) -> None:
    """Refuse a drawing whose repetitions (``use``) unfold to more elements than are allowed."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[int, int] = {}

    def unfolded(element: Element, path: frozenset[int]) -> int:
        if id(element) in known:
            return known[id(element)]
        if id(element) in path or len(path) > 400:
            raise InputError("This drawing repeats itself without end, or is nested too deeply.")
        path |= {id(element)}
        count = 1 + sum(unfolded(child, path) for child in element)
        if _name(element) == "use":
            target = next((v for k, v in element.attrib.items() if k.endswith("href")), "")
            repeated = by_id.get(target.strip().removeprefix("#"))
            count += unfolded(repeated, path) if repeated is not None else 0
        if count > MOST_ELEMENTS:
            raise InputError(f"This drawing unfolds to more than {MOST_ELEMENTS:,} elements.")
        known[id(element)] = count
        return count

    unfolded(root, frozenset())


def size_of(root: Element) -> tuple[float, float]:
    """Width and height of a drawing in CSS pixels, from its size or else its ``viewBox``."""
    box = [float(n) for n in re.findall(r"-?[\d.]+(?:[eE][+-]?\d+)?", root.get("viewBox", ""))[:4]]
    wide, tall = (box[2], box[3]) if len(box) == 4 else (0.0, 0.0)
    given = [_length(root.get(name, "")) for name in ("width", "height")]
    if given[0] and given[1]:
        return given[0], given[1]
    if wide > 0 and tall > 0:
        if given[0]:
            return given[0], given[0] * tall / wide
        return (given[1] * wide / tall, given[1]) if given[1] else (wide, tall)
    return given[0] or 300.0, given[1] or 150.0  # what browsers take (CSS 2.1, 10.3.2)


def _length(text: str) -> float:
    match = _LENGTH.fullmatch(text)
    if not match or match[2] not in _UNITS:
        return 0.0
    try:
        return min(float(match[1]) * _UNITS[match[2]], 1e7)
    except ValueError:
        return 0.0


def _drawn_size(root: Element, edge: int) -> tuple[int, int]:
    wide, tall = size_of(root)
    if not (wide > 0 and tall > 0):
        raise InputError("This drawing has no size.")
    scale = edge / max(wide, tall)
    return max(1, round(wide * scale)), max(1, round(tall * scale))


def inspect(path: Path | str) -> Header:
    """Read and clean the markup; the size is that at which it is drawn. Raises InputError."""
    width, height = _drawn_size(parse(path), EDGE)
    return Header(SVG, width, height, 4, True, "sRGB", 8, "", 1, 1)


def load(path: Path | str, edge: int | None = None) -> vips.Image:
    """Draw it with a longer side of ``edge`` pixels, at most `EDGE`. Raises InputError."""
    root = parse(path)
    width, height = _drawn_size(root, min(edge or EDGE, EDGE))
    if not root.get("viewBox"):
        wide, tall = size_of(root)
        root.set("viewBox", f"0 0 {wide:g} {tall:g}")
    root.set("width", str(width))
    root.set("height", str(height))
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=tostring(root, encoding="unicode"),
            skip_system_fonts=True,
            font_files=[str(_FONT)],
            font_family="DejaVu Sans",
            serif_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
            monospace_family="DejaVu Sans",
            cursive_family="DejaVu Sans",
            fantasy_family="DejaVu Sans",
        )
    except ValueError as error:
        raise damaged("SVG", error) from error
    with Image.open(io.BytesIO(bytes(png)), formats=["PNG"]) as drawn:
        return to_vips(np.asarray(drawn.convert("RGBA")), "srgb")


CODEC = Codec(inspect, load, bytes_per_pixel=24)
