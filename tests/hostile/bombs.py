"""Small files that unfold: pixels, frames, text, archives."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

_MIB = 1024**2


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, bits: int = 8, interlaced: int = 0) -> bytes:
    """A grey PNG, black throughout, with more chunks before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, interlaced)
    row = bytes(1 + (width * bits + 7) // 8)
    body = deflated(row * 64, height // 64, row * (height % 64))
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), *chunks, chunk(b"IDAT", body)]
    return b"".join(parts) + chunk(b"IEND", b"")


def deflated(block: bytes, times: int, rest: bytes = b"") -> bytes:
    """A zlib stream of a block, many times over."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(block) for _ in range(times)]
    return b"".join(parts) + packer.compress(rest) + packer.flush()


def gif(frames: int, side: int = 100) -> bytes:
    """A GIF of one colour with so many frames, each a full picture of a few bytes."""
    clear, end = 4, 5  # two-bit pixels: a clear code before each keeps the codes three bits wide
    bits = "".join(f"{code:03b}"[::-1] for _ in range(side * side) for code in (clear, 0))
    bits += f"{end:03b}"[::-1]
    packed = bytes(int(bits[n : n + 8].ljust(8, "0")[::-1], 2) for n in range(0, len(bits), 8))
    blocks = b"".join(
        bytes([len(packed[n : n + 255])]) + packed[n : n + 255] for n in range(0, len(packed), 255)
    )
    frame = b"\x21\xf9\x04\0\1\0\0\0" + b"\x2c" + struct.pack("<4HB", 0, 0, side, side, 0)
    frame += b"\x02" + blocks + b"\0"
    screen = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return screen + frame * frames + b";"


def tiff_of_pages(pages: int) -> bytes:
    """A TIFF whose directories all show the same pixel, the last leading back to the first."""
    out = bytearray(b"II*\0" + struct.pack("<I", 10) + b"\xff\0")
    for n in range(pages):
        entries = [(256, 4, 1), (257, 4, 1), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8)]
        entries += [(277, 3, 1), (278, 4, 1), (279, 4, 1)]
        here = len(out)
        size = 2 + 12 * len(entries) + 4
        out += struct.pack("<H", len(entries))
        for tag, kind, value in entries:
            out += struct.pack("<HHII", tag, kind, 1, value)
        out += struct.pack("<I", here + size if n < pages - 1 else 10)
    return bytes(out)


def tiff_of_one_strip(side: int) -> bytes:
    """A TIFF that promises a huge strip and has a hundred bytes of it."""
    entries = [(256, 4, side), (257, 4, side), (258, 3, 8), (259, 3, 8), (262, 3, 1), (273, 4, 200)]
    entries += [(277, 3, 1), (278, 4, side), (279, 4, side * side)]
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        head += struct.pack("<HHII", tag, kind, 1, value)
    return (head + b"\0\0\0\0").ljust(200, b"\0") + zlib.compress(bytes(100_000))


def jpeg_of_size(width: int, height: int) -> bytes:
    """A JPEG that says to be so large, and has the pixels of a small one."""
    from tests.conftest import picture_bytes

    data = bytearray(picture_bytes((64, 48)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_of_size(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is as large as the format allows."""
    from tests.conftest import picture_bytes

    inner = picture_bytes((64, 48), format="WEBP")[12:]
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def exif_of_length(count: int) -> bytes:
    """A JPEG whose EXIF says that one field has so many values, and that its directories loop."""
    from tests.conftest import picture_bytes

    entries = struct.pack("<HHHII", 2, 0x010E, 2, count, 8) + struct.pack("<HHII", 0x8769, 4, 1, 8)
    tiff = b"II*\0" + struct.pack("<I", 8) + entries + struct.pack("<I", 8)
    block = b"Exif\0\0" + tiff
    data = picture_bytes((64, 48))
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def _box(kind: bytes, *parts: bytes, full: int | None = None) -> bytes:
    """A box of ISO/IEC 14496-12, with version and flags where it is a full one."""
    body = (b"" if full is None else struct.pack(">I", full)) + b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _item(number: int, kind: bytes) -> bytes:
    return _box(b"infe", struct.pack(">HH4sB", number, 0, kind, 0), full=2 << 24)


