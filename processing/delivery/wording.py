"""Words into a file that was just made: within its byte budget, less of them where all are too
many.
"""

from __future__ import annotations

from collections.abc import Iterator

from dam.models import Version
from processing.delivery.policy import Policy
from processing.delivery.values import values_of, values_of_file
from processing.metadata.reading import PictureMetadata
from processing.metadata.values import Values, chosen
from processing.metadata.writing import WRITERS, embed

# What is rewritten in memory. Larger ones (a master of hundreds of megapixels) leave as they are.
MOST_WRITTEN = 256 * 1024**2


def worded(data: bytes, mime: str, values: Values, most: int | None = None) -> bytes:
    """The file with ``values``: all of them, or where ``most`` bytes forbid, the rights, or none.

    ``values`` are chosen already. Raises ContainerError.
    """
    for told in _ever_less(values):
        made = embed(data, mime, told, "all", strip_place=False)
        if most is None or len(made) <= most:
            return made
    return embed(data, mime, Values(), "none", strip_place=True)


def _ever_less(values: Values) -> Iterator[Values]:
    yield values
    yield chosen(values, "rights", strip_place=True)


def of_version(data: bytes, mime: str, version: Version, policy: Policy) -> bytes:
    """What a recipe made of a version, with the library's words of now, as the brand wants it."""
    return _finished(data, mime, values_of(version), policy.under(version.asset.brand.rules))


def of_file(data: bytes, mime: str, said: PictureMetadata, policy: Policy) -> bytes:
    """What a recipe made of a file that is not in the library, with that file's own words."""
    return _finished(data, mime, values_of_file(said), policy)


def _finished(data: bytes, mime: str, values: Values, policy: Policy) -> bytes:
    if mime not in WRITERS or len(data) > MOST_WRITTEN:
        return data
    return worded(data, mime, policy.chosen(values), policy.most)
