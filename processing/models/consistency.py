"""What makes pictures of one kind look alike: references, runs that measure, locked settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dam.models import Category
from dam.roles import EVERY_BRAND, Grants

if TYPE_CHECKING:
    from dam.models import User

POINTS = [MinValueValidator(0.0), MaxValueValidator(100.0)]
MOST_NEWEST = 1_000_000


def every_change() -> tuple[pghistory.RowEvent, ...]:
    """Trackers for a history in which removing is written down too."""
    return pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()


class VersionLook(models.Model):
    """What was measured of a version's look: the figures that are compared
    (processing/consistency/scoring.py), once for each version.
    """

    version = models.OneToOneField(
        "dam.Version", models.CASCADE, primary_key=True, related_name="look"
    )
    a = models.FloatField()
    b = models.FloatField()
    ground_a = models.FloatField()
    ground_b = models.FloatField()
    ground_l = models.FloatField()
    stops = models.FloatField()
    contrast = models.FloatField()
    left = models.FloatField()
    top = models.FloatField()
    right = models.FloatField()
    bottom = models.FloatField()
    megapixels = models.FloatField(help_text=_("Doublings of a megapixel."))
    aspect = models.FloatField(help_text=_("Doublings of width over height."))
    look_version = models.PositiveSmallIntegerField(help_text=_("By which measure."))

    def __str__(self) -> str:
        return f"look of {self.version_id}"


class ReferenceSetQuerySet(models.QuerySet["ReferenceSet"]):
    def visible_to(self, user: User) -> ReferenceSetQuerySet:
        """Those of the brands in which a person has a role."""
        viewing = Grants.of(user).viewing
        return self.filter(Grants.within("brand", viewing)) if viewing else self.none()

    def managed_by(self, user: User) -> ReferenceSetQuerySet:
        """Those of the brands that a person administers."""
        ruling = Grants.of(user).administering
        if EVERY_BRAND in ruling:
            return self
        return self.filter(Grants.within("brand", ruling)) if ruling else self.none()


@pghistory.track(*every_change(), exclude=["asked_at"])
class ReferenceSet(models.Model):
    """What a brand's pictures of one category should look like, and what holds for them."""

    brand = models.ForeignKey("dam.BrandProfile", models.CASCADE, related_name="reference_sets")
    category = models.CharField(max_length=16, choices=Category)
    floor = models.FloatField(
        default=70.0, validators=POINTS, help_text=_("A lower score than this is warned of.")
    )
    fall = models.FloatField(
        default=10.0,
        validators=POINTS,
        help_text=_("A fall by more points than this, since the run before, is warned of."),
    )
    newest = models.PositiveIntegerField(
        default=200,
        validators=[MaxValueValidator(MOST_NEWEST)],
        help_text=_("How many of the newest pictures are measured; 0: all of them."),
    )
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a run was asked for that is not done yet.")
    )
    created_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReferenceSetQuerySet.as_manager()

    class Meta:
        ordering = ["brand__name", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "category"], name="one_reference_set_per_brand_category"
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand}, {self.get_category_display()}"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.DeleteEvent(), model_name="ReferencePictureEvent"
)
class ReferencePicture(models.Model):
    """One version that shows how a set should look. It stays, whatever versions come after."""

    reference = models.ForeignKey(ReferenceSet, models.CASCADE, related_name="pictures")
    version = models.ForeignKey("dam.Version", models.CASCADE, related_name="+")
    added_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "version"], name="one_reference_picture_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} in {self.reference_id}"


@pghistory.track(*every_change(), model_name="LockedSettingEvent")
class LockedSetting(models.Model):
    """A recipe's variable that has one value for all of a brand's pictures of a category."""

    reference = models.ForeignKey(ReferenceSet, models.CASCADE, related_name="locks")
    name = models.CharField(max_length=40)
    value = models.JSONField(help_text=_("A text, a number, true or false."))
    note = models.CharField(max_length=240, blank=True)
    locked_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "name"], name="one_lock_per_set_and_variable"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.reference_id}"


class ConsistencyRun(models.Model):
    """One measuring of a set against its reference: the scores, and what they were made of."""

    reference = models.ForeignKey(ReferenceSet, models.CASCADE, related_name="runs")
    at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        "dam.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty where it was time for it."),
    )
    overall = models.FloatField(validators=POINTS)
    colour = models.FloatField(validators=POINTS)
    exposure = models.FloatField(validators=POINTS)
    framing = models.FloatField(validators=POINTS)
    size = models.FloatField(validators=POINTS)
    measured = models.PositiveIntegerField(help_text=_("Pictures that the scores are of."))
    unmeasured = models.PositiveIntegerField(help_text=_("Pictures whose look is not known."))
    pictures = models.PositiveIntegerField(help_text=_("Pictures in the reference."))
    aims = models.JSONField(
        default=dict, help_text=_("The reference: figure → median, spread, count.")
    )
    medians = models.JSONField(default=dict, help_text=_("The set: figure → median."))
    recipes = models.JSONField(
        default=list, help_text=_("Which recipes made how many of the pictures.")
    )
    warnings = models.JSONField(default=list, help_text=_("Sentences."))
    look_version = models.PositiveSmallIntegerField()
    engine_version = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["reference", "-id"], name="run_by_reference")]

    def __str__(self) -> str:
        return f"{self.reference_id}: {self.overall}"


class ConsistencyDeviation(models.Model):
    """One of the pictures of a run that are farthest from the reference."""

    run = models.ForeignKey(ConsistencyRun, models.CASCADE, related_name="deviations")
    version = models.ForeignKey("dam.Version", models.CASCADE, related_name="+")
    overall = models.FloatField()
    colour = models.FloatField()
    exposure = models.FloatField()
    framing = models.FloatField()
    size = models.FloatField()
    figures = models.JSONField(help_text=_("Figure → what was measured of it."))
    recipe = models.CharField(max_length=60, blank=True, help_text=_("That made the version."))
    recipe_number = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["run", "overall"]
        constraints = [
            models.UniqueConstraint(fields=["run", "version"], name="one_deviation_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.overall}"
