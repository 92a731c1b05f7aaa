"""Asking for work: jobs go in, and a token tells the workers to look."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from dam.models import Version
from processing import steps
from processing.models import DEFAULT_PRIORITY, Job
from processing.queue.counting import UNFINISHED

TOKEN = "processing.tasks.work"  # noqa: S105 - the name of a function
ENOUGH_TOKENS = 8


def enqueue(
    step: str,
    version: Version | None = None,
    *,
    subject: str = "",
    priority: int = DEFAULT_PRIORITY,
) -> bool:
    """Ask for a step to be run; return whether that was news.

    A job that is queued already is left as it is; one that has ended is queued again. Enqueueing
    commits with the caller's transaction. Raises KeyError for an unknown step.
    """
    steps.get(step)
    pk = version.pk if version else None
    with transaction.atomic():
        news = insert([(pk, step, subject, priority)]) or renew_ended(pk, step, subject, priority)
        if news:
            send_token()
    return bool(news)


def enqueue_many(
    step: str, versions: Iterable[int], *, subject: str = "", priority: int = DEFAULT_PRIORITY
) -> int:
    """Ask for a step for many versions (ids) in two statements; return how many were news."""
    steps.get(step)
    ids = list(versions)
    with transaction.atomic():
        fresh = insert([(pk, step, subject, priority) for pk in ids])
        ended = Job.objects.filter(step=step, subject=subject, version__in=ids).exclude(
            state__in=UNFINISHED
        )
        again = ended.exclude(pk__in=fresh).update(**renewed(priority))
        if fresh or again:
            send_token()
    return len(fresh) + again


def start(version: Version, *, priority: int = DEFAULT_PRIORITY) -> None:
    """Queue the first steps of a version's way through the pipeline; the rest follow from them."""
    first = [step.name for step in steps.pipeline(version.kind) if not step.after]
    with transaction.atomic():
        insert([(version.pk, name, "", priority) for name in first])
        send_token()


def check_priority(priority: int) -> None:
    """Raise ValueError for a priority that is not from 1 to 10."""
    if not 1 <= priority <= 10:
        raise ValueError(f"A priority is a whole number from 1 to 10, not {priority}.")


def prioritise(version: Version, priority: int) -> None:
    """Set the priority of a version's jobs; what follows from them inherits it."""
    check_priority(priority)
    waiting = Job.objects.filter(version=version, state__in=UNFINISHED)
    waiting.exclude(priority=priority).update(priority=priority)


def insert(rows: Sequence[tuple[int | None, str, str, int]]) -> list[int]:
    """Insert jobs, passing over those that are there; return the new ones' ids."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO processing_job (version_id, step, subject, priority, state, attempts,
                worker, error_category, error, error_detail, created_at)
            SELECT version, step, subject, priority, 'queued', 0, '', '', '', '', now()
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[])
                 AS wanted(version, step, subject, priority)
            ON CONFLICT (version_id, step, subject) DO NOTHING
            RETURNING id
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
        return [row[0] for row in cursor.fetchall()]


def renewed(priority: int | None = None) -> dict[str, Any]:
    """Return the values that put an ended job back at the beginning, perhaps more urgent."""
    values = {
        "state": Job.State.QUEUED,
        "attempts": 0,
        "not_before": None,
        "error": "",
        "error_category": "",
        "error_detail": "",
    }
    return values if priority is None else values | {"priority": priority}


def renew_ended(version: int | None, step: str, subject: str, priority: int) -> int:
    """Queue a job again that has ended; return how many there were."""
    ended = Job.objects.filter(version=version, step=step, subject=subject)
    return ended.exclude(state__in=UNFINISHED).update(**renewed(priority))


def send_token() -> None:
    """Tell the workers that there is something to look for, unless they are told already.

    A token taken between this look and our commit may find nothing; the sweeper makes up for it.
    """
    if OrmQ.objects.filter(lock__lte=timezone.now())[:ENOUGH_TOKENS].count() < ENOUGH_TOKENS:
        async_task(TOKEN)
