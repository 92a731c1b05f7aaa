"""Every address of Loupe: each room brings its own."""

from django.contrib import admin
from django.urls import include, path, re_path

from dam.api.me import NothingHere
from dam.views.signin import to_provider

urlpatterns = [
    path("api/v1/", include("dam.api.urls")),
    path("admin/", admin.site.urls),
    path("accounts/oidc/<str:provider_id>/login/", to_provider, name="openid_connect_login"),
    path("accounts/", include("allauth.urls")),
    path("", include("dam.library_urls")),
    path("", include("processing.urls")),
    path("", include("search.urls")),
    path("", include("review.urls")),
    re_path("^api/", NothingHere.as_view()),
]
