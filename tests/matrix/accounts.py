"""Signing in and one's own account, which django-allauth brings."""

from tests.matrix.row import Row, get

OPEN = "200*8"
OWN = "302 302 200*6"
FORM = "302*8"  # asks for the password once more, or for what is not there
NONE_YET = "302 302 404*6"  # of what nobody has set up, or nobody has
OLD = "302 302 301*6"  # addresses of before
_PAGES = {
    "login/": "200 200 302*6",
    "logout/": "302 302 200*6",
    "inactive/": OPEN,
    "signup/": "200 200 302*6",
    "reauthenticate/": OWN,
    "email/": NONE_YET,
    "confirm-email/": OPEN,
    "password/change/": OWN,
    "password/set/": FORM,
    "password/reset/": OPEN,
    "password/reset/done/": OPEN,
    "password/reset/key/done/": OPEN,
    "login/code/confirm/": FORM,
    "2fa/": OWN,
    "2fa/authenticate/": FORM,
    "2fa/reauthenticate/": FORM,
    "2fa/totp/activate/": FORM,
    "2fa/totp/deactivate/": NONE_YET,
    "2fa/recovery-codes/": NONE_YET,
    "2fa/recovery-codes/generate/": FORM,
    "2fa/recovery-codes/download/": NONE_YET,
    "3rdparty/login/cancelled/": OPEN,
    "3rdparty/login/error/": "302 302 401*6",
    "3rdparty/signup/": FORM,
    "3rdparty/": OWN,
    "social/login/cancelled/": OLD,
    "social/login/error/": OLD,
    "social/signup/": OLD,
    "social/connections/": OLD,
    "sessions/": OWN,
}
ROWS: list[Row] = [
    *(get(f"/accounts/{part}", f"/accounts/{part}", codes) for part, codes in _PAGES.items()),
    get(
        r"/accounts/confirm-email/(?P<key>[-:\w]+)/",
        "/accounts/confirm-email/wrong/",
        OPEN,
        note="wrong key",
    ),
    get(
        r"/accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/",
        "/accounts/password/reset/key/1-wrong/",
        OPEN,
        note="wrong key",
    ),
    get(
        "/accounts/oidc/<str:provider_id>/login/",
        "/accounts/oidc/none/login/",
        "404*8",
        note="no provider",
    ),
    get(
        r"/accounts/oidc/(?P<provider_id>[^/]+)/login/",
        "/accounts/oidc/none/login/",
        "404*8",
        note="no provider",
    ),
    get(
        r"/accounts/oidc/(?P<provider_id>[^/]+)/login/callback/",
        "/accounts/oidc/none/login/callback/",
        "404*8",
        note="no provider",
    ),
]
