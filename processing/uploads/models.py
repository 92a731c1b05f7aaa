"""The row of an upload: what was announced, how much of it is safe, and what became of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("Arriving")
    COMPLETE = "complete", _("Arrived")  # every byte is here; it is being taken in, or is a part
    ENDED = "ended", _("Ended")
    EXPIRED = "expired", _("Expired")


class UploadKind(models.TextChoices):
    WHOLE = "whole", _("A file")
    PARTIAL = "partial", _("A part of a file")
    FINAL = "final", _("A file made up of parts")
    SIDECAR = "sidecar", _("A sidecar that waits for its picture")


# What is complete and not taken in by itself: others name it.
WAITING = (UploadKind.PARTIAL, UploadKind.SIDECAR)


class UploadSession(models.Model):
    """One upload in pieces. Its id is its address, and a secret: 122 random bits.

    `offset` bytes are on disk and acknowledged. Only who made it sees it.
    """

    State, Kind = UploadState, UploadKind

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("dam.User", models.CASCADE, related_name="uploads")
    kind = models.CharField(max_length=8, choices=UploadKind, default=UploadKind.WHOLE)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVING)
    length = models.BigIntegerField(null=True, blank=True, help_text=_("Bytes; empty: not told"))
    offset = models.BigIntegerField(default=0)
    # Where the file goes, as its sender asked.
    brand = models.ForeignKey("dam.BrandProfile", models.CASCADE, null=True, blank=True)
    asset = models.ForeignKey("dam.Asset", models.CASCADE, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=300, default="unnamed")
    note = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("As announced"))
    metadata = models.TextField(blank=True, help_text=_("The header Upload-Metadata, as it came"))
    concat = models.TextField(blank=True, help_text=_("The header Upload-Concat, as it came"))
    joined_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts"
    )
    # The upload that brought the sidecar of this one.
    sidecar = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="pictures"
    )
    # How many requests have asked the one that writes to make room, if it waits for nothing.
    wanted = models.PositiveIntegerField(default=0)
    # What became of it.
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    result = models.ForeignKey(
        "dam.Asset", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version = models.ForeignKey(
        "dam.Version", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "expires_at"], name="uploads_by_expiry"),
            models.Index(fields=["user", "state"], name="uploads_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.offset} of {self.length or '?'}"

    @property
    def waits(self) -> bool:
        """Whether it is not taken in by itself: what waits for another upload."""
        return self.kind in WAITING

    @property
    def whole(self) -> bool:
        return self.length is not None and self.offset == self.length
