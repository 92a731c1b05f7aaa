"""The admin site: every table of the library, for looking things up and for people's accounts.

Pictures, tags and rules are changed on their own pages, where the actions check and record it.
"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from dam.models import (
    Asset,
    Blob,
    BrandProfile,
    BrandProfileVersion,
    Collection,
    CollectionItem,
    Facts,
    Membership,
    PaletteColour,
    Rendition,
    TagAssignment,
    Term,
    User,
    Version,
    VersionText,
)
from dam.signals import vocabulary_changed

admin.site.site_header = "Loupe"
admin.site.site_title = "Loupe"
admin.site.index_title = "Tables"


class Lookup(admin.ModelAdmin):
    """A table to look things up in: what is in it is made elsewhere."""

    show_full_result_count = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ["brand"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [MembershipInline]
    list_display = ["username", "email", "first_name", "last_name", "is_active", "is_staff"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "brand", "role"]
    list_filter = ["role", "brand"]
    autocomplete_fields = ["user", "brand"]


@admin.register(BrandProfile)
class BrandProfileAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "is_default"]
    search_fields = ["name"]

    def has_add_permission(self, request) -> bool:
        return False  # a brand needs its first rules: the brands page makes both


@admin.register(Term)
class TermAdmin(admin.ModelAdmin):
    list_display = ["name", "facet", "parent", "active"]
    list_filter = ["facet", "active"]
    search_fields = ["name", "synonyms"]
    autocomplete_fields = ["parent"]

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        vocabulary_changed.send(Term, terms=[obj])


@admin.register(Asset)
class AssetAdmin(Lookup):
    list_display = ["title", "brand", "owner", "created_at", "deleted_at"]
    list_filter = ["brand"]
    search_fields = ["title"]
    list_select_related = ["brand", "owner"]


@admin.register(Version)
class VersionAdmin(Lookup):
    list_display = ["file_name", "asset", "number", "state", "created_at"]
    list_filter = ["state", "media_type"]
    search_fields = ["file_name"]
    list_select_related = ["asset"]


@admin.register(TagAssignment)
class TagAssignmentAdmin(Lookup):
    list_display = ["term", "asset", "state", "source", "model", "confidence"]
    list_filter = ["state", "source"]
    search_fields = ["term__name"]
    list_select_related = ["term", "asset"]


@admin.register(BrandProfileVersion)
class BrandProfileVersionAdmin(Lookup):
    list_display = ["brand", "number", "note", "created_by", "created_at"]


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin):
    list_display = ["name", "owner", "created_at"]
    search_fields = ["name"]
    autocomplete_fields = ["owner"]


for _model in (Blob, CollectionItem, Facts, PaletteColour, Rendition, VersionText):
    admin.site.register(_model, Lookup)
