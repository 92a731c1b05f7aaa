"""Embeddings, which model they are of, and the words of each asset."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
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
    # How many embeddings there were when the moments were taken; the next time goes by growth.
    moments_count = models.PositiveIntegerField(default=0)
    # Judging anew with new moments goes through the versions by id; it is at this one. Empty: done.
    judged_to = models.BigIntegerField(null=True, blank=True)
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


class SearchDocument(models.Model):
    """The words of an asset, kept in step by database triggers (migrations/0003 to 0007).

    Weights in `words`: A the title, B tags that people gave or confirmed, C file name, description,
    creator, credit, copyright, people and places shown, and the text of a document, D tags that
    only a machine gave. `body` is the same as plain text without accents, for exact phrases.
    """

    asset = models.OneToOneField(
        "dam.Asset", models.CASCADE, primary_key=True, related_name="document"
    )
    words = SearchVectorField()
    body = models.TextField(blank=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_document_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"words of {self.asset_id}"


from search.duplicates.models import (  # noqa: E402 - a part of this module, in files of its own
    DuplicateDecision,
    Lookalike,
    NotDuplicates,
)

__all__ = [
    "DuplicateDecision",
    "Embedding",
    "EmbeddingModel",
    "Lookalike",
    "NotDuplicates",
    "SearchDocument",
]
