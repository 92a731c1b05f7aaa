"""The review room in the admin site: to look, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from review.models import Decision, Finding, ReviewItem


class LookOnly(admin.ModelAdmin):
    """Decisions are made on the review pages, where they are checked and leave a trace."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FindingInline(admin.TabularInline):
    model = Finding
    extra = 0
    can_delete = False


@admin.register(ReviewItem)
class ReviewItemAdmin(LookOnly):
    list_display = ["version", "state", "priority", "lease_holder", "lease_until", "created_at"]
    list_filter = ["state"]
    list_select_related = ["version", "lease_holder"]
    inlines = [FindingInline]


@admin.register(Decision)
class DecisionAdmin(LookOnly):
    list_display = ["decided_at", "reviewer", "verdict", "reason", "item", "comment"]
    list_filter = ["verdict", "reason"]
    list_select_related = ["reviewer", "item"]
    date_hierarchy = "decided_at"
