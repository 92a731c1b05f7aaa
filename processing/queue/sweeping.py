"""Work that was lost, lies idle or is to be tried again."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_q.models import OrmQ

from dam.actions.versions import settle
from dam.models import Version
from processing import steps
from processing.models import ErrorCategory, Job, WorkerBeat
from processing.queue.claiming import LEASE
from processing.queue.counting import UNFINISHED, ready
from processing.queue.ending import fail
from processing.queue.enqueueing import renewed, send_token
from processing.signals import queue_idle


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
    ids = list(Job.objects.filter(lost, state=Job.State.RUNNING).values_list("pk", flat=True))
    return sum(_return_job(pk, lost) for pk in ids)


def _return_job(pk: int, lost: Q) -> bool:
    """Return one lost job, unless a heart has renewed its lease since; say whether it was."""
    with transaction.atomic():
        lost_jobs = Job.objects.filter(lost, pk=pk, state=Job.State.RUNNING)
        job = lost_jobs.select_for_update().first()
        if job is None:
            return False
        fail(
            job,
            category=ErrorCategory.RESOURCE,
            sentence="The worker stopped in the middle of this step.",
        )
    return True


def settle_idle() -> bool:
    """Let others use the quiet: send `queue_idle` if nothing is queued or running.

    Returns whether a receiver put new work into the queue.
    """
    if Job.objects.filter(state__in=UNFINISHED).exists():
        return False
    return any(answer for _, answer in queue_idle.send(sender=None))


def _refused(failed: QuerySet[Job]) -> list[Version]:
    """Versions that were refused because one of these jobs failed, which all wait for."""
    jobs = failed.filter(version__state=Version.State.REFUSED).select_related("version")
    return list(
        {
            job.version_id: job.version
            for job in jobs
            if job.version and job.step in {step.name for step in steps.pipeline(job.version.kind)}
        }.values()
    )


def retry_failed(category: str | None = None, jobs: Iterable[int] | None = None) -> int:
    """Queue failed jobs again, of one error category or of some ids; return how many."""
    failed = Job.objects.filter(state=Job.State.FAILED)
    if category is not None:
        failed = failed.filter(error_category=category)
    if jobs is not None:
        failed = failed.filter(pk__in=list(jobs))
    with transaction.atomic():
        # What was refused because a step failed is being processed again.
        for version in _refused(failed):
            settle(version=version, state=Version.State.PROCESSING, reason="Trying again")
        count = failed.update(**renewed())
        if count:
            send_token()
    return count
