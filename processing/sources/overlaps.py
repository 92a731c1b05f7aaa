"""Which places share files: no two sources may, or each would take what is the other's.

Paused sources count too: they may go on any time.
"""

import os
from collections.abc import Iterator

from django.conf import settings

from processing.models import Source
from processing.sources.names import folder_of


def folder(source: Source, real: str) -> Source | None:
    """Return another source whose folder, or the folder it moves to, shares files with this one."""
    for other in _others(source):
        puts = (put for put in (other.done_folder, other.failed_folder) if put.startswith("/"))
        if any(_nested(real, place) for place in (os.path.realpath(other.path), *puts)):
            return other
    return None


def watched_at(source: Source, put: str) -> Source | None:
    """Return another source that watches where this one would put decided files."""
    if not put.startswith("/"):
        return None  # below its own folder, which shares nothing
    return next((one for one in _others(source) if _nested(put, os.path.realpath(one.path))), None)


def bucket(source: Source) -> Source | None:
    """Return another source whose prefix lies in this one's, or the other way round."""
    mine = folder_of(source.prefix)
    for other in _others(source):
        same = (other.bucket, _server(other.endpoint)) == (source.bucket, _server(source.endpoint))
        if same and _begins(mine, folder_of(other.prefix)):
            return other
    return None


def is_our_bucket(source: Source) -> bool:
    """Whether a prefix shares objects with the place of our own originals."""
    ours = (settings.LOUPE_S3_BUCKET, _server(settings.LOUPE_S3_ENDPOINT))
    return (
        settings.LOUPE_ORIGINALS == "s3"
        and ours == (source.bucket, _server(source.endpoint))
        and _begins(folder_of(source.prefix), folder_of(settings.LOUPE_S3_PREFIX))
    )


def _others(source: Source) -> Iterator[Source]:
    yield from Source.objects.filter(kind=source.kind).select_related("brand").exclude(pk=source.pk)


def _nested(one: str, other: str) -> bool:
    return os.path.commonpath([one, other]) in {one, other}


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _server(endpoint: str) -> str:
    """Return an address so that two ways of writing it are one; nothing for Amazon."""
    return endpoint.strip().rstrip("/").lower()
