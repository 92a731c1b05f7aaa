"""The one place where a file meets a decoder: which loader may touch which format, and how."""

from __future__ import annotations

from pathlib import Path

from processing import vips
from processing.formats.codec import ICC_FIELD
from processing.icc import ADOBE_RGB, matrix_profile
from processing.media import AVIF, GIF, JPEG, PNG, TIFF, WEBP, MediaType
from processing.nclx import declared_profile

# Each of these formats names the one libvips loader that may touch it; the others have codecs.
LOADERS = {
    JPEG: "jpegload",
    PNG: "pngload",
    WEBP: "webpload",
    TIFF: "tiffload",
    AVIF: "heifload",
    GIF: "gifload",
}

# libvips allows a TIFF 50 MB at a time, which large single-strip files break. A strip cannot be
# larger than the picture, so pictures of up to this size may have it in one piece.
_TIFF_STRIP_BYTES = 768 * 1024**2


def open_image(path: Path | str, media: MediaType, **options: object) -> vips.Image:
    """Open with the one loader for ``media``: lazily, top to bottom, failing on damaged data.

    A colour space that is declared without a profile comes back as a profile.
    ``options`` go to that loader (``shrink``, ``scale``, ``page`` …). Raises vips.Error.
    """
    settings = {"access": "sequential", "fail_on": "error", **options}
    image = vips.Operation.call(LOADERS[media], str(path), **settings)
    if media == TIFF and bytes_of(image) <= _TIFF_STRIP_BYTES:
        image = vips.Operation.call(LOADERS[media], str(path), unlimited=True, **settings)
    profile = None if image.get_typeof(ICC_FIELD) else _declared_profile(image, path, media)
    if profile is not None:
        image = image.copy()
        image.set_type(vips.BLOB, ICC_FIELD, profile)
    return image


_SAMPLE_BYTES = {"ushort": 2, "float": 4, "double": 8}


def bytes_of(image: vips.Image) -> int:
    """Bytes of the decoded picture."""
    return image.width * image.height * image.bands * _SAMPLE_BYTES.get(image.format, 1)


def _declared_profile(image: vips.Image, path: Path | str, media: MediaType) -> bytes | None:
    """A profile for a colour space that is declared by other means than a profile.

    AVIF does it by code points; cameras do it for Adobe RGB by the EXIF interoperability index R03
    (DCF 2.0, CIPA DC-009).
    """
    if media == AVIF:
        return declared_profile(path)
    name = "exif-ifd4-InteroperabilityIndex"
    if image.bands >= 3 and image.get_typeof(name) and str(image.get(name)).startswith("R03"):
        return matrix_profile(ADOBE_RGB, gamma=563 / 256)
    return None
