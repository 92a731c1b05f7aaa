from django.urls import path

from search import views

urlpatterns = [
    path("", views.library, name="library"),
    path("search", views.library, name="search"),
]
