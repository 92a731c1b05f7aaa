"""Addresses of the library's own part of the API; the other rooms have theirs."""

from django.urls import path

from dam.api import (
    assets,
    brands,
    bulk,
    collections,
    me,
    relations,
    renamings,
    tags,
    terms,
    versions,
)
from dam.views.api_docs import api_docs

urlpatterns = [
    path("me", me.MeView.as_view(), name="api_me"),
    path("docs/", api_docs, name="api_docs"),
    path("schema/", me.SchemaView.as_view(), name="api_schema"),
    path("assets/", assets.AssetsView.as_view(), name="api_assets"),
    path("assets/bulk", bulk.AssetsBulkView.as_view(), name="api_assets_bulk"),
    path("assets/<id:pk>", assets.AssetView.as_view(), name="api_asset"),
    path("assets/<id:pk>/bin", assets.AssetBinView.as_view(), name="api_asset_bin"),
    path("assets/<id:pk>/unbin", assets.AssetUnbinView.as_view(), name="api_asset_unbin"),
    path("assets/<id:pk>/history", assets.AssetHistoryView.as_view(), name="api_asset_history"),
    path("assets/<id:pk>/tags/", tags.AssetTagsView.as_view(), name="api_asset_tags"),
    path(
        "assets/<id:pk>/relations/",
        relations.AssetRelationsView.as_view(),
        name="api_asset_relations",
    ),
    path("relations/<id:pk>", relations.RelationView.as_view(), name="api_relation"),
    path("renamings/", renamings.RenamingsView.as_view(), name="api_renamings"),
    path("renamings/preview", renamings.RenamingPreviewView.as_view(), name="api_rename_preview"),
    path("renamings/<id:pk>", renamings.RenamingView.as_view(), name="api_renaming"),
    path("renamings/<id:pk>/undo", renamings.RenamingUndoView.as_view(), name="api_rename_undo"),
    path("versions/<id:pk>", versions.VersionView.as_view(), name="api_version"),
    path(
        "versions/<id:pk>/restore",
        versions.VersionRestoreView.as_view(),
        name="api_version_restore",
    ),
    path("versions/<id:pk>/original", versions.OriginalView.as_view(), name="api_original"),
    path(
        "versions/<id:pk>/renditions/",
        versions.RenditionsView.as_view(),
        name="api_renditions",
    ),
    path(
        "versions/<id:pk>/renditions/<slug:purpose>",
        versions.RenditionView.as_view(),
        name="api_rendition",
    ),
    path("terms/", terms.TermsView.as_view(), name="api_terms"),
    path("terms/<id:pk>", terms.TermView.as_view(), name="api_term"),
    path("collections/", collections.CollectionsView.as_view(), name="api_collections"),
    path("collections/<id:pk>", collections.CollectionView.as_view(), name="api_collection"),
    path(
        "collections/<id:pk>/items",
        collections.CollectionItemsView.as_view(),
        name="api_collection_items",
    ),
    path("brands/", brands.BrandsView.as_view(), name="api_brands"),
    path("brands/<slug:slug>", brands.BrandView.as_view(), name="api_brand"),
    path(
        "brands/<slug:slug>/versions/",
        brands.BrandVersionsView.as_view(),
        name="api_brand_versions",
    ),
]
