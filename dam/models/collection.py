"""Collections: sets of assets that a person put together."""

import pghistory
from django.db import models
from django.urls import reverse

from dam.querysets import CollectionQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Collection(models.Model):
    """A named, ordered set of assets. It grants nothing of its assets."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey("dam.User", models.PROTECT, related_name="collections")
    created_at = models.DateTimeField(auto_now_add=True)
    assets = models.ManyToManyField(
        "dam.Asset", through="dam.CollectionItem", related_name="collections"
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_collection_per_owner_name")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collection", args=[self.pk])


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CollectionItem(models.Model):
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    asset = models.ForeignKey("dam.Asset", models.CASCADE, related_name="collection_items")
    added_by = models.ForeignKey("dam.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "asset"], name="an_asset_once_per_collection"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} in {self.collection_id}"
