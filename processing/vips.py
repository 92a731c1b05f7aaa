"""libvips, made safe for strangers' files. Import pyvips through here, nowhere else.

- Only the loaders that ``processing.loading`` calls are left open; all others are blocked, so that
  a file can never choose a decoder of its own.
- The operation cache is off. It is keyed by file name, so a path whose content has changed would
  be answered with the old picture, and it keeps pixels alive.
"""

from __future__ import annotations

import functools
import os

import pyvips

from processing.errors import InputError

Image = pyvips.Image
Error = pyvips.Error
Interpolate = pyvips.Interpolate
Operation = pyvips.Operation
BLOB = pyvips.GValue.blob_type
INT = pyvips.GValue.gint_type

INCOMPLETE = "The file ends early: it is incomplete."
DAMAGED = "The picture data is damaged and cannot be read."

_OPEN_LOADERS = ("Jpeg", "Png", "Webp", "Tiff", "Heif", "Nsgif")
# What pictures go through here: looking an operation up takes about as long as a small picture.
_COMMON_OPERATIONS = (
    *("jpegload", "pngload", "webpload", "tiffload", "heifload", "gifload", "webpsave_buffer"),
    *("autorot", "avg", "cast", "colourspace", "copy", "extract_band", "flatten", "icc_transform"),
    *("premultiply", "profile_load", "resize", "unpremultiply"),
)
_EARLY_END = (
    "premature end",
    "truncated",
    "unexpected end",
    "end of file",
    "bad seek",
    "read past",
    "seek error",
    "unable to parse image",
    "read error",
    "can not read tiff directory",
    "failed to read directory",
    "io error",
)


def configure(concurrency: int) -> None:
    """Set how many threads one libvips pipeline may use (workers run several pipelines: 1)."""
    if concurrency < 1:
        raise ValueError(f"libvips needs at least one thread, not {concurrency}.")
    pyvips.concurrency_set(concurrency)


def learn_operations() -> None:
    """Look up what each operation takes, once for all processes that are forked from this one."""
    for name in _COMMON_OPERATIONS:
        pyvips.Introspect.get(name)


def input_error(error: pyvips.Error) -> InputError:
    """The sentence for what libvips says about a file that it cannot decode.

    Raises MemoryError where it was not the file's fault but that of its size.
    """
    said = str(error).lower()
    if "out of memory" in said:
        raise MemoryError(str(error).strip()[:2000]) from error
    sentence = INCOMPLETE if any(sign in said for sign in _EARLY_END) else DAMAGED
    return InputError(sentence, detail=str(error).strip()[:2000])


def in_memory(image: pyvips.Image) -> pyvips.Image:
    """The picture computed, in memory.

    Where it is in memory already, libvips makes no copy of it, and `copy_memory` would forget whose
    memory that is: pixels that a codec decoded belong to Python, and would be freed under us.
    """
    computed = image.copy_memory()
    computed._references.extend(image._references)
    return computed


@functools.cache
def srgb_profile() -> bytes:
    """libvips' own sRGB profile (480 bytes), the one that ``icc_transform`` embeds."""
    return bytes(pyvips.Operation.call("profile_load", "srgb"))


def _secure() -> None:
    pyvips.block_untrusted_set(True)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in _OPEN_LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
    pyvips.cache_set_max(0)
    configure(int(os.environ.get("LOUPE_VIPS_THREADS", "1")))


_secure()
