"""An asset: one thing of the library, whatever number of versions it has."""

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dam.querysets import AssetQuerySet


@pghistory.track(exclude=["updated_at"])
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
