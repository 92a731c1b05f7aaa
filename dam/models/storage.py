"""Which installation this is, which storages are its own, and what was found in them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Condition(models.TextChoices):
    """What a file was when it was last read and hashed."""

    UNKNOWN = "unknown", _("not looked at yet")
    GOOD = "good", _("good")
    MISSING = "missing", _("missing")
    CHANGED = "changed", _("changed")
    UNREADABLE = "unreadable", _("unreadable")


DAMAGED = (Condition.MISSING, Condition.CHANGED, Condition.UNREADABLE)


class Verified(models.Model):
    """What is remembered of a file's last verification (dam/integrity)."""

    verified_at = models.DateTimeField(null=True, blank=True)
    condition = models.CharField(
        max_length=10, choices=Condition, default=Condition.UNKNOWN, db_index=True
    )

    class Meta:
        abstract = True


class Installation(models.Model):
    """This library, told apart from every other: its mark lies in each of its storages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Whether it began with marks; an older one finds its storage by the files that lie there.
    marked_from_the_start = models.BooleanField(default=True)
    only = models.BooleanField(default=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="one_installation")
        ]

    def __str__(self) -> str:
        return str(self.id)


class StorageRoot(models.Model):
    """A storage that was marked as ours: without its mark it is not mounted, or not the one."""

    kind = models.CharField(max_length=10, primary_key=True)
    where = models.CharField(max_length=500)
    marked_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}"


class Verification(models.Model):
    """One walk over all files, from which a later call goes on where an earlier one stopped."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    files = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    orphans = models.PositiveIntegerField(default=0)
    orphan_names = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"verification of {self.started_at:%Y-%m-%d}"
