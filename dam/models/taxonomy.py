"""The governed vocabulary and what is said of assets with it."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from dam.querysets import TermQuerySet


class Facet(models.TextChoices):
    OBJECT = "object", _("Object")
    ANIMAL = "animal", _("Animal")
    FOOD = "food", _("Food")
    SCENE = "scene", _("Scene")
    ACTIVITY = "activity", _("Activity")
    STYLE = "style", _("Style")
    MOOD = "mood", _("Mood")
    COMPOSITION = "composition", _("Composition")
    SEASON = "season", _("Season")
    PRODUCT_ATTRIBUTE = "product_attribute", _("Product attribute")
    KEYWORD = "keyword", _("Keyword")


@pghistory.track()
class Term(models.Model):
    """A word of the vocabulary, in one facet, perhaps under a broader term."""

    facet = models.CharField(max_length=24, choices=Facet)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children"
    )
    synonyms = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    prompts = ArrayField(
        models.CharField(max_length=240),
        default=list,
        blank=True,
        help_text=_("What the encoder is asked; the facet's own pattern where this is empty."),
    )
    active = models.BooleanField(default=True, help_text=_("Whether machines may suggest it."))

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["facet", "name"]
        constraints = [
            models.UniqueConstraint(fields=["facet", "name"], name="one_term_per_facet_and_name")
        ]
        indexes = [GinIndex(fields=["synonyms"], name="term_synonyms_gin")]

    def __str__(self) -> str:
        return self.name


class TagSource(models.TextChoices):
    HUMAN = "human", _("Person")
    MODEL = "model", _("Model")
    IMPORT = "import", _("Import")


class TagState(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    SUGGESTED = "suggested", _("Suggested")
    REJECTED = "rejected", _("Rejected")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TagAssignment(models.Model):
    """One term said of one asset: by whom, how surely, and what became of it.

    A row decided by a person (`decided_by` set) is never changed by a machine: a rejection is
    remembered whatever model comes next.
    """

    Source = TagSource
    State = TagState

    asset = models.ForeignKey("dam.Asset", models.CASCADE, related_name="tags")
    term = models.ForeignKey(Term, models.CASCADE, related_name="assignments")
    version = models.ForeignKey(
        "dam.Version", models.SET_NULL, null=True, blank=True, related_name="tags"
    )
    source = models.CharField(max_length=8, choices=TagSource)
    state = models.CharField(max_length=9, choices=TagState)
    model = models.CharField(max_length=120, blank=True)
    raw_score = models.FloatField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["asset", "-confidence"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "term"], name="one_assignment_per_asset_term")
        ]
        indexes = [
            models.Index(fields=["term", "state", "asset"]),
            models.Index(fields=["asset", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.term} on {self.asset_id}: {self.state}"
