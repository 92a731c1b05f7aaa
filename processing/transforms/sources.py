"""Where the pixels of a picture come from: its base where there is one, else its original.

Bases are made by a worker, at the lowest priority, when a picture is first asked for.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from dam.models import Blob, Version
from dam.storage import incoming, original
from processing import networks, queue, vips
from processing.engine.decoding import decoded
from processing.operators.picture import Picture
from processing.transforms import bases
from processing.transforms.errors import Busy
from processing.transforms.geometry import Plan
from processing.transforms.rendering import Shown
from processing.transforms.storing import base_name, keep_look
from processing.transforms.storing import bases as shelf
from processing.transforms.subjects import Subject

log = logging.getLogger(__name__)
Made = TypeVar("Made")
STEP = "base"
_LOWEST = 1
_ASKED_SECONDS = 600.0
# A part of an original of more pixels is not cut from it: for each tile of a deep zoom all of it
# would be decoded. Its base is there in a moment.
_PART_OF = 40_000_000
_WATCHED = 8  # the priority where somebody is just looking at it
PREPARING = "This picture is large and is being prepared. Try again in a moment."


def with_pixels(subject: Subject, plan: Plan, make: Callable[[Shown], Made]) -> Made:
    """Call ``make`` with pixels of the original, at the scale that serves ``plan``.

    Raises Busy where only the base of so large a picture will do, and it is not made yet,
    ProcessingError and StorageError.
    """
    path = shelf().used(base_name(subject.blob))
    if path is not None:
        try:
            whole = plan.region[2:] == subject.size
            target = max(plan.width, plan.height)
            return make(bases.opened(path, plan.scale, target, whole=whole))
        except vips.Error as error:
            log.warning("the base of version %s is damaged: %s", subject.version, error)
            path.unlink(missing_ok=True)
    ask(subject)
    pixels, whole = subject.width * subject.height, plan.region[2:] == subject.size
    if pixels > (settings.LOUPE_TRANSFORM_PIXELS_IN if whole else _PART_OF):
        raise Busy(PREPARING)
    with (
        original(Blob(sha256=subject.blob, size=subject.blob_size)) as source,
        decoded(source, incoming(), longest_edge=_edge(subject, plan)) as picture,
    ):
        return make(Shown.whole(picture.image, subject.size))


def _edge(subject: Subject, plan: Plan) -> int | None:
    """The longer side that the decoder may shrink to: what the target needs, and no more."""
    if plan.scale >= 1:
        return None
    return max(1, round(max(subject.size) * plan.scale))


_asked: dict[int, float] = {}
_lock = threading.Lock()


def prepare(subject: Subject) -> None:
    """Have the base of a picture made now that somebody is about to look at it closely."""
    if shelf().used(base_name(subject.blob)) is None:
        ask(subject, priority=_WATCHED)


def ask(subject: Subject, *, priority: int = _LOWEST) -> None:
    """Have the base of a picture made, unless that was asked for a moment ago."""
    now = time.monotonic()
    with _lock:
        if now - _asked.get(subject.version, -_ASKED_SECONDS) < _ASKED_SECONDS:
            return
        if len(_asked) > 10_000:
            _asked.clear()
        _asked[subject.version] = now
    queue.enqueue(STEP, Version(pk=subject.version), priority=priority)


def run(versions: Sequence[Version]) -> None:
    """The step: make the bases of versions that have none, and look at them for later requests."""
    for version in versions:
        name = base_name(version.blob_id)
        if shelf().used(name) is None:
            _make(version, name)


def _make(version: Version, name: str) -> None:
    with (
        original(version.blob) as source,
        decoded(source, incoming()) as picture,
        shelf().draft(name) as draft,
    ):
        bases.write(picture.image, draft)
        _sync(draft)
        _look_at(picture, version.blob_id)


def _look_at(picture: Picture, blob: str) -> None:
    # It brings libraries along that a process which serves pages should not load.
    from processing.transforms.looking import looked

    keep_look(blob, looked(picture, networks.shared()))


def _sync(path: Path) -> None:
    """On the disk before it has its name: a base cut short by a power cut would be served."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
