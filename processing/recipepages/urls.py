"""Addresses of the pages of recipes: `recipes/…` for all of them, `recipe/<name>…` for one."""

from django.urls import path

from processing.recipepages import editing, trying, views, working

urlpatterns = [
    path("recipes/", views.recipes, name="recipes"),
    path("recipes/new", editing.new, name="recipe_new"),
    path("recipes/import", views.bring, name="recipes_import"),
    path("recipes/form", working.form, name="recipe_form"),
    path("recipes/trial", trying.trial, name="recipe_trial"),
    path("recipes/trial/<int:pk>", trying.picture, name="recipe_trial_picture"),
    path("recipes/pictures", trying.pictures, name="recipe_pictures"),
    path("recipe/<slug:name>", views.recipe, name="recipe"),
    path("recipe/<slug:name>/changes", views.changes, name="recipe_changes"),
    path("recipe/<slug:name>/file", views.file, name="recipe_file"),
    path("recipe/<slug:name>/act", views.act, name="recipe_act"),
    path("recipe/<slug:name>/edit", editing.edit, name="recipe_edit"),
]
