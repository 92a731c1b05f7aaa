"""Wishes to have a picture put through a recipe, which workers fulfil."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dam.models import Asset
from dam.roles import Grants
from processing.models.job import Job, JobState

if TYPE_CHECKING:
    from dam.models import User


class RenderState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Made")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (RenderState.QUEUED, RenderState.RUNNING)


class RenderQuerySet(models.QuerySet["Render"]):
    """Questions about many renders."""

    def visible_to(self, user: User) -> Self:
        """Those of assets that a person may change, and their own of assets that they see."""
        grants = Grants.of(user)
        own = Q(made_by=user) | Q(version__asset__owner=user)
        may = own | Grants.within("version__asset__brand", grants.reviewing)
        seen = Asset.objects.visible_to(user).order_by().values("pk")
        return self.filter(may, version__asset__in=seen)

    def waiting(self) -> Self:
        """Those of which something is still to come."""
        return self.filter(cancelled_at=None, job__state__in=OPEN)

    def in_state(self, state: str) -> Self:
        """Those in one state, as `Render.state` tells it."""
        if state == RenderState.CANCELLED:
            return self.filter(cancelled_at__isnull=False)
        gone = Q(job=None) if state == RenderState.DONE else Q(pk=None)
        return self.filter(gone | Q(job__state=state), cancelled_at=None)

    def in_order(self) -> Self:
        """The newest first, with what is shown of each."""
        return self.select_related("job", "made_by", "version__asset").order_by("-pk")


class Render(models.Model):
    """One version, one recipe, one person's wish. Its job says how far it is."""

    State = RenderState

    version = models.ForeignKey(
        "dam.Version", models.CASCADE, related_name="renders", help_text=_("What it is made from.")
    )
    # By name: a recipe may be gone when its turn comes, and then that is said.
    recipe = models.CharField(max_length=60)
    recipe_number = models.PositiveIntegerField(help_text=_("The recipe's version."))
    variables = models.JSONField(default=dict, blank=True)
    outputs = ArrayField(
        models.CharField(max_length=60), default=list, help_text=_("By name; all where empty.")
    )
    as_version = models.BooleanField(
        default=False, help_text=_("The asset's next version, else renditions.")
    )
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("dam.User", models.PROTECT, related_name="+")
    job = models.OneToOneField(
        "processing.Job", models.SET_NULL, null=True, blank=True, related_name="render"
    )
    progress = models.JSONField(
        default=dict, blank=True, help_text=_("Steps that were done, of how many, and the last.")
    )
    results = models.JSONField(
        null=True, blank=True, help_text=_("Output, rendition or version of each; none before.")
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RenderQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["made_by", "-id"], name="render_by_person")]

    def __str__(self) -> str:
        return f"{self.recipe} of version {self.version_id}"

    @property
    def state(self) -> RenderState:
        """What has become of it: its job's word, unless somebody cancelled it."""
        if self.cancelled_at is not None:
            return RenderState.CANCELLED
        job: Job | None = self.job
        return RenderState(job.state) if job is not None else RenderState.DONE

    @property
    def open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in OPEN

    @property
    def error(self) -> str:
        """The sentence why it failed, or why it waits to be tried again."""
        return self.job.error if self.job is not None and self.state != JobState.DONE else ""
