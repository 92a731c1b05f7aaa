"""The limits that this installation sets to what it decodes."""

from django.conf import settings

from processing.decode import Limits


def limits() -> Limits:
    return Limits(max_pixels=settings.LOUPE_MAX_PIXELS, max_bytes=settings.LOUPE_MAX_UPLOAD_BYTES)
