"""Recipes that somebody tries out before they are saved: one at a time for each person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecipeTrial(models.Model):
    """A text that is run on small copies of some assets. It goes when the next one comes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    user = models.OneToOneField("dam.User", models.CASCADE, related_name="recipe_trial")
    brand = models.ForeignKey("dam.BrandProfile", models.CASCADE, null=True, related_name="+")
    text = models.TextField()
    assets = ArrayField(models.BigIntegerField())
    edge = models.PositiveIntegerField(help_text=_("The longer side of the copies, in pixels."))
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    doing = models.CharField(max_length=160, blank=True, help_text=_("What it is doing now."))
    sentence = models.TextField(blank=True, help_text=_("Why it failed."))
    results = models.JSONField(default=list, help_text=_("For each asset what came out."))
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"trial of {self.user}: {self.state}"


class TrialPicture(models.Model):
    """A picture that a trial shows: a copy of the asset, or what an output made of it."""

    trial = models.ForeignKey(RecipeTrial, models.CASCADE, related_name="pictures")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"a picture of the {self.trial}"
