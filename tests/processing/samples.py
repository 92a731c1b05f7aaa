"""Small files of every format that can be written here, for tests that read them."""

import io
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import OpenEXR
import tifffile
from PIL import Image

from dam.colour import srgb_to_linear

from .pictures import photo

SIDE = (300, 200)  # width, height of every picture here


def pixels() -> np.ndarray:
    return photo("chelsea.png")[: SIDE[1], : SIDE[0]]


def _pillow(format: str, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels()).convert(mode).save(file, format, **options)
    return file.getvalue()


def animation(frames: int = 3) -> bytes:
    file = io.BytesIO()
    pictures = [Image.fromarray(np.roll(pixels(), 7 * n, axis=1)).quantize() for n in range(frames)]
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:])
    return file.getvalue()


def in_boxes(codestream: bytes, **blocks: bytes) -> bytes:
    """A JPEG XL codestream in its container, with boxes before it (``xml_`` for ``xml ``)."""

    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(data), kind) + data

    more = [box(name.replace("_", " ").encode(), data) for name, data in blocks.items()]
    start = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    return start + b"".join(more) + box(b"jxlc", codestream)


def jxl(values: np.ndarray | None = None, **options: object) -> bytes:
    values = pixels() if values is None else values
    return imagecodecs.jpegxl_encode(np.ascontiguousarray(values), **options)


PSD_MODES = {"grey": 1, "indexed": 2, "rgb": 3, "cmyk": 4, "lab": 9}


def psd(
    planes: np.ndarray | None = None,
    mode: str = "rgb",
    *,
    profile: bytes = b"",
    merged: bool = True,
    palette: bytes = b"",
    big: bool = False,
    blocks: dict[int, bytes] | None = None,
) -> bytes:
    """A Photoshop file of planes (channels, height, width), uint8, uint16 or float32, unpacked."""
    planes = np.moveaxis(pixels(), 2, 0) if planes is None else planes
    channels, height, width = planes.shape
    depth = planes.dtype.itemsize * 8
    head = struct.pack(
        ">4sH6xHIIHH", b"8BPS", 2 if big else 1, channels, height, width, depth, PSD_MODES[mode]
    )
    resources = _resource(1057, struct.pack(">IBIII", 1, merged, 0, 0, 1))
    resources += _resource(1039, profile) if profile else b""
    for number, block in (blocks or {}).items():
        resources += _resource(number, block)
    body = planes.astype(planes.dtype.newbyteorder(">")).tobytes()
    return b"".join(
        (
            head,
            struct.pack(">I", len(palette)) + palette,
            struct.pack(">I", len(resources)) + resources,
            struct.pack(">Q" if big else ">I", 0),
            b"\0\0" + body,
        )
    )


def _resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2)


def exr(light: np.ndarray | None = None) -> bytes:
    light = srgb_to_linear(pixels()).astype(np.float32) if light is None else light
    name = "RGBA" if light.shape[2] == 4 else "RGB"
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.exr"
        OpenEXR.File(header, {name: np.ascontiguousarray(light)}).write(str(path))
        return path.read_bytes()


SVG = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200">'
    '<rect width="300" height="200" fill="#336699"/><circle cx="80" cy="100" r="50" fill="#f00"/>'
    '<text x="150" y="110" font-size="40">Loupe</text></svg>'
)


def pdf(words: str = "The harbour lantern", pages: int = 2) -> bytes:
    """A document whose first page is half red, with a line of words on every page."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    parts.append(f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>")
    parts.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number in range(pages):
        drawn = f"1 0 0 rg 0 0 150 200 re f 0 g BT /F 18 Tf 20 100 Td ({words} {number}) Tj ET"
        parts.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        parts.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")


def dng(orientation: int = 1, values: np.ndarray | None = None) -> bytes:
    """A raw file as a camera without colour errors would write it: linear light, RGGB mosaic."""
    light = srgb_to_linear(pixels() if values is None else values)
    mosaic = np.empty(light.shape[:2], np.uint16)
    for row, column, band in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        mosaic[row::2, column::2] = np.rint(light[row::2, column::2, band] * 16383)
    to_sensor = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
                               [0.0193, 0.1192, 0.9505]])  # fmt: skip
    matrix = [part for value in to_sensor.ravel() for part in (round(value * 10_000), 10_000)]
    tags = [
        (50706, "B", 4, (1, 4, 0, 0)),  # DNGVersion
        (50708, "s", 0, "Loupe Test"),  # UniqueCameraModel
        (33421, "H", 2, (2, 2)),  # CFARepeatPatternDim
        (33422, "B", 4, (0, 1, 1, 2)),  # CFAPattern
        (50717, "I", 1, 16383),  # WhiteLevel
        (50721, "2i", 9, matrix),  # ColorMatrix1
        (50728, "2I", 3, (1, 1, 1, 1, 1, 1)),  # AsShotNeutral
        (50778, "H", 1, 21),  # CalibrationIlluminant1: D65
        (271, "s", 0, "Loupe"),
        (272, "s", 0, "Test"),
        (274, "H", 1, orientation),
    ]
    file = io.BytesIO()
    tifffile.imwrite(file, mosaic, photometric=32803, extratags=tags, metadata=None)
    return file.getvalue()


def raw_header(maker: str) -> bytes:
    """The beginning of a raw file of a maker, as far as its type is told by it."""
    if maker in RAW_BEGINNINGS:
        return RAW_BEGINNINGS[maker] + bytes(200)
    name = maker.encode() + b"\0"
    at = 8 + 2 + 3 * 12 + 4
    entries = struct.pack("<HHII", 254, 4, 1, 1)
    entries += struct.pack("<HHII", 271, 2, len(name), at)
    entries += struct.pack("<HHII", 330, 4, 1, 500)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + entries + bytes(4) + name + bytes(400)


RAW_BEGINNINGS = {
    "CR2": b"II*\0\x10\0\0\0CR\x02\0",
    "CR3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
    "RAF": b"FUJIFILMCCD-RAW 0201",
    "ORF": b"IIRO\x08\0\0\0",
    "RW2": b"IIU\0\x18\0\0\0",
}

# Name → (the type's label, a file of it). HEIC has no encoder that we could bring along.
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a.gif": ("GIF", lambda: animation(1)),
    "a.bmp": ("BMP", lambda: _pillow("BMP")),
    "a.jxl": ("JPEG XL", lambda: jxl(lossless=True)),
    "a.psd": ("Photoshop", psd),
    "a.psb": ("Photoshop", lambda: psd(big=True)),
    "a.exr": ("OpenEXR", exr),
    "a.dng": ("DNG raw", dng),
    "a.svg": ("SVG", lambda: SVG.encode()),
    "a.pdf": ("PDF", pdf),
}
