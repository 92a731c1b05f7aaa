"""Every address of Loupe: each room brings its own."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from dam.api.me import NothingHere
from dam.views.signin import no_own_addresses, to_provider

# The admin site signs in as every page does: attempts are counted, second factors asked for.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "dam.views.errors.bad_request"
handler500 = "dam.views.errors.server_error"
urlpatterns = [
    path("api/v1/", include("dam.api.urls")),
    path("admin/", admin.site.urls),
    path("accounts/oidc/<str:provider_id>/login/", to_provider, name="openid_connect_login"),
    path("accounts/email/", no_own_addresses),
    path("accounts/", include("allauth.urls")),
    path("", include("dam.library_urls")),
    path("", include("processing.urls")),
    path("", include("search.urls")),
    path("", include("review.urls")),
    re_path("^api/", NothingHere.as_view()),
]
