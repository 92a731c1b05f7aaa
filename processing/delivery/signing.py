"""The installation's signing key, and a download's manifest made with it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from dam.delivery import Undeliverable
from dam.health import Finding, problem
from dam.models import Rendition
from dam.storage import StorageError, original
from processing import sandbox
from processing.delivery import edits
from processing.errors import ProcessingError
from processing.metadata.signing import (
    Parent,
    SigningError,
    SigningKey,
    check,
    parent,
    sign,
)

# Of what a cell tells of an original's own credentials, of which thumbnails are the largest part.
MOST_ARCHIVE = 4 * 1024**2  # bytes
MOST_PLACES, LONGEST_PLACE = 1_000, 1_000
TOO_MUCH = "The original's content credentials are too large to be named in a download."


def key() -> SigningKey | None:
    """Return the key that downloads are signed with; None where none is set.

    Raises SigningError, with a sentence, where settings name files that cannot be used.
    """
    certificates, secret = settings.LOUPE_C2PA_CERT, settings.LOUPE_C2PA_KEY
    if not certificates and not secret:
        return None
    if not certificates or not secret:
        raise SigningError("LOUPE_C2PA_CERT and LOUPE_C2PA_KEY belong together: one is not set.")
    paths = (Path(certificates), Path(secret))
    try:
        changed = tuple(path.stat().st_mtime_ns for path in paths)
        return _read(*paths, settings.LOUPE_C2PA_ALG, changed)
    except OSError as error:
        raise SigningError(f"{error.filename} cannot be read: {error.strerror}.") from error


@lru_cache(maxsize=1)
def _read(certificates: Path, secret: Path, algorithm: str, changed: tuple) -> SigningKey:
    """Read the files once for each state of theirs (`changed`: when they were last written)."""
    return SigningKey(certificates.read_bytes(), secret.read_bytes(), algorithm)


def checkup() -> Iterator[Finding]:
    """Try the key, so that it is not a person's download that finds it wrong."""
    try:
        used = key()
        if used is not None:
            check(used)
    except SigningError as error:
        yield problem(
            "credentials",
            f"Downloads cannot be signed. {error}",
            "Look at LOUPE_C2PA_CERT, LOUPE_C2PA_KEY and LOUPE_C2PA_ALG:"
            " until it is mended, renditions cannot be downloaded.",
        )


def mark(used: SigningKey | None) -> str:
    """Return what tells downloads by different keys apart."""
    return hashlib.sha256(used.certificates).hexdigest() if used else ""


def with_credentials(
    data: bytes,
    mime: str,
    made: Rendition,
    used: SigningKey,
    steps: Sequence[Mapping[str, Any]] = (),
    *,
    strip_place: bool,
) -> bytes:
    """Return a download signed, its original named as its parent, with what ``steps`` of a recipe
    did to it.

    An original of a type without content credentials cannot be named: then nothing is claimed.
    Raises Undeliverable.
    """
    version = made.version
    try:
        with original(version.blob) as path:
            made_from = sandbox.call(parent, path, version.media_type, version.file_name)
        if made_from is None:
            return data
        _bounded(made_from)
        return sign(
            data,
            mime,
            used,
            title=version.asset.title,
            made_from=made_from,
            actions=_actions(mime, made, steps),
            strip_place=strip_place,
        )
    except (SigningError, ProcessingError, StorageError) as error:
        raise Undeliverable(str(error)) from error


def _bounded(made_from: Parent) -> None:
    """Refuse what a cell says is a parent where it is more than a parent can be.

    It is parsed in this process, which holds the key: the library that signs takes no other form.
    Raises Undeliverable.
    """
    lengths = [len(place) for place in made_from.places]
    if len(made_from.archive) > MOST_ARCHIVE or len(lengths) > MOST_PLACES:
        raise Undeliverable(TOO_MUCH)
    if max(lengths, default=0) > LONGEST_PLACE:
        raise Undeliverable(TOO_MUCH)


def _actions(mime: str, made: Rendition, steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was done to the original, by C2PA's names."""
    version = made.version
    done = [*edits.actions(steps), "c2pa.edited.metadata"]
    resized = (made.width, made.height) != (version.width, version.height)
    if resized and not {"c2pa.resized", "c2pa.cropped"} & set(done):
        done.append("c2pa.resized")
    if mime != version.media_type:
        done.append("c2pa.converted")
    return done
