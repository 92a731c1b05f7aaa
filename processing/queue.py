"""The queue of jobs: enqueue, claim, lease, finish, fail, sweep.

The `Job` table is the truth. A django-q2 task is only a token that tells a worker to look. Every
change of state is one conditional statement, so that two workers, or a worker and the sweeper,
can never both believe that a job is theirs.
"""

import random
import socket
from collections.abc import Iterable, Sequence
from datetime import timedelta

import psutil
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_q.models import OrmQ
from django_q.tasks import async_task

from dam.actions.versions import settle
from dam.models import Version
from processing import steps
from processing.models import DEFAULT_PRIORITY, ErrorCategory, Job, WorkerBeat
from processing.signals import job_failed, queue_idle

LEASE = timedelta(seconds=60)
SILENCE = timedelta(seconds=15)
MAX_ATTEMPTS = 3
BACKOFF_SECONDS = 2.0  # doubled at each attempt, with up to half as much again at random
RETRIED = {ErrorCategory.TRANSIENT, ErrorCategory.PROVIDER, ErrorCategory.RESOURCE}
TOKEN = "processing.tasks.work"  # noqa: S105 - the name of a function
ENOUGH_TOKENS = 8
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)


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
        news = _insert([(pk, step, subject, priority)]) or _renew(pk, step, subject, priority)
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
        fresh = _insert([(pk, step, subject, priority) for pk in ids])
        ended = Job.objects.filter(step=step, subject=subject, version__in=ids).exclude(
            state__in=UNFINISHED
        )
        again = ended.exclude(pk__in=fresh).update(**_renewed(priority))
        if fresh or again:
            send_token()
    return len(fresh) + again


def start(version: Version, *, priority: int = DEFAULT_PRIORITY) -> None:
    """Queue the first steps of a version's way through the pipeline; the rest follow from them."""
    first = [step.name for step in steps.pipeline() if not step.after]
    with transaction.atomic():
        _insert([(version.pk, name, "", priority) for name in first])
        send_token()


def _insert(rows: Sequence[tuple[int | None, str, str, int]]) -> list[int]:
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


def _renewed(priority: int) -> dict:
    return {
        "state": Job.State.QUEUED,
        "attempts": 0,
        "priority": priority,
        "not_before": None,
        "error": "",
        "error_category": "",
        "error_detail": "",
    }


def _renew(version: int | None, step: str, subject: str, priority: int) -> int:
    ended = Job.objects.filter(version=version, step=step, subject=subject)
    return ended.exclude(state__in=UNFINISHED).update(**_renewed(priority))


def send_token() -> None:
    """Tell the workers that there is something to look for, unless they are told already.

    A token taken between this look and our commit may find nothing; the sweeper makes up for it.
    """
    if OrmQ.objects.filter(lock__lte=timezone.now())[:ENOUGH_TOKENS].count() < ENOUGH_TOKENS:
        async_task(TOKEN)


CLAIM = """
UPDATE processing_job SET state = 'running', attempts = attempts + 1, worker = %(worker)s,
    started_at = clock_timestamp(), lease_until = clock_timestamp() + %(lease)s
WHERE id IN (
    SELECT id FROM processing_job
    WHERE state = 'queued' AND (not_before IS NULL OR not_before <= clock_timestamp())
      {only}
    ORDER BY priority DESC, id
    LIMIT %(count)s FOR UPDATE SKIP LOCKED
)
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
    values = {"worker": worker, "lease": LEASE, "count": count, **more}
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


def finish(job: Job, *, milliseconds: float) -> bool:
    """Mark a job done and queue what waited for it; return False if it was no longer ours."""
    with transaction.atomic():
        if job.version_id is not None:
            _lock_version(job.version_id)
        done = Job.objects.filter(held(job)).update(
            state=Job.State.DONE,
            finished_at=timezone.now(),
            lease_until=None,
            milliseconds=milliseconds,
            error="",
            error_category="",
            error_detail="",
        )
        if done and job.version_id is not None:
            _queue_followers(job)
    return bool(done)


def _lock_version(version_id: int) -> None:
    """Let the jobs of one version end one at a time: the last one must see all others done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(72, %s)", [version_id % 2**31])


def _queue_followers(job: Job) -> None:
    """Queue each step that came after this one and now waits for nothing else."""
    followers = [step for step in steps.pipeline() if job.step in step.after]
    if not followers:
        return
    done = set(
        Job.objects.filter(version=job.version_id, state=Job.State.DONE).values_list(
            "step", flat=True
        )
    )
    ready = [step for step in followers if done.issuperset(step.after)]
    _insert([(job.version_id, step.name, "", job.priority) for step in ready])
    for step in ready:
        # A step that is run again makes those that build on it run again too.
        _renew(job.version_id, step.name, "", job.priority)


