"""Addresses of the library's own part of the API; the other rooms have theirs."""

from django.urls import path

from dam.api import me

urlpatterns = [
    path("me", me.MeView.as_view(), name="api_me"),
    path("schema/", me.SchemaView.as_view(), name="api_schema"),
]
