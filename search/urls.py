from django.urls import path

from search import api, views
from search.duplicates import api as duplicates_api
from search.duplicates import views as duplicates

urlpatterns = [
    path("api/v1/search/", api.SearchView.as_view(), name="api_search"),
    path("api/v1/similar/", api.SimilarToPictureView.as_view(), name="api_similar"),
    path(
        "api/v1/assets/<id:pk>/similar", api.SimilarToAssetView.as_view(), name="api_asset_similar"
    ),
    path("api/v1/duplicates/", duplicates_api.ClustersView.as_view(), name="api_duplicates"),
    path(
        "api/v1/duplicates/decide",
        duplicates_api.DuplicatesDecideView.as_view(),
        name="api_duplicates_decide",
    ),
    path(
        "api/v1/duplicates/decisions/<id:pk>/undo",
        duplicates_api.DuplicatesUndoView.as_view(),
        name="api_duplicates_undo",
    ),
    path("", views.library, name="library"),
    path("search", views.library, name="search"),
    path("search/ids", views.ids, name="search_ids"),
    path("search/picture", views.ask_by_picture, name="search_picture"),
    path("search/picture/<str:token>", views.asked_picture, name="search_picture_shown"),
    path("assets/<int:pk>/similar", views.similar_strip, name="similar"),
    path("assets/<int:pk>/lookalikes", duplicates.lookalikes_panel, name="lookalikes"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/decide", duplicates.decide, name="duplicates_decide"),
    path("duplicates/undo", duplicates.undo, name="duplicates_undo"),
    path("assets/<int:pk>/around", views.around, name="around"),
]
