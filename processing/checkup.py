"""Processing's checks: workers, the queue, and the models' files."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from dam.health import Finding, note, problem, register
from dam.models import Rendition
from dam.models.storage import DAMAGED
from dam.storage import mounted, path_of
from processing import queue, sandboxing, weights
from processing.consistency import checkup as consistency
from processing.delivery import signing
from processing.models import ErrorCategory, Job, Source, UploadSession
from processing.sources.reports import state_of
from processing.steps.renditions import earlier
from processing.transforms import keys, presets
from processing.uploads import sweeping
from processing.uploads.creating import next_expiry

PATIENCE = timedelta(minutes=2)


def connect() -> None:
    register("renditions", renditions, repair=make_renditions)
    register("workers", workers)
    register("queue", jobs)
    register("models", models)
    register("uploads", uploads)
    register("sources", sources)
    register("sandbox", sandboxing.checkup)
    register("credentials", signing.checkup)
    register("signed addresses", keys.checkup)
    register("presets", presets.checkup)
    register("consistency", consistency.examine)


def without_rendition() -> set[int]:
    """Return the versions (ids) that lack a good rendition; none where the disk is away."""
    if not mounted():
        return set()
    rows = Rendition.objects.values_list("version_id", "key", "condition")
    return {
        version
        for version, key, condition in rows.iterator(chunk_size=5_000)
        if condition in DAMAGED or not path_of(key).exists()
    }


def renditions() -> Iterator[Finding]:
    if missing := without_rendition():
        yield problem(
            "renditions",
            f"{len(missing)} pictures lack a rendition that was made of them.",
            "Run `manage.py doctor --repair`: they are made again from the originals.",
        )
    if outdated := with_earlier_rendition():
        yield note(
            "renditions",
            f"{len(outdated)} pictures have renditions of an earlier recipe,"
            " which may carry metadata of the original.",
            "Run `manage.py doctor --repair`: today's are made, and the earlier ones removed.",
        )


def with_earlier_rendition() -> set[int]:
    """Return the versions (ids) with a rendition that would be made otherwise today."""
    return set(earlier(Rendition.objects.all()).values_list("version_id", flat=True))


def make_renditions() -> str:
    """Have missing and outdated renditions made again, and what builds on them."""
    count = queue.enqueue_many("renditions", without_rendition() | with_earlier_rendition())
    return f"The renditions of {count} pictures will be made again." if count else ""


def workers() -> Iterator[Finding]:
    if queue.living_workers():
        return
    waiting = queue.ready().count()
    if waiting:
        yield problem(
            "workers", f"{waiting} jobs wait and no worker is running.", "Run `manage.py up`."
        )
    else:
        yield note("workers", "No worker is running, and nothing waits for one.")


def jobs() -> Iterator[Finding]:
    failed = Job.objects.filter(state=Job.State.FAILED).exclude(error_category=ErrorCategory.INPUT)
    if count := failed.count():
        yield problem(
            "queue",
            f"{count} jobs failed for a reason that is not the file's.",
            "The activity page shows them by reason and can try them again.",
        )
    stuck = queue.waiting_for_nothing().filter(created_at__lt=timezone.now() - PATIENCE).count()
    if stuck:
        yield problem(
            "queue",
            f"{stuck} versions count as being processed though no job of theirs is left.",
            "Please report this: it should not happen.",
        )


def sources() -> Iterator[Finding]:
    for source in Source.objects.filter(active=True):
        state, reason = state_of(source)
        if state in {Source.State.UNREACHABLE, Source.State.ERROR}:
            remedy = "It is tried again by itself; Settings → Sources shows its files."
            yield problem("sources", f"{source.name}: {reason}", remedy)
        elif state == "unwatched":
            yield note("sources", f"Nobody watches {source.name}.", "Run `manage.py up`.")


def models() -> Iterator[Finding]:
    for name in weights.manifest():
        if not weights.is_present(name, settings.MODELS_DIR):
            continue
        try:
            weights.verify(name, settings.MODELS_DIR)
        except weights.WeightsError as error:
            yield problem("models", str(error), f"Run `manage.py models fetch {name}`.")


def uploads() -> Iterator[Finding]:
    """Complete uploads that nobody takes in, and files that belong to none."""
    # An upload expires so many hours after its last bytes: that is when they came.
    long_here = UploadSession.objects.filter(expires_at__lt=next_expiry() - PATIENCE)
    late = long_here.filter(sweeping.unfinished()).count()
    if late:
        yield problem(
            "uploads",
            f"{late} uploads have arrived and were not taken into the library.",
            "Workers do it: run `manage.py up`. If the disk is full, free some space.",
        )
    if left := len(list(sweeping.strays())):
        yield note(
            "uploads", f"{left} files of unfinished uploads belong to none.", "They are removed."
        )
