"""Taking work: the best job that can be had, under a lease that is kept while it lasts."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from processing import steps
from processing.models import Job

LEASE = timedelta(seconds=60)

# The ARRAY is evaluated once. With `id IN (SELECT … LIMIT …)` the planner may choose to run the
# selection again for each row, and then more is claimed than was asked for, of other steps too.
CLAIM = """
UPDATE processing_job SET state = 'running', attempts = attempts + 1, worker = %(worker)s,
    started_at = clock_timestamp(), lease_until = clock_timestamp() + %(lease)s
WHERE id = ANY (ARRAY(
    SELECT id FROM processing_job
    WHERE state = 'queued' AND (not_before IS NULL OR not_before <= clock_timestamp())
      {only}
    ORDER BY priority DESC, id
    LIMIT %(count)s FOR UPDATE SKIP LOCKED
))
RETURNING id
"""


def claim(worker: str) -> list[Job]:
    """Take the best job that can be had, with more of its kind where its step works in batches.

    Attempts are counted here, before the work, so that a job that kills its worker is counted too.
    """
    first = _claim(worker, 1)
    if not first:
        return []
    step = steps.get(first[0].step)
    if step.batch_size > 1:
        only = "AND step = %(step)s AND subject = %(subject)s AND priority = %(priority)s"
        first += _claim(
            worker,
            step.batch_size - 1,
            only,
            step=step.name,
            subject=first[0].subject,
            priority=first[0].priority,
        )
    return first


def _claim(worker: str, count: int, only: str = "", **more: object) -> list[Job]:
    values: dict[str, Any] = {"worker": worker, "lease": LEASE, "count": count, **more}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(only=only), values)
        ids = [row[0] for row in cursor.fetchall()]
    return list(Job.objects.filter(pk__in=ids).select_related("version").order_by("pk"))


def held(job: Job) -> Q:
    """The condition that a job is still ours: leases run out, and then others may have it."""
    return Q(pk=job.pk, state=Job.State.RUNNING, worker=job.worker, attempts=job.attempts)


def renew(jobs: Iterable[Job]) -> None:
    """Keep the leases of running jobs."""
    for job in jobs:
        Job.objects.filter(held(job)).update(lease_until=timezone.now() + LEASE)
