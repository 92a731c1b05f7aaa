"""The doctor's look at the storage: whose it is, and whether files and rows agree by size."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils import timezone

from dam import storage, tidying
from dam.health import Finding, note, problem, register
from dam.integrity import report
from dam.models import Blob
from dam.storage.backend import Backend
from dam.storage.drafts import DAY, abandoned_drafts
from dam.storage.mark import installation

HOUR = 3600.0
SHOWN = 5
LONG = timedelta(days=35)


def connect() -> None:
    register("storage", mounts)
    register("originals", originals)
    register("verification", verified)
    register("drafts", drafts, repair=tidy)
    tidying.register("drafts", collect)
    tidying.register("unfinished originals", give_up)


def mounts() -> Iterator[Finding]:
    for sentence in storage.amiss():
        yield problem("storage", sentence, storage.REMEDY)


def originals() -> Iterator[Finding]:
    """Hold each original's row against its file, and each file against the rows.

    Only their sizes are compared here, which is quick; `manage.py verify` reads and hashes them.
    Nothing is said of originals whose storage is not there.
    """
    if storage.amiss():
        return
    place = storage.backend()
    files = {kept.name: kept for kept in place.files()}
    missing, changed = _against_rows(place, {name: kept.size for name, kept in files.items()})
    if missing:
        yield problem(
            "originals",
            f"{len(missing)} originals are missing from {place.where}: {_some(missing)}.",
            "Restore them from a backup.",
        )
    if changed:
        yield problem(
            "originals",
            f"{len(changed)} originals do not have the size that was stored: {_some(changed)}.",
            "Restore them from a backup; `manage.py verify` finds what has the right size too.",
        )
    orphans = without_row(kept.name for kept in files.values() if _old(kept.changed_at))
    if orphans:
        yield problem(
            "originals",
            f"{len(orphans)} files among the originals belong to no row: {_some(orphans)}.",
            "A crash between file and row leaves them; they do no harm and can be deleted.",
        )


def verified() -> Iterator[Finding]:
    """Tell what the last verification found, and when it is long ago."""
    known = report.summary()
    if count := known["originals"]["damaged"]:
        names = [one.name for one in report.damages(SHOWN) if one.kind == "original"]
        yield problem(
            "verification",
            f"{count} originals are not what was stored: {_some(names, count)}.",
            "`manage.py verify` lists them. Restore them from a backup, or upload them again.",
        )
    if count := known["renditions"]["damaged"]:
        yield problem(
            "verification",
            f"{count} renditions are not what was made.",
            "Run `manage.py doctor --repair`: they are made again from the originals.",
        )
    last, begun = known["last"], installation().created_at
    since = max(last.finished_at, begun) if last else begun
    if known["originals"]["all"] and timezone.now() - since > LONG:
        yield note(
            "verification",
            f"It is {(timezone.now() - since).days} days since all files were verified, if ever.",
            "Run `manage.py verify` every month: it finds what a disk has spoilt.",
        )


def _against_rows(place: Backend, sizes: dict[str, int]) -> tuple[list[str], list[str]]:
    """Return the hashes of originals that are not there, and of those of another size."""
    missing, changed = [], []
    for blob in Blob.objects.only("sha256", "size").iterator(chunk_size=5_000):
        # A file that came after the listing is looked for by itself.
        size = sizes[blob.pk] if blob.pk in sizes else place.size(blob.key)
        if size is None:
            missing.append(blob.pk)
        elif size != blob.size:
            changed.append(blob.pk)
    return missing, changed


def without_row(names: Iterable[str]) -> list[str]:
    """Return those names of originals that no row has, sorted."""
    known = set(Blob.objects.values_list("pk", flat=True).iterator(chunk_size=5_000))
    return sorted(name for name in names if name not in known)


def drafts() -> Iterator[Finding]:
    if count := len(abandoned_drafts()):
        yield note(
            "drafts",
            f"{count} uploads were never finished.",
            "`manage.py up` removes such drafts after a day; `manage.py doctor --repair` does now.",
        )
    if not storage.amiss():
        yield from _unfinished(storage.backend())


def _unfinished(place: Backend) -> Iterator[Finding]:
    try:
        count = sum(1 for _ in place.unfinished(DAY))
    except storage.StorageAway as error:
        yield note(
            "drafts",
            f"Unfinished uploads cannot be looked for. {error}",
            "Let the key list and abort multipart uploads, or the bucket forget them by a rule.",
        )
        return
    if count:
        yield note(
            "drafts",
            f"{count} files were begun in {place.where} and never finished.",
            "`manage.py up` gives them up after a day; `manage.py doctor --repair` does now.",
        )


def collect() -> str:
    """Remove what interrupted uploads left: nobody was told that it was kept."""
    count = storage.collect_drafts()
    return f"{count} drafts of unfinished uploads were removed." if count else ""


def give_up() -> str:
    """Let the place of originals forget what killed processes began to write there."""
    place = storage.backend()
    left = list(place.unfinished(DAY))
    for upload in left:
        place.give_up(upload)
    return f"{len(left)} files that were begun in {place.where} were given up." if left else ""


def tidy() -> str:
    """Clear away now what is cleared away every hour."""
    return " ".join(tidying.tidy())


def _old(moment: float) -> bool:
    return time.time() - moment > HOUR


def _some(names: list[str], count: int = 0) -> str:
    more = " …" if max(len(names), count) > SHOWN else ""
    return ", ".join(name[:12] for name in names[:SHOWN]) + more
