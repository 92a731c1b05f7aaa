"""How what a recipe made came to be."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Provenance(models.Model):
    """Of one rendition or version that a recipe made: from what, by what, step by step."""

    rendition = models.OneToOneField(
        "dam.Rendition", models.CASCADE, null=True, blank=True, related_name="provenance"
    )
    version = models.OneToOneField(
        "dam.Version", models.CASCADE, null=True, blank=True, related_name="provenance"
    )
    source = models.ForeignKey("dam.Version", models.CASCADE, related_name="made")
    recipe = models.CharField(max_length=60)
    recipe_number = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("The recipe's version; none where a file was given.")
    )
    recipe_digest = models.CharField(max_length=64)
    output = models.CharField(max_length=60)
    steps = models.JSONField(
        help_text=_("Operators, parameters, milliseconds, measures, in order.")
    )
    checks = models.JSONField(
        default=list, help_text=_("What each check found: value, threshold, passed, sentence.")
    )
    variables = models.JSONField(default=dict, help_text=_("The recipe's variables, as they were."))
    locked = models.JSONField(
        default=list, help_text=_("Those that were locked: name, value, by whom, when.")
    )
    networks = models.JSONField(default=dict, help_text=_("Neural networks and their digests."))
    confidence = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    milliseconds = models.FloatField()
    made_by = models.ForeignKey(
        "dam.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "provenance"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rendition__isnull=False) ^ models.Q(version__isnull=False),
                name="provenance_of_one_thing",
            )
        ]
        indexes = [models.Index(fields=["recipe", "-id"], name="provenance_by_recipe")]

    def __str__(self) -> str:
        return f"{self.recipe}/{self.output} of {self.source_id}"
