"""Below ``/iiif/3/``."""

from django.urls import path

from processing.transforms.iiif import views

urlpatterns = [
    path("<str:identifier>", views.base, name="iiif_base"),
    path("<str:identifier>/info.json", views.info, name="iiif_info"),
    path(
        "<str:identifier>/<str:region>/<str:size>/<str:rotation>/<str:last>",
        views.image,
        name="iiif_image",
    ),
]
