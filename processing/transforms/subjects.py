"""What may be shown to whoever has its address: asked of the database, remembered for a moment.

A signed address stands for its picture as a link does that a person gave away: it shows what
viewers of the library may see, and no more. So the version is approved, and its asset is neither
in the bin nor restricted; of an asset it is the current version.
"""

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from dam.formats import SHOWN
from dam.models import BrandProfileVersion, Version
from dam.models.brand import EmbedMetadata
from processing.transforms.encoding import Words
from processing.transforms.geometry import Original
from processing.transforms.looks import Look
from processing.transforms.storing import look_of

REMEMBERED_SECONDS = 2.0  # so long can something that was withdrawn still be served
_MOST = 4_096
NAME = re.compile(r"([av])([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Subject:
    """A version in what decides a picture of it; sizes in pixels, upright."""

    version: int
    asset: int
    blob: str
    blob_size: int
    width: int
    height: int
    alpha: bool
    fixed: bool  # the address named the version itself
    focus: tuple[float, float] | None = None
    look: Look | None = None
    rights: Words = ()  # what its brand lets pictures say of whose they are

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def original(self) -> Original:
        return Original(self.size, self.focus, self.look)


_FIELDS = ("pk", "asset_id", "blob_id", "blob__size", "width", "height", "has_alpha")
_FOCUS = ("focus_x", "focus_y")
# By the names of processing/metadata/mapping.py.
_RIGHTS = {
    "creator": "asset__creator",
    "credit": "asset__credit",
    "copyright": "asset__copyright_notice",
    "usage_terms": "asset__usage_terms",
    "rights_url": "asset__rights_url",
}


class Memory:
    """Answers of the last moment, the oldest forgotten first; for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, Subject | None]] = OrderedDict()

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def find(self, name: str) -> Subject | None:
        """What ``a12`` (an asset) or ``v34`` (a version) stands for; None where nothing may."""
        now = time.monotonic()
        with self._lock:
            known = self._held.get(name)
        if known is not None and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        found = _asked(name)
        with self._lock:
            self._held[name] = (now, found)
            self._held.move_to_end(name)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return found


memory = Memory()


def is_served(name: str) -> bool:
    """Whether a signed address of it would be answered with a picture just now."""
    return _asked(name) is not None


def _asked(name: str) -> Subject | None:
    rows = Version.objects.filter(
        state=Version.State.APPROVED,
        asset__deleted_at=None,
        asset__restricted=False,
    )
    return one_of(rows, name)


def one_of(rows: Any, name: str) -> Subject | None:
    """The version among ``rows`` that a name stands for, where it can be shown at all."""
    parts = NAME.fullmatch(name)
    if parts is None:
        return None
    fixed, pk = parts[1] == "v", int(parts[2])
    rows = rows.filter(pk=pk) if fixed else rows.filter(current_of=pk)
    rows = rows.filter(kind__in=SHOWN, width__gt=0, height__gt=0)
    rules = BrandProfileVersion.objects.filter(brand=OuterRef("asset__brand")).order_by("-number")
    rows = rows.annotate(embed=Subquery(rules.values("embed_metadata")[:1]))
    row = rows.values_list(*_FIELDS, *_FOCUS, "embed", *_RIGHTS.values()).first()
    if row is None:
        return None
    version, asset, blob, blob_size, width, height, alpha, x, y, embed, *words = row
    focus = (x, y) if x is not None and y is not None else None
    look = look_of(blob)
    said = zip(_RIGHTS, words, strict=True)
    rights = tuple((name, text) for name, text in said if text and embed != EmbedMetadata.NONE)
    size = (width, height)
    return Subject(version, asset, blob, blob_size, *size, alpha, fixed, focus, look, rights)
