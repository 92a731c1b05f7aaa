"""Jobs: the truth about what is to be done, is being done and was done."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

DEFAULT_PRIORITY = 5


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ErrorCategory(models.TextChoices):
    """Who can mend it: the file's owner, time, a provider, the machine's keeper, or us."""

    INPUT = "input", _("The file")
    TRANSIENT = "transient", _("Passing trouble")
    PROVIDER = "provider", _("Provider")
    RESOURCE = "resource", _("Memory or time")
    INTERNAL = "internal", _("Loupe")


class Job(models.Model):
    """One step to be run for one version (or for the library, where `version` is empty)."""

    State = JobState

    step = models.CharField(max_length=60)
    version = models.ForeignKey(
        "dam.Version", models.CASCADE, null=True, blank=True, related_name="jobs"
    )
    # Tells runs of one step apart where the step alone does not: an encoder's key, for example.
    subject = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.QUEUED)
    priority = models.PositiveSmallIntegerField(
        default=DEFAULT_PRIORITY,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("1 to 10; 10 is taken first."),
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error_category = models.CharField(max_length=9, choices=ErrorCategory, blank=True)
    error = models.TextField(blank=True, help_text=_("A sentence for a person."))
    error_detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    milliseconds = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "step", "subject"],
                nulls_distinct=False,
                name="one_job_per_version_step_subject",
            )
        ]
        indexes = [
            models.Index(
                fields=["-priority", "id"],
                condition=models.Q(state="queued"),
                name="job_claim_order",
            ),
            models.Index(
                fields=["lease_until"], condition=models.Q(state="running"), name="job_leases"
            ),
            models.Index(fields=["state", "-finished_at"], name="job_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.step} for {self.version_id or 'the library'}: {self.state}"


class WorkerBeat(models.Model):
    """A worker process that said it is alive; rows of the dead are swept away."""

    name = models.CharField(max_length=120, primary_key=True)
    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    jobs_done = models.PositiveIntegerField(default=0)
    memory_mib = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
