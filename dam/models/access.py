"""Who looked at what is restricted."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessEvent(models.Model):
    """Somebody saw or took away a restricted asset. Only ever added."""

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("Looked at it")
        DOWNLOADED = "downloaded", _("Downloaded it")

    asset = models.ForeignKey("dam.Asset", models.PROTECT, related_name="access_events")
    version = models.ForeignKey("dam.Version", models.PROTECT, related_name="+")
    user = models.ForeignKey("dam.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=60, help_text=_("The page, a rendition or the original."))
    address = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["asset", "-id"])]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.asset_id}"
