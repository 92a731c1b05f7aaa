"""Search in the admin site: what there is to look at. Models are switched by command."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from dam.admin import Lookup
from search.models import Embedding, EmbeddingModel, SearchDocument


@admin.register(EmbeddingModel)
class EmbeddingModelAdmin(Lookup):
    list_display = ["key", "state", "dimensions", "embedded", "moments_count", "activated_at"]
    list_filter = ["state"]
    exclude = ["moments"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmbeddingModel]:
        rows = super().get_queryset(request).defer("moments")
        return rows.annotate(number=Count("embeddings"))

    @admin.display(description="Embeddings", ordering="number")
    def embedded(self, row: Any) -> int:
        return int(row.number)


@admin.register(Embedding)
class EmbeddingAdmin(Lookup):
    list_display = ["version", "model", "created_at"]
    list_filter = ["model"]
    list_select_related = ["version", "model"]
    exclude = ["raw", "vector"]


@admin.register(SearchDocument)
class SearchDocumentAdmin(Lookup):
    list_display = ["asset", "body"]
    list_select_related = ["asset"]
    search_fields = ["body"]
