"""Every address of Loupe: each room brings its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("dam.library_urls")),
    path("", include("processing.urls")),
    path("", include("search.urls")),
    path("", include("review.urls")),
]