def fail(job: Job, *, category: str, sentence: str, detail: str = "") -> None:
    """Put a failed job back with a delay, or end it where trying again cannot help."""
    again = category in RETRIED and job.attempts < MAX_ATTEMPTS
    values = {
        "error_category": category,
        "error": sentence,
        "error_detail": detail[:4000],
        "lease_until": None,
    }
    if again:
        delay = BACKOFF_SECONDS * 2 ** (job.attempts - 1) * (1 + random.random() / 2)  # noqa: S311
        values |= {
            "state": Job.State.QUEUED,
            "not_before": timezone.now() + timedelta(seconds=delay),
        }
    else:
        values |= {"state": Job.State.FAILED, "finished_at": timezone.now()}
    with transaction.atomic():
        changed = Job.objects.filter(held(job)).update(**values)
        if changed and not again:
            job.refresh_from_db()
            job_failed.send(Job, job=job)


def put_back(job: Job) -> None:
    """Return a claimed job untried: its attempt does not count."""
    Job.objects.filter(held(job)).update(
        state=Job.State.QUEUED, lease_until=None, attempts=job.attempts - 1
    )


def release(worker_prefix: str) -> int:
    """Return the jobs of workers that are known to be dead without waiting for their leases."""
    WorkerBeat.objects.filter(name__startswith=worker_prefix).delete()
    return _return_jobs(Q(worker__startswith=worker_prefix))


def sweep() -> int:
    """Return jobs whose lease ran out, and top up the tokens; return how many came back."""
    returned = _return_jobs(Q(lease_until__lt=timezone.now()))
    if ready().exists() and not OrmQ.objects.filter(lock__lte=timezone.now()).exists():
        send_token()
    WorkerBeat.objects.filter(seen_at__lt=timezone.now() - 2 * LEASE).delete()
    return returned


def _return_jobs(lost: Q) -> int:
    """Queue lost running jobs again, or end those that have used up their attempts."""
    count = 0
    for job in Job.objects.filter(lost, state=Job.State.RUNNING):
        fail(
            job,
            category=ErrorCategory.RESOURCE,
            sentence="The worker stopped in the middle of this step.",
        )
        count += 1
    return count


def ready() -> QuerySet[Job]:
    """Return the jobs that could be claimed now."""
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return Job.objects.filter(due, state=Job.State.QUEUED)


def unfinished(versions: Iterable[int] | None = None) -> int:
    """Return how many jobs are queued or running, of some versions or of all."""
    jobs = Job.objects.filter(state__in=UNFINISHED)
    if versions is not None:
        jobs = jobs.filter(version__in=list(versions))
    return jobs.count()


def settle_idle() -> bool:
    """Let others use the quiet: send `queue_idle` if nothing is queued or running.

    Returns whether a receiver put new work into the queue.
    """
    if Job.objects.filter(state__in=UNFINISHED).exists():
        return False
    return any(answer for _, answer in queue_idle.send(sender=None))


def retry_failed(category: str | None = None, jobs: Iterable[int] | None = None) -> int:
    """Queue failed jobs again, of one error category or of some ids; return how many."""
    failed = Job.objects.filter(state=Job.State.FAILED)
    if category is not None:
        failed = failed.filter(error_category=category)
    if jobs is not None:
        failed = failed.filter(pk__in=list(jobs))
    with transaction.atomic():
        # What was refused because a step failed is being processed again.
        for version in Version.objects.filter(jobs__in=failed, state=Version.State.REFUSED):
            settle(version=version, state=Version.State.PROCESSING, reason="Trying again")
        count = failed.update(**_renewed(DEFAULT_PRIORITY))
        if count:
            send_token()
    return count


def counts() -> dict[str, int]:
    """Return how many jobs are in each state."""
    rows = Job.objects.values("state").annotate(number=Count("pk")).values_list("state", "number")
    return dict.fromkeys(Job.State.values, 0) | dict(rows)


def living_workers() -> list[WorkerBeat]:
    """Return the workers that were heard of lately and, on this machine, still exist."""
    heard = WorkerBeat.objects.filter(seen_at__gte=timezone.now() - SILENCE).order_by("name")
    here = socket.gethostname()
    return [beat for beat in heard if beat.host != here or psutil.pid_exists(beat.pid)]


def waiting_for_nothing() -> QuerySet[Version]:
    """Return versions that are being processed though no job of theirs is left to do it."""
    open_jobs = Job.objects.filter(version=OuterRef("pk"), state__in=UNFINISHED)
    return Version.objects.filter(~Exists(open_jobs), state=Version.State.PROCESSING)
