"""What processing does when something happens elsewhere."""

import contextlib
from typing import Any

from django_q.signals import post_spawn

from dam.actions.common import Conflict
from dam.actions.versions import settle
from dam.models import Version
from dam.signals import version_created, version_reopened
from processing import queue, steps
from processing.consistency import calibrating
from processing.models import ErrorCategory, Job
from processing.signals import job_failed, queue_idle


def connect() -> None:
    version_created.connect(process_version, dispatch_uid="process_version")
    version_reopened.connect(judge_again, dispatch_uid="judge_again")
    queue_idle.connect(calibrating.go_on, dispatch_uid="consistency_go_on")
    job_failed.connect(refuse_version, dispatch_uid="refuse_version")
    post_spawn.connect(start_heart, dispatch_uid="start_heart")


def process_version(sender: type, version: Version, **more: Any) -> None:
    """Send a new version through the pipeline; commits together with the version."""
    queue.start(version)


def judge_again(sender: type, version: Version, **more: Any) -> None:
    """Run the last steps of a version's way again: what they build on is still there.

    Unless it is not: what failed meanwhile is tried again, and what is still to come brings the
    last steps by itself.
    """
    pipeline = steps.pipeline(version.kind)
    own = Job.objects.filter(version=version, step__in=[step.name for step in pipeline])
    queue.retry_failed(jobs=own.values_list("pk", flat=True))
    if own.filter(state__in=queue.UNFINISHED).exists():
        return
    built_on = {name for step in pipeline for name in step.after}
    for step in pipeline:
        if step.name not in built_on:
            queue.enqueue(step.name, version)


def refuse_version(sender: type, job: Job, **more: Any) -> None:
    """End a version that cannot be processed in a state and with a sentence.

    What is done on demand, such as following a recipe, may fail without harm to the version.
    """
    version = job.version
    if version is None or version.state != Version.State.PROCESSING:
        return
    if all(job.step != step.name for step in steps.pipeline(version.kind)):
        return
    reason = job.error
    if job.error_category != ErrorCategory.INPUT:
        reason = f"It could not be processed: {job.error}"
    # A newer version may have taken over in this very moment: then there is nothing to refuse.
    with contextlib.suppress(Conflict):
        settle(version=version, state=Version.State.REFUSED, reason=reason)


def start_heart(sender: object, **more: Any) -> None:
    """A worker process has begun: let it say so, busy or not."""
    from processing.tasks import heart

    heart().start()
