"""What processing tells the rooms above it."""

from django.dispatch import Signal

# sender=None: a worker found nothing to claim and nothing is running. A receiver that puts new
# work in the queue returns True.
queue_idle = Signal()
# sender=Rendition, rendition=…, in the transaction that keeps it: a recipe made it.
rendition_made = Signal()
# sender=Job, job=…: a job failed for good.
job_failed = Signal()
