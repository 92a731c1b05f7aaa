"""The C2PA library as Loupe uses it: without network, without thumbnails of its own.

Left to its defaults the library fetches manifests from addresses that a file names. Never here:
neither manifests, nor certificates' status, nor time stamps are asked of anybody.
"""

from __future__ import annotations

import c2pa

SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
# Containers that the library is given, by media type. Others are not asked about.
MIMES = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/tiff", "image/avif", "image/heic"),
        *("image/heif", "image/gif", "image/x-adobe-dng", "image/jxl", "image/svg+xml"),
        *("application/pdf", "video/mp4"),
    }
)


def context() -> c2pa.Context:
    """Return the library's settings, as one object for each piece of work."""
    return c2pa.Context.from_dict(SETTINGS)


def known(mime: str) -> bool:
    """Whether the library reads this media type."""
    return mime in MIMES and mime in c2pa.Reader.get_supported_mime_types()
