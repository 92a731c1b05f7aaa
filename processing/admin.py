"""The admin site: recipes and their versions, for looking things up."""

from django.contrib import admin

from dam.admin import Lookup
from processing.models import Recipe, RecipeVersion


@admin.register(Recipe)
class RecipeAdmin(Lookup):
    list_display = ["name", "title", "brand", "archived"]
    list_filter = ["archived", "brand"]
    search_fields = ["name", "title"]


@admin.register(RecipeVersion)
class RecipeVersionAdmin(Lookup):
    list_display = ["recipe", "number", "author", "note", "created_at"]
    list_select_related = ["recipe", "author"]
    search_fields = ["recipe__name"]