def avif_grid(side: int, tile: int = 4096) -> bytes:
    """An AVIF of one coded tile that a grid lays side by side as often as it has places."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (tile, tile), (90, 120, 60)).save(file, "AVIF", quality=30)
    small = file.getvalue()
    coded = small[small.index(b"mdat") + 4 :]
    setting = small[small.index(b"av1C") - 4 :][:12]
    count = -(-side // tile)
    grid = struct.pack(">BBBBII", 0, 1, count - 1, count - 1, side, side)
    tiles = range(2, 2 + count**2)
    items = [_item(1, b"grid"), *[_item(number, b"av01") for number in tiles]]

    def sizes(edge: int) -> bytes:
        return _box(b"ispe", struct.pack(">II", edge, edge), full=0)

    depth = _box(b"pixi", bytes([3, 8, 8, 8]), full=0)
    held = _box(b"ipco", sizes(side), sizes(tile), depth, setting)
    of_each = struct.pack(">IHBBB", 1 + count**2, 1, 2, 1, 3)
    of_each += b"".join(struct.pack(">HBBBB", number, 3, 2, 3, 0x84) for number in tiles)
    laid = struct.pack(f">HH{count**2}H", 1, count**2, *tiles)

    def meta(start: int) -> bytes:
        places = struct.pack(">BBH", 0x44, 0, 1 + count**2)
        places += struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(grid))
        for number in tiles:
            places += struct.pack(">HHHHII", number, 0, 0, 1, start, len(coded))
        return _box(
            b"meta",
            _box(b"hdlr", bytes(4), b"pict", bytes(13), full=0),
            _box(b"pitm", struct.pack(">H", 1), full=0),
            _box(b"iloc", places, full=1 << 24),
            _box(b"iinf", struct.pack(">H", len(items)), *items, full=0),
            _box(b"iref", _box(b"dimg", laid), full=0),
            _box(b"iprp", held, _box(b"ipma", of_each, full=0)),
            _box(b"idat", grid),
            full=0,
        )

    head = _box(b"ftyp", b"avif", bytes(4), b"avifmif1miaf")
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + _box(b"mdat", coded)


def zipped(members: dict[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def word_bomb() -> bytes:
    """A Word document whose text is 200 MiB of nothing inside a bomb of entities."""
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
    )
    document = laughs + b"]><w>&j;</w>" + b" " * 100 * _MIB
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": document})


def nested_zip() -> bytes:
    data = bytes(20 * _MIB)
    for n in range(4):
        data = zipped({f"{n}-{copy}.zip": data for copy in range(4)})
    return data


def _text_bomb(kind: bytes, before: bytes) -> bytes:
    return png(32, 32, chunk(kind, before + deflated(bytes(_MIB), 200)))


FILES: dict[str, Callable[[], bytes]] = {
    "thirty-thousand-square.png": lambda: png(30_000, 30_000, bits=1),
    "seventeen-thousand-square.png": lambda: png(17_000, 17_000, bits=1),
    "seventeen-thousand-square-interlaced.png": lambda: png(17_000, 17_000, bits=1, interlaced=1),
    "seventeen-thousand-square.avif": lambda: avif_grid(17_000),
    "two-thousand-million-wide.png": lambda: png(64, 64).replace(
        struct.pack(">II", 64, 64), struct.pack(">II", 2**31 - 1, 1), 1
    ),
    "ten-thousand-frames.gif": lambda: gif(10_000, side=20),
    "frames-of-twenty-thousand-square.gif": lambda: gif(3, side=20).replace(
        struct.pack("<HH", 20, 20), struct.pack("<HH", 20_000, 20_000), 1
    ),
    "text.png": lambda: _text_bomb(b"zTXt", b"Title\0\0"),
    "international-text.png": lambda: _text_bomb(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0"),
    "profile.png": lambda: _text_bomb(b"iCCP", b"sRGB\0\0"),
    "ten-thousand-texts.png": lambda: png(
        32, 32, *[chunk(b"zTXt", b"Title\0\0" + deflated(bytes(_MIB), 1))] * 10_000
    ),
    "a-million-chunks.png": lambda: png(32, 32, chunk(b"tEXt", b"a\0b") * 1_000_000),
    "pages-in-a-circle.tif": lambda: tiff_of_pages(3),
    "fifty-thousand-pages.tif": lambda: tiff_of_pages(50_000),
    "one-strip.tif": lambda: tiff_of_one_strip(17_000),
    "largest.jpg": lambda: jpeg_of_size(65_500, 65_500),
    "seventeen-thousand-square.jpg": lambda: jpeg_of_size(17_000, 17_000),
    "largest.webp": lambda: webp_of_size(16_383, 16_383),
    "long-exif.jpg": lambda: exif_of_length(2**31),
    "letter.docx": word_bomb,
    "zips-in-zips.zip": nested_zip,
    "deep.json": lambda: b"[" * 5_000_000,
    "one-line.csv": lambda: b"a," * 10_000_000,
}
