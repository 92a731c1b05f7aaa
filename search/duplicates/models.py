"""Pairs of pictures that look the same, and what people said of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Lookalike(models.Model):
    """Two versions, of different assets, that are near-duplicates by `search.duplicates.rule`.

    Kept by version, so that a pair counts while both versions are the ones that are shown.
    """

    first = models.ForeignKey("dam.Version", models.CASCADE, related_name="+")
    second = models.ForeignKey("dam.Version", models.CASCADE, related_name="+")
    distance = models.PositiveSmallIntegerField(help_text=_("Differing bits of the hashes"))
    cosine = models.FloatField(null=True, blank=True)
    likeness = models.FloatField(help_text=_("How sure, 0 to 1"))
    mirrored = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_lookalike_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="lookalike_in_order"),
        ]
        indexes = [models.Index(fields=["-likeness", "id"])]

    def __str__(self) -> str:
        return f"{self.first_id} looks like {self.second_id}"


class NotDuplicates(models.Model):
    """A person said that two assets are no duplicates: they are never shown as such again."""

    first = models.ForeignKey("dam.Asset", models.CASCADE, related_name="+")
    second = models.ForeignKey("dam.Asset", models.CASCADE, related_name="+")
    decided_by = models.ForeignKey("dam.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_word_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is no duplicate of {self.second_id}"


class DecisionKind(models.TextChoices):
    KEEP = "keep", _("Kept the best")
    MERGE = "merge", _("Merged into the best")
    LINK = "link", _("Linked as variants")
    DISMISS = "dismiss", _("Not duplicates")


class DuplicateDecision(models.Model):
    """What a person did with a cluster, and all that is needed to take it back."""

    Kind = DecisionKind

    kind = models.CharField(max_length=8, choices=DecisionKind)
    kept = models.ForeignKey(
        "dam.Asset", models.CASCADE, null=True, blank=True, related_name="duplicate_decisions"
    )
    assets = models.JSONField(help_text=_("The other assets' ids"))
    changes = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey("dam.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["decided_by", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.kept_id}"
