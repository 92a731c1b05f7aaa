"""Renamings of many files at once, written down so that they can be taken back."""

from django.db import models


class Renaming(models.Model):
    """One batch: which files were called what, and what they are called since.

    `changes` is a list of `[version id, old name, new name, asset id, old title, new title]`; the
    titles are null where they were left alone.
    """

    pattern = models.CharField(max_length=300)
    changes = models.JSONField()
    created_by = models.ForeignKey("dam.User", models.PROTECT, related_name="renamings")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_by", "-id"])]

    def __str__(self) -> str:
        return f"{len(self.changes)} names by {self.pattern}"
