"""The mark in each storage that says whose it is: without it, the storage is not mounted.

An empty folder where a disk should be looks like a library that lost everything. So each storage
of an installation holds a small file with the installation's id. Where it is not to be found,
nothing is written there, and nothing there is called missing.
"""

import contextlib
import json
import os
import time
import uuid
from enum import Enum
from typing import Protocol

from django.apps.registry import Apps
from django.apps.registry import apps as global_apps

from dam.models import Blob, Installation, StorageRoot
from dam.storage.errors import NotMounted
from dam.storage.places import path_of, room, root, sync_folder

MEDIA = "media"
MARK = "loupe-storage.json"
SAMPLE = 20
BELIEVED_SECONDS = 60.0
REMEDY = "Mount it; or, if it was moved there on purpose, run `manage.py storage accept`."


class Standing(Enum):
    """What a storage is to this installation."""

    OURS = "mounted"
    NEW = "new"  # never used by this installation: it may begin there
    UNMARKED = "not mounted"
    FOREIGN = "of another installation"


class Markable(Protocol):
    """A storage that can hold a mark."""

    @property
    def kind(self) -> str:
        """One word: an installation has one storage of a kind."""

    @property
    def where(self) -> str:
        """For people: a folder, or the address of a bucket."""

    def read_mark(self) -> str | None:
        """Return what the mark says; None where there is none."""

    def write_mark(self, text: str) -> None:
        """Put the mark, in place of one that is there."""

    def size(self, key: str) -> int | None:
        """Return the bytes of what lies under a key; None where nothing does."""


class MediaFolder:
    """The media folder: renditions, arriving files, and originals where they are kept locally."""

    @property
    def kind(self) -> str:
        return MEDIA

    @property
    def where(self) -> str:
        return str(root())

    def read_mark(self) -> str | None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return (root() / MARK).read_text(encoding="utf-8", errors="replace")
        return None

    def write_mark(self, text: str) -> None:
        folder = root()
        draft = folder / f".{MARK}.{uuid.uuid4().hex}"
        with room():
            folder.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("w", encoding="utf-8") as target:
                    target.write(text)
                    target.flush()
                    os.fsync(target.fileno())
                draft.replace(folder / MARK)
            finally:
                draft.unlink(missing_ok=True)
        sync_folder(folder)

    def size(self, key: str) -> int | None:
        with contextlib.suppress(FileNotFoundError):
            return path_of(key).stat().st_size
        return None


def installation() -> Installation:
    """Return this installation. It has its name since its tables were made."""
    return Installation.objects.get()


def name_installation(*, apps: Apps = global_apps, **_signal: object) -> None:
    """Give an installation whose tables were emptied a new name (on `post_migrate`).

    Not when a storage is first marked: that may be inside a transaction, and the name of one that
    is undone would stay in the mark.
    """
    with contextlib.suppress(LookupError):  # only earlier migrations were applied
        apps.get_model("dam", "Installation").objects.get_or_create(only=True)


def standing(place: Markable) -> Standing:
    """Say what a storage is to us. Raises StorageAway where it does not answer."""
    text = place.read_mark()
    if text is None:
        if _may_begin(place):
            return Standing.NEW
        text = place.read_mark()  # another process may have begun there in this moment
    if text is None:
        return Standing.UNMARKED
    return Standing.OURS if _owner(text) == str(installation().pk) else Standing.FOREIGN


def _owner(text: str) -> str:
    try:
        return str(json.loads(text)["installation"])
    except (ValueError, TypeError, KeyError):
        return ""  # a mark that nobody can read is not ours


def _may_begin(place: Markable) -> bool:
    """Whether a storage without a mark is one that we never used, or used before there were marks.

    A new installation begins in its media folder wherever that is; one that is older than its marks
    where its files lie. Originals begin elsewhere only while there are none: later they are copied
    there first (dam/integrity/moving.py).
    """
    if StorageRoot.objects.filter(kind=place.kind).exists():
        return False
    if place.kind != MEDIA:
        return not Blob.objects.exists()
    return installation().marked_from_the_start or holds_originals(place)


def holds_originals(place: Markable) -> bool:
    """Whether most of the newest originals lie there, if there are any."""
    newest = list(Blob.objects.order_by("-created_at")[:SAMPLE])
    there = sum(place.size(blob.key) == blob.size for blob in newest)
    return 2 * there >= len(newest)


def mark_of(name: str) -> str:
    """Return what the mark of an installation says."""
    return json.dumps({"installation": name, "program": "Loupe"}) + "\n"


def mark(place: Markable) -> None:
    """Make a storage ours: its mark first, then the row that asks for it ever after."""
    place.write_mark(mark_of(str(installation().pk)))
    StorageRoot.objects.update_or_create(kind=place.kind, defaults={"where": place.where})


def require(place: Markable) -> None:
    """Raise NotMounted unless a storage is ours; mark it where it is new."""
    found = standing(place)
    if found is Standing.NEW:
        mark(place)
    elif found is not Standing.OURS:
        raise NotMounted(sentence(place, found))


def require_lately(place: Markable) -> None:
    """As `require`, but believed for a minute: for storages that are slow to ask."""
    if time.monotonic() - _believed.get(place.where, -BELIEVED_SECONDS) < BELIEVED_SECONDS:
        return
    require(place)
    _believed[place.where] = time.monotonic()


_believed: dict[str, float] = {}


def sentence(place: Markable, found: Standing) -> str:
    """Say to a person why a storage is not used."""
    if found is Standing.FOREIGN:
        return f"The storage {place.where} belongs to another installation of Loupe."
    return f"The storage {place.where} is not mounted: the mark of this library is not in it."


def require_mounted() -> None:
    """Raise NotMounted unless the media folder is ours; mark it where it is new."""
    require(MediaFolder())


def mounted() -> bool:
    """Whether the media folder is ours, or may become it. Nothing is written."""
    return standing(MediaFolder()) in {Standing.OURS, Standing.NEW}
