"""What waits for a person, why, and what people decided."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dam.models import Rendition
from review.querysets import DecisionQuerySet, ReviewItemQuerySet


class ReviewItem(models.Model):
    """Everything that is doubtful about one version, or about one rendition that a recipe made of
    it, to be decided together.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DECIDED = "decided", _("Decided")
        CLOSED = "closed", _("Closed")  # the doubt went away, or a newer version took over

    version = models.ForeignKey("dam.Version", models.CASCADE, related_name="review_items")
    purpose = models.CharField(
        max_length=100, blank=True, help_text=_("Of the rendition; empty: the version itself.")
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    why_closed = models.CharField(max_length=200, blank=True)
    priority = models.PositiveSmallIntegerField(default=5)
    # A skipped item goes behind the others: order is by priority, then by this.
    position = models.BigIntegerField(default=0)
    lease_holder = models.ForeignKey(
        "dam.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "purpose"],
                condition=Q(state="open"),
                name="one_open_item_per_version_and_purpose",
            )
        ]
        indexes = [
            models.Index(
                fields=["-priority", "position", "id"],
                condition=Q(state="open"),
                name="review_queue_order",
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.purpose or 'all'} of version {self.version_id}"

    @property
    def rendition(self) -> Rendition | None:
        """The rendition that it is about; none where it is about the version, or it is gone."""
        if not self.purpose:
            return None
        there = [row for row in self.version.renditions.all() if row.purpose == self.purpose]
        return max(there, key=lambda row: row.pk, default=None)


class Finding(models.Model):
    """One reason why a person should look, in plain words and with its figures."""

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=60)
    sentence = models.CharField(max_length=400)
    measured = models.FloatField(null=True, blank=True)
    threshold = models.FloatField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["item", "-confidence", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "code"], name="one_finding_per_item_and_code")
        ]

    def __str__(self) -> str:
        return self.sentence


class RejectReason(models.TextChoices):
    """In the order of the digit keys that choose them."""

    QUALITY = "quality", _("Poor technical quality")
    OFF_BRAND = "off_brand", _("Not our brand's look")
    WRONG_SUBJECT = "wrong_subject", _("Wrong subject")
    DUPLICATE = "duplicate", _("We have it already")
    RIGHTS = "rights", _("Rights are unclear")
    UNSUITABLE = "unsuitable", _("Not suitable to publish")
    OTHER = "other", _("Another reason")


class Decision(models.Model):
    """What a person decided. Rows are only ever added: an undo is a decision of its own."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approved")
        FIX = "fix", _("Fixed and approved")
        REJECT = "reject", _("Rejected")
        SKIP = "skip", _("Skipped")
        UNDO = "undo", _("Undone")

    item = models.ForeignKey(ReviewItem, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=20, choices=RejectReason, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    reviewer = models.ForeignKey("dam.User", models.PROTECT, related_name="decisions")
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    # What it changed, so that it can be taken back: version state, current version, tag states.
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["reviewer", "-id"])]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.reviewer_id}"
