"""Camera raw files, told by what their makers write at the beginning.

They are TIFFs in disguise more often than not: the first picture is only a small preview. Canon
writes ``CR`` after the header. DNG has the tag DNGVersion (50706). Nikon, Sony and others mark the
first picture as reduced (NewSubfileType 1) and hang the real one below it (SubIFDs, 330).
"""

from __future__ import annotations

import struct

from dam import formats as known
from dam.formats import MediaType

_MAKE, _SUBFILE, _SUB_IFDS, _DNG_VERSION = 271, 254, 330, 50706
_MAKERS = (
    (b"NIKON", known.NEF),
    (b"SONY", known.ARW),
    (b"PENTAX", known.PEF),
    (b"RICOH", known.PEF),
    (b"OLYMPUS", known.ORF),
    (b"OM Digital", known.ORF),
)


def raw_type(head: bytes) -> MediaType | None:
    """The raw type of a file that begins with ``head``, or None."""
    if head[:4] in (b"II*\0", b"MM\0*"):
        return _of_tiff(head)
    if head[:4] in (b"IIRO", b"IIRS", b"MMOR"):
        return known.ORF
    if head[:4] == b"IIU\0":
        return known.RW2
    if head[:15] == b"FUJIFILMCCD-RAW":
        return known.RAF
    if head[4:12] == b"ftypcrx ":
        return known.CR3
    return None


def _of_tiff(head: bytes) -> MediaType | None:
    if head[8:10] == b"CR":
        return known.CR2
    tags = first_directory(head)
    if _DNG_VERSION in tags:
        return known.DNG
    if not (tags.get(_SUBFILE) == 1 and _SUB_IFDS in tags):
        return None
    at = tags.get(_MAKE, len(head))
    make = head[at : at + 32]
    return next(
        (media for name, media in _MAKERS if make.upper().startswith(name.upper())),
        known.CAMERA_RAW,
    )


def first_directory(head: bytes) -> dict[int, int]:
    """Tag → first value of the entries of a TIFF's first directory that lie inside ``head``."""
    if len(head) < 8:
        return {}
    order = "<" if head[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", head, 4)
    if start + 2 > len(head):
        return {}
    (count,) = struct.unpack_from(order + "H", head, start)
    tags = {}
    for offset in range(start + 2, min(start + 2 + 12 * count, len(head) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", head, offset)
        (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), head, offset + 8)
        tags[tag] = value
    return tags
