"""Embeddings, and which model they are of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField


class EmbeddingModel(models.Model):
    """An encoder that the library has embeddings of. At most one is active: search uses it."""

    class State(models.TextChoices):
        BUILDING = "building", _("Building")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    key = models.CharField(max_length=160, unique=True)
    dimensions = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.BUILDING)
    # Mean and covariance of the library's vectors, as search/scoring.py packs them.
    moments = models.BinaryField(null=True, blank=True)
    moments_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="one_active_model"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Embedding(models.Model):
    """One version's vector under one model.

    `raw` is the encoder's answer; `vector` is what is searched: centred on the library's mean
    where the encoder asks for it, of length 1. Each model has a partial HNSW index on `vector`
    cast to its width (search/index.py).
    """

    version = models.ForeignKey("dam.Version", models.CASCADE, related_name="embeddings")
    model = models.ForeignKey(EmbeddingModel, models.CASCADE, related_name="embeddings")
    raw = HalfVectorField()
    vector = HalfVectorField()
    # [[name, weight], …]: what the encoder saw, for "why did this match?"
    concepts = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "version"], name="one_embedding_per_model_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.model_id}"
