"""Sources: places that Loupe watches for files, and what became of each file there."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from processing.models.job import DEFAULT_PRIORITY

# What the watcher writes all the time, and what nobody should read in a history.
UNTRACKED = [
    "state",
    "state_reason",
    "seen_at",
    "last_file_at",
    "taken",
    "duplicates",
    "failed",
    "waiting",
    "scan_asked_at",
    "scanned_at",
    "census_at",
    "cursor",
    "mount_point",
    "secret_key",
    "notice_secret",
]


class SourceKind(models.TextChoices):
    FOLDER = "folder", _("Folder")
    S3 = "s3", _("Object storage (S3)")


class Afterwards(models.TextChoices):
    """What happens to a file when its fate is decided."""

    MOVE = "move", _("Move it to “done” or “failed”")
    LEAVE = "leave", _("Leave it where it is and remember it")
    TAG = "tag", _("Tag the object (object storage only)")


class SourceState(models.TextChoices):
    NEW = "new", _("Not looked at yet")
    WATCHING = "watching", _("Watching")
    HELD = "held", _("Waiting for the queue")
    UNREACHABLE = "unreachable", _("Not reachable")
    ERROR = "error", _("Error")


class Looking(models.TextChoices):
    AUTO = "auto", _("As it happens, where the file system tells; else at intervals")
    POLL = "poll", _("At intervals only")


@pghistory.track(exclude=UNTRACKED)
class Source(models.Model):
    """A folder, or a prefix in a bucket, from which files are taken into a brand."""

    Kind = SourceKind
    Afterwards = Afterwards
    State = SourceState

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=6, choices=SourceKind, default=SourceKind.FOLDER)
    active = models.BooleanField(default=True)

    brand = models.ForeignKey("dam.BrandProfile", models.PROTECT, related_name="sources")
    bringer = models.ForeignKey(
        "dam.User", models.PROTECT, related_name="sources", help_text=_("Who brings the files.")
    )
    collection = models.ForeignKey("dam.Collection", models.SET_NULL, null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(
        default=DEFAULT_PRIORITY,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("1 to 10; 10 is processed first."),
    )

    path = models.CharField(max_length=1024, blank=True)
    recursive = models.BooleanField(default=True)
    include = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    exclude = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    name_pattern = models.CharField(max_length=300, blank=True)
    settle_seconds = models.FloatField(
        default=2.0, validators=[MinValueValidator(0.2), MaxValueValidator(3600)]
    )
    looking = models.CharField(max_length=4, choices=Looking, default=Looking.AUTO)
    poll_seconds = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(2), MaxValueValidator(86_400)]
    )

    afterwards = models.CharField(max_length=5, choices=Afterwards, default=Afterwards.MOVE)
    done_folder = models.CharField(max_length=1024, default="done")
    failed_folder = models.CharField(max_length=1024, default="failed")

    bucket = models.CharField(max_length=63, blank=True)
    prefix = models.CharField(max_length=512, blank=True)
    endpoint = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=40, blank=True)
    access_key = models.CharField(max_length=200, blank=True)
    secret_key = models.TextField(blank=True, editable=False, help_text="sealed: dam/secrets.py")
    notice_secret = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256")

    # Written by the watcher.
    state = models.CharField(max_length=11, choices=SourceState, default=SourceState.NEW)
    state_reason = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    census_at = models.DateTimeField(
        null=True, blank=True, help_text="when a look noted every file that is there"
    )
    scan_asked_at = models.DateTimeField(null=True, blank=True)
    last_file_at = models.DateTimeField(null=True, blank=True)
    mount_point = models.CharField(max_length=1024, blank=True)
    cursor = models.CharField(max_length=1024, blank=True)
    taken = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceFileState(models.TextChoices):
    SEEN = "seen", _("Seen")
    TAKING = "taking", _("Being taken")
    TAKEN = "taken", _("Taken")
    DUPLICATE = "duplicate", _("Was there already")
    FAILED = "failed", _("Failed")


class Whereabouts(models.TextChoices):
    """Where a file lies since its fate was decided; empty while it has not been put away."""

    DONE = "done", _("Moved to “done”")
    FAILED = "failed", _("Moved to “failed”")
    LEFT = "left", _("Left in place")
    GONE = "gone", _("Gone")


class SourceFile(models.Model):
    """One file of a source: what it was when it was last looked at, and what became of it.

    Whoever takes a file writes a `token` into its row first, and ends it only while that token
    stands, in the transaction that takes the file in. So it is taken once, whoever dies and when.
    """

    State = SourceFileState
    Whereabouts = Whereabouts

    source = models.ForeignKey(Source, models.CASCADE, related_name="files")
    key = models.TextField(help_text="path below the folder, or key; what is not UTF-8 is escaped")
    key_hash = models.CharField(max_length=32, help_text="BLAKE2b of the key's bytes")
    size = models.PositiveBigIntegerField()
    signature = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=9, choices=SourceFileState)
    place = models.CharField(max_length=6, choices=Whereabouts, blank=True)
    put_at = models.TextField(
        blank=True, help_text="where it was put: a path below the folder, a whole one, or a key"
    )
    present_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was last found where it was left"
    )
    asset = models.ForeignKey("dam.Asset", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    token = models.CharField(max_length=32, blank=True)
    announced = models.BooleanField(default=False, help_text="a notice asks to look at it")
    attempts = models.PositiveIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(
        default=0, help_text="tries during which the watcher died"
    )
    not_before = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key_hash"], name="one_row_per_file_of_a_source"
            )
        ]
        indexes = [
            models.Index(fields=["source", "signature"], name="source_file_signature"),
            models.Index(fields=["source", "size", "sha256"], name="source_file_bytes"),
            models.Index(fields=["source", "-settled_at"], name="source_file_newest"),
            models.Index(
                fields=["source", "id"],
                condition=models.Q(state__in=["seen", "taking"]) | models.Q(announced=True),
                name="source_file_open",
            ),
            models.Index(
                fields=["source", "-settled_at"],
                condition=models.Q(state="failed"),
                name="source_file_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"
