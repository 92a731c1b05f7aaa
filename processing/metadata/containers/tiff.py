"""TIFF (revision 6.0; BigTIFF of libtiff): its directory is written anew, samples are copied."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from processing.metadata.containers.blocks import Blocks, ContainerError
from processing.metadata.containers.directory import BYTE, LONG, UNDEFINED, Entry, Form, first

_EXIF, _GPS, _XMP, _IPTC = 34665, 34853, 700, 33723
_STRIPS, _TILES = (273, 279), (324, 325)  # where they are, how many bytes each has
# What a picture is made of: size, samples, packing, resolution, colours, profile.
_PICTURE = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 274, 277, 278, 280, 281, 282, 283, 284, 296, 301}
    | {317, 318, 319, 320, 322, 323, 332, 333, 334, 336, 338, 339, 340, 341, 347}
    | {529, 530, 531, 532, 34675}
)
# Of EXIF's first directory, what the picture's own tells itself: resolution, samples' place.
_OWN = frozenset({282, 283, 296, 531, _EXIF, _GPS})


def rewrite(data: bytes, blocks: Blocks) -> bytes:
    """Return ``data`` with these blocks in place of all it had. Raises ContainerError.

    For files of one picture, as we write them.
    """
    try:
        form = Form.of(data)
        entries, following = first(form, data)
        if following:
            raise ContainerError("This TIFF file has more than one picture.")
        places = _TILES if _TILES[0] in entries else _STRIPS
        parts = _samples(form, data, entries, places)
        kept = {tag: one for tag, one in entries.items() if tag in _PICTURE}
        return _written(form, kept, places, parts, blocks)
    except (struct.error, KeyError) as error:
        raise ContainerError("This TIFF file's directory is damaged.") from error


def _samples(
    form: Form, data: bytes, entries: dict[int, Entry], places: tuple[int, int]
) -> list[memoryview]:
    offsets, counts = (form.numbers(entries[tag]) for tag in places)
    view = memoryview(data)
    if len(offsets) != len(counts) or not offsets:
        raise ContainerError("This TIFF file has no picture.")
    if any(at + n > len(data) for at, n in zip(offsets, counts, strict=True)):
        raise ContainerError("This TIFF file ends before its picture.")
    return [view[at : at + n] for at, n in zip(offsets, counts, strict=True)]


def _written(
    form: Form,
    kept: dict[int, Entry],
    places: tuple[int, int],
    parts: list[memoryview],
    blocks: Blocks,
) -> bytes:
    """Header, samples, EXIF's directories, and at last the first one."""
    out: list[bytes | memoryview] = [b""]
    at, offsets = form.header, []
    for part in parts:
        offsets.append(at)
        out += [part, b"\0" * (len(part) % 2)]
        at += len(part) + len(part) % 2
    kept |= {places[0]: form.entry(offsets), places[1]: form.entry([len(p) for p in parts])}
    for tag, entry in _added(blocks):
        kept[tag] = entry
    for tag, inner in _directories(form, blocks.exif):
        written, where = form.directory(inner, at)
        out.append(written)
        at += len(written)
        kept[tag] = Entry(LONG, 1, struct.pack(form.order + "I", where))
    kept |= _described(form, blocks.exif)
    written, where = form.directory(kept, at)
    out.append(written)
    out[0] = form.begin(where)
    return b"".join(out)


def _added(blocks: Blocks) -> Iterator[tuple[int, Entry]]:
    if blocks.xmp:
        yield _XMP, Entry(BYTE, len(blocks.xmp), blocks.xmp)
    if blocks.iptc:
        # As the XMP specification, part 3, has it: of LONG some readers take the first alone.
        yield _IPTC, Entry(UNDEFINED, len(blocks.iptc), blocks.iptc)


def _described(form: Form, exif: bytes) -> dict[int, Entry]:
    """EXIF's first directory, but for what the picture's own tells."""
    if not exif:
        return {}
    theirs = Form.of(exif)
    found = first(theirs, exif)[0].items()
    return {tag: one.ordered(theirs, form) for tag, one in found if tag not in _OWN}


def _directories(form: Form, exif: bytes) -> Iterator[tuple[int, dict[int, Entry]]]:
    """EXIF's directories of the shot and of the place, by the tags that lead to them."""
    if not exif:
        return
    theirs = Form.of(exif)
    found = first(theirs, exif)[0]
    for tag in (_EXIF, _GPS):
        if tag in found:
            (where,) = theirs.numbers(found[tag])
            inner, _ = theirs.read(exif, where)
            yield tag, {name: one.ordered(theirs, form) for name, one in inner.items()}
