from django.urls import path

from processing import views
from processing.api import states, tus, uploads

urlpatterns = [
    path("api/v1/uploads/", uploads.UploadsView.as_view(), name="upload"),
    path("api/v1/uploads/states", states.UploadStatesView.as_view(), name="upload_states"),
    path("api/v1/uploads/tus/", tus.TusView.as_view(), name="tus"),
    path("api/v1/uploads/tus/<uuid:pk>", tus.TusUploadView.as_view(), name="tus_upload"),
    path("assets/<int:pk>/versions", views.version_add, name="version_add"),
    path("activity", views.activity, name="activity"),
    path("activity/retry", views.retry, name="activity_retry"),
]
