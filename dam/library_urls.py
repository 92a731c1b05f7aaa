"""Addresses of the library's own things."""

from django.urls import path

from dam.views import (
    access,
    assets,
    brands,
    collections,
    files,
    listing,
    selection,
    settings,
    versions,
)

urlpatterns = [
    path("assets/<int:pk>", assets.asset, name="asset"),
    path("assets/<int:pk>/tags", assets.tag, name="asset_tag"),
    path("assets/<int:pk>/edit", assets.edit, name="asset_edit"),
    path("assets/<int:pk>/rights", assets.rights, name="asset_rights"),
    path("assets/<int:pk>/history", assets.history, name="asset_history"),
    path("assets/<int:pk>/restrict", access.restrict, name="asset_restrict"),
    path("assets/<int:pk>/reads", access.reads, name="asset_reads"),
    path("assets/<int:pk>/bin", assets.to_bin, name="asset_bin"),
    path("assets/<int:pk>/unbin", assets.from_bin, name="asset_unbin"),
    path("assets/<int:pk>/compare", versions.compare, name="compare"),
    path("versions/<int:pk>/restore", versions.restore, name="version_restore"),
    path("renditions/<int:pk>/<slug:purpose>", files.rendition, name="rendition"),
    path("originals/<int:pk>", files.original, name="original"),
    path("originals/<int:pk>/sidecar", files.sidecar, name="sidecar"),
    path("terms", assets.terms, name="terms"),
    path("bin", assets.bin_page, name="bin"),
    path("selection/tag", selection.tag, name="selection_tag"),
    path("selection/bin", selection.to_bin, name="selection_bin"),
    path("selection/unbin", selection.from_bin, name="selection_unbin"),
    path("selection/list", listing.as_list, name="selection_list"),
    path("selection/download", selection.download, name="selection_download"),
    path("collections/", collections.collections, name="collections"),
    path("collections/<int:pk>", collections.collection, name="collection"),
    path("collections/<int:pk>/edit", collections.edit, name="collection_edit"),
    path("collections/<int:pk>/items", collections.items, name="collection_items"),
    path("brands/", brands.brands, name="brands"),
    path("brands/<slug:slug>", brands.brand, name="brand"),
    path("brands/<slug:slug>/preview", brands.preview, name="brand_preview"),
    path("settings/", settings.settings_page, name="settings"),
]
