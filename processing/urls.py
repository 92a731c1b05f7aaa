from django.urls import include, path

from processing import views
from processing.api import addresses, jobs, notices, presets, states, tus, uploads, versions
from processing.api import consistency as api_consistency
from processing.api import recipes as api_recipes
from processing.api import renders as api_renders
from processing.api import sources as api_sources
from processing.consistency import views as consistency
from processing.rendering import views as renders
from processing.sources import views as sources
from processing.transforms import views as transforms

urlpatterns = [
    path("api/v1/uploads/", uploads.UploadsView.as_view(), name="upload"),
    path("api/v1/uploads/states", states.UploadStatesView.as_view(), name="upload_states"),
    path("api/v1/uploads/tus/", tus.TusView.as_view(), name="tus"),
    path("api/v1/uploads/tus/<uuid:pk>", tus.TusUploadView.as_view(), name="tus_upload"),
    path(
        "api/v1/assets/<id:pk>/versions/",
        versions.AssetVersionsView.as_view(),
        name="api_asset_versions",
    ),
    path(
        "api/v1/assets/<id:pk>/address", addresses.AddressView.as_view(), name="api_asset_address"
    ),
    path(
        "api/v1/assets/<id:pk>/renders",
        api_renders.AssetRendersView.as_view(),
        name="api_asset_renders",
    ),
    path("api/v1/renders/", api_renders.RendersView.as_view(), name="api_renders"),
    path("api/v1/renders/<id:pk>", api_renders.RenderView.as_view(), name="api_render"),
    path(
        "api/v1/renders/<id:pk>/cancel",
        api_renders.RenderCancelView.as_view(),
        name="api_render_cancel",
    ),
    path(
        "api/v1/renders/<id:pk>/retry",
        api_renders.RenderRetryView.as_view(),
        name="api_render_retry",
    ),
    path("api/v1/renditions/<id:pk>", api_renders.MadeView.as_view(), name="api_made"),
    path("api/v1/jobs/", jobs.JobsView.as_view(), name="api_jobs"),
    path("api/v1/jobs/retry", jobs.JobsRetryView.as_view(), name="api_jobs_retry"),
    path("api/v1/jobs/<id:pk>", jobs.JobView.as_view(), name="api_job"),
    path("api/v1/presets/", presets.PresetsView.as_view(), name="api_presets"),
    path("api/v1/presets/<slug:name>", presets.PresetView.as_view(), name="api_preset"),
    path("api/v1/recipes/", api_recipes.RecipesView.as_view(), name="api_recipes"),
    path(
        "api/v1/recipes/validate",
        api_recipes.RecipeValidateView.as_view(),
        name="api_recipe_validate",
    ),
    path("api/v1/recipes/schema", api_recipes.RecipeSchemaView.as_view(), name="api_recipe_schema"),
    path("api/v1/recipes/<id:pk>", api_recipes.RecipeView.as_view(), name="api_recipe"),
    path(
        "api/v1/recipes/<id:pk>/versions/",
        api_recipes.RecipeVersionsView.as_view(),
        name="api_recipe_versions",
    ),
    path(
        "api/v1/recipes/<id:pk>/versions/<id:number>",
        api_recipes.RecipeVersionView.as_view(),
        name="api_recipe_version",
    ),
    path(
        "api/v1/recipes/<id:pk>/versions/<id:number>/restore",
        api_recipes.RecipeRestoreView.as_view(),
        name="api_recipe_restore",
    ),
    path("api/v1/consistency/", api_consistency.ConsistencyView.as_view(), name="api_consistency"),
    path(
        "api/v1/consistency/<id:pk>",
        api_consistency.ConsistencySetView.as_view(),
        name="api_consistency_set",
    ),
    path(
        "api/v1/consistency/<id:pk>/pictures/",
        api_consistency.ConsistencyPicturesView.as_view(),
        name="api_consistency_pictures",
    ),
    path(
        "api/v1/consistency/<id:pk>/runs/",
        api_consistency.ConsistencyRunsView.as_view(),
        name="api_consistency_runs",
    ),
    path(
        "api/v1/consistency/<id:pk>/runs/<id:run>",
        api_consistency.ConsistencyRunView.as_view(),
        name="api_consistency_run",
    ),
    path(
        "api/v1/consistency/<id:pk>/locks/",
        api_consistency.ConsistencyLocksView.as_view(),
        name="api_consistency_locks",
    ),
    path("api/v1/sources/", api_sources.SourcesView.as_view(), name="api_sources"),
    path("api/v1/sources/<id:pk>", api_sources.SourceView.as_view(), name="api_source"),
    path(
        "api/v1/sources/<id:pk>/files/",
        api_sources.SourceFilesView.as_view(),
        name="api_source_files",
    ),
    path(
        "api/v1/sources/<id:pk>/scan",
        api_sources.SourceScanView.as_view(),
        name="api_source_scan",
    ),
    path(
        "api/v1/sources/<id:pk>/events",
        notices.SourceEventsView.as_view(),
        name="api_source_events",
    ),
    path("consistency", consistency.consistency, name="consistency"),
    path("consistency/pictures", consistency.add, name="consistency_add"),
    path(
        "consistency/<slug:slug>/<slug:category>",
        consistency.reference_set,
        name="consistency_set",
    ),
    path(
        "consistency/<slug:slug>/<slug:category>/worst",
        consistency.worst,
        name="consistency_worst",
    ),
    path(
        "consistency/<slug:slug>/<slug:category>/variables",
        consistency.variables,
        name="consistency_variables",
    ),
    path("consistency/<slug:slug>/<slug:category>/act", consistency.act, name="consistency_act"),
    path("", include("processing.recipepages.urls")),
    path("iiif/3/", include("processing.transforms.iiif.urls")),
    path("assets/<int:pk>/versions", views.version_add, name="version_add"),
    path("assets/<int:pk>/renders", renders.asset_renders, name="asset_renders"),
    path("assets/<int:pk>/renders/form", renders.render_form, name="render_form"),
    path("assets/<int:pk>/renders/ask", renders.render_ask, name="render_ask"),
    path("renders", renders.renders, name="renders"),
    path("renders/new", renders.renders_new, name="renders_new"),
    path("renders/form", renders.renders_form, name="renders_form"),
    path("renders/ask", renders.renders_ask, name="renders_ask"),
    path("renders/<int:pk>/cancel", renders.render_cancel, name="render_cancel"),
    path("renders/<int:pk>/retry", renders.render_again, name="render_again"),
    path("made/<int:pk>", renders.rendition_look, name="rendition_look"),
    path("made/<int:pk>/delete", renders.rendition_remove, name="rendition_remove"),
    path("settings/sources", sources.sources, name="sources"),
    path("settings/sources/add/<slug:kind>", sources.add, name="source_add"),
    path("settings/sources/look", sources.look, name="source_look"),
    path("settings/sources/<int:pk>", sources.source, name="source"),
    path("settings/sources/<int:pk>/edit", sources.edit, name="source_edit"),
    path("settings/sources/<int:pk>/act", sources.act, name="source_act"),
    path("settings/presets", transforms.presets, name="presets"),
    path("settings/presets/<slug:name>/remove", transforms.remove, name="preset_remove"),
    path("activity", views.activity, name="activity"),
    path("activity/retry", views.retry, name="activity_retry"),
]
