"""How many of a brand's files fit a pattern of names: the one in force, or a draft of it."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from dam.models import BrandProfile, Version
from dam.name_fields import read_name
from dam.naming import download_name
from dam.naming.downloads import ORIGINAL

LOOKED_AT = 1_000  # the newest files: a preview costs the same however large the library is
EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class NameCheck:
    """How many of `total` names fit; the newest that do not, each with the reason in words."""

    pattern: str
    total: int
    fitting: int
    misfits: list[tuple[Version, str]] = field(default_factory=list)
    cut: bool = False  # there are more files than were looked at

    @property
    def share(self) -> float:
        return self.fitting / self.total if self.total else 1.0


def check(brand: BrandProfile, pattern: str) -> NameCheck | None:
    """Match the names of a brand's newest files; None where there is no pattern.

    Raises PatternError for a pattern that cannot be read.
    """
    if not pattern:
        return None
    versions = list(_newest(brand)[: LOOKED_AT + 1])
    misfits = []
    for version in versions[:LOOKED_AT]:
        match = read_name(pattern, version.file_name)
        if not match:
            misfits.append((version, match.reason))
    total = min(len(versions), LOOKED_AT)
    cut = len(versions) > LOOKED_AT
    return NameCheck(pattern, total, total - len(misfits), misfits[:EXAMPLES], cut)


def _newest(brand: BrandProfile) -> QuerySet[Version]:
    shown = Version.objects.filter(current_of__brand=brand, current_of__deleted_at=None)
    return shown.select_related("asset__brand").order_by("-pk")


def example(brand: BrandProfile, pattern: str) -> str:
    """Return what a download of the brand's newest file would be called; empty without a file."""
    version = _newest(brand).first()
    if version is None or not pattern:
        return ""
    ending = version.file_name.rpartition(".")[2] if "." in version.file_name else ""
    return download_name(version, ORIGINAL, ending, pattern)
