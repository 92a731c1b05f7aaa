"""An asset: one thing of the library, whatever number of versions it has."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dam.querysets import AssetQuerySet


class Category(models.TextChoices):
    PRODUCT = "product", _("Product")
    PORTRAIT = "portrait", _("Portrait")
    EVENT = "event", _("Event")
    REAL_ESTATE = "real-estate", _("Real estate")
    OTHER = "other", _("Something else")


@pghistory.track(exclude=["updated_at", "decided_fields"])
class Asset(models.Model):
    """What people browse, tag, collect and share.

    `current_version` is the version that the library shows. The first version is current at once;
    a later one becomes current when it is approved, so that an approved picture stays in place
    while its successor is being checked.
    """

    brand = models.ForeignKey("dam.BrandProfile", models.PROTECT, related_name="assets")
    owner = models.ForeignKey("dam.User", models.PROTECT, related_name="assets")
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    # What kind of work it belongs to: recipes ask it. Empty where nobody said.
    category = models.CharField(max_length=16, choices=Category, blank=True)
    # Whose it is and what may be done with it: from the first file that said so, then people's.
    creator = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=300, blank=True)
    copyright_notice = models.CharField(max_length=1000, blank=True)
    usage_terms = models.CharField(max_length=4000, blank=True)
    rights_url = models.CharField(max_length=500, blank=True)
    # Those of title, description and the rights that a person wrote or cleared: no file fills them.
    decided_fields = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    current_version = models.OneToOneField(
        "dam.Version", models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    restricted = models.BooleanField(
        default=False,
        help_text=_("Only the owner, reviewers and admins see it; each look is written down."),
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["brand", "-id"]), models.Index(fields=["owner", "-id"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("asset", args=[self.pk])
