"""Loupe's settings. Everything that differs between installations is an environment variable,

documented in docs/reference/settings.md (a test keeps the two in step)."""

import secrets
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

from dam import environment as env
from dam.api.spectacular import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS

BASE_DIR = Path(__file__).resolve().parent.parent
LOUPE_HOME = env.folder("LOUPE_HOME", BASE_DIR / "var")
LOUPE_HOME.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = env.folder("LOUPE_MEDIA", LOUPE_HOME / "media")
MODELS_DIR = env.folder("LOUPE_MODELS", LOUPE_HOME / "models")

LOUPE_ORIGINALS = env.choice("LOUPE_ORIGINALS", ["local", "s3"])
LOUPE_S3_BUCKET = env.text("LOUPE_S3_BUCKET")
LOUPE_S3_PREFIX = env.text("LOUPE_S3_PREFIX")
LOUPE_S3_ENDPOINT = env.text("LOUPE_S3_ENDPOINT")
LOUPE_S3_REGION = env.text("LOUPE_S3_REGION")
LOUPE_S3_ACCESS_KEY = env.text("LOUPE_S3_ACCESS_KEY")
LOUPE_S3_SECRET_KEY = env.text("LOUPE_S3_SECRET_KEY")
LOUPE_S3_CACHE = env.folder("LOUPE_S3_CACHE", LOUPE_HOME / "cache")
LOUPE_S3_CACHE_MIB = env.integer("LOUPE_S3_CACHE_MIB", 4096, least=1)
if LOUPE_ORIGINALS == "s3" and not LOUPE_S3_BUCKET:
    raise ImproperlyConfigured("LOUPE_ORIGINALS is s3: LOUPE_S3_BUCKET must name the bucket.")

DEBUG = env.flag("LOUPE_DEBUG", default=False)
LOUPE_HOST = env.text("LOUPE_HOST", "127.0.0.1")
LOUPE_PORT = env.integer("LOUPE_PORT", 8000, least=1)
LOUPE_WORKERS = env.integer("LOUPE_WORKERS", 2, least=1)
LOUPE_WORKER_MEMORY_MIB = env.integer("LOUPE_WORKER_MEMORY_MIB", 3072, least=256)
LOUPE_SANDBOX = env.flag("LOUPE_SANDBOX", default=True)
LOUPE_SANDBOX_MEMORY_MIB = env.integer(
    "LOUPE_SANDBOX_MEMORY_MIB", LOUPE_WORKER_MEMORY_MIB * 2 // 3, least=256
)
LOUPE_SANDBOX_SECONDS = env.integer("LOUPE_SANDBOX_SECONDS", 120, least=1)
LOUPE_SANDBOX_CALLS = env.integer("LOUPE_SANDBOX_CALLS", 64, least=1)
LOUPE_SANDBOX_AT_ONCE = env.integer("LOUPE_SANDBOX_AT_ONCE", 2, least=1)
LOUPE_VIPS_THREADS = env.integer("LOUPE_VIPS_THREADS", 1, least=1)
LOUPE_INBOX = LOUPE_HOME / "inbox"
LOUPE_WATCH_ROOTS = [
    Path(name).expanduser().resolve() for name in env.names("LOUPE_WATCH_ROOTS", str(LOUPE_INBOX))
]
LOUPE_INTAKE_AHEAD = env.integer("LOUPE_INTAKE_AHEAD", 500, least=1)
LOUPE_MAX_PIXELS = env.integer("LOUPE_MAX_PIXELS", 300_000_000, least=1)
LOUPE_MAX_UPLOAD_BYTES = env.integer("LOUPE_MAX_UPLOAD_BYTES", 2 * 1024**3, least=1)
LOUPE_ACCEPT_OTHER_FILES = env.flag("LOUPE_ACCEPT_OTHER_FILES", default=True)
LOUPE_QUOTA_BYTES = env.integer("LOUPE_QUOTA_BYTES", 0, least=0)
LOUPE_UPLOAD_HOURS = env.integer("LOUPE_UPLOAD_HOURS", 48, least=1)
LOUPE_UPLOADS_OPEN = env.integer("LOUPE_UPLOADS_OPEN", 200, least=1)
LOUPE_UPLOADS_PER_MINUTE = env.integer("LOUPE_UPLOADS_PER_MINUTE", 1200, least=1)
LOUPE_WEB_THREADS = env.integer("LOUPE_WEB_THREADS", 24, least=2)
LOUPE_BODY_SECONDS = env.integer("LOUPE_BODY_SECONDS", 20, least=1)
LOUPE_BODY_RATE = env.integer("LOUPE_BODY_RATE", 8192, least=1)
LOUPE_BODY_LONGEST = env.integer("LOUPE_BODY_LONGEST", 3600, least=1)
LOUPE_ENCODER = env.text("LOUPE_ENCODER", "concepts")
LOUPE_DELIVERIES_MIB = env.integer("LOUPE_DELIVERIES_MIB", 2048, least=0)
LOUPE_DELIVERY_DAYS = env.integer("LOUPE_DELIVERY_DAYS", 30, least=1)
LOUPE_SOURCE_DAYS = env.integer("LOUPE_SOURCE_DAYS", 90, least=1)
LOUPE_URL_KEYS = env.names("LOUPE_URL_KEYS")
LOUPE_RENDERS_OPEN = env.integer("LOUPE_RENDERS_OPEN", 200, least=1)
LOUPE_RENDER_SECONDS = env.integer("LOUPE_RENDER_SECONDS", 900, least=10)
LOUPE_ADDRESS_DAYS = env.integer("LOUPE_ADDRESS_DAYS", 0, least=0)
LOUPE_PRESETS = env.text("LOUPE_PRESETS")
# How often sets of pictures are measured against their references; 0: when somebody asks only.
LOUPE_CONSISTENCY_HOURS = env.integer("LOUPE_CONSISTENCY_HOURS", 24, least=0)
LOUPE_TRANSFORMS_MIB = env.integer("LOUPE_TRANSFORMS_MIB", 2048, least=1)
LOUPE_BASES_MIB = env.integer("LOUPE_BASES_MIB", 4096, least=0)
LOUPE_TRANSFORM_PIXELS = env.integer("LOUPE_TRANSFORM_PIXELS", 25_000_000, least=1)
LOUPE_TRANSFORM_PIXELS_IN = env.integer("LOUPE_TRANSFORM_PIXELS_IN", 120_000_000, least=1)
LOUPE_C2PA_CERT = env.text("LOUPE_C2PA_CERT")
LOUPE_C2PA_KEY = env.text("LOUPE_C2PA_KEY")
LOUPE_C2PA_ALG = env.choice(
    "LOUPE_C2PA_ALG", ("es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519")
)
LOUPE_HTTPS = env.flag("LOUPE_HTTPS", default=False)
LOUPE_OUTBOUND_HOSTS = env.names("LOUPE_OUTBOUND_HOSTS")
ALLOWED_HOSTS = env.names("LOUPE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("LOUPE_TRUSTED_ORIGINS")


def _secret_key() -> str:
    """Return LOUPE_SECRET_KEY, or one made once and kept in LOUPE_HOME, readable by us alone."""
    given = env.text("LOUPE_SECRET_KEY")
    if given:
        return given
    path = LOUPE_HOME / "secret_key"
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            draft.unlink()
    return path.read_text().strip()


SECRET_KEY = _secret_key()


def _database() -> dict:
    """DATABASE_URL names a server; without it the embedded one of dam/database.py is used."""
    common = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    url = env.text("DATABASE_URL")
    if not url:
        return common | {
            "ENGINE": "dam.postgres",
            "NAME": "loupe",
            "USER": "postgres",
            "HOST": str(LOUPE_HOME / "database"),
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name."
        )
    return common | {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


DATABASES = {"default": _database()}

INSTALLED_APPS = [
    "dam.apps.DamConfig",
    "processing.apps.ProcessingConfig",
    "search.apps.SearchConfig",
    "review.apps.ReviewConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "django_q",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "processing.transforms.middleware.TransformMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "dam.bodies.BodySizeMiddleware",  # before that, which reads forms
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "processing.middleware.TryAgainMiddleware",
    "dam.middleware.CleanTextMiddleware",
    "dam.middleware.AuditMiddleware",
    "dam.integrity.middleware.StorageMiddleware",
    "dam.middleware.BrowserPowersMiddleware",
]

ROOT_URLCONF = "dam.urls"
WSGI_APPLICATION = "dam.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "dam.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "library"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "dam.accounts.ClosedAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("LOUPE_PROXIES", 1 if LOUPE_HTTPS else 0)
MFA_TOTP_ISSUER = "Loupe"

# Single sign-on with one OpenID Connect provider, where LOUPE_OIDC_ISSUER names it.
LOUPE_OIDC_ISSUER = env.text("LOUPE_OIDC_ISSUER")
LOUPE_OIDC_ROLE = env.choice("LOUPE_OIDC_ROLE", ["", "viewer", "creator", "reviewer"])
SOCIALACCOUNT_ADAPTER = "dam.accounts.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if LOUPE_OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "oidc",
            "name": env.text("LOUPE_OIDC_NAME", "single sign-on"),
            "client_id": env.text("LOUPE_OIDC_CLIENT_ID"),
            "secret": env.text("LOUPE_OIDC_CLIENT_SECRET"),
            "settings": {"server_url": LOUPE_OIDC_ISSUER},
        }
    ]
EMAIL_BACKEND = env.text("LOUPE_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "dam.context.shell",
            ],
            "builtins": ["dam.templatetags.loupe"],
        },
    }
]

LANGUAGE_CODE = "en"
TIME_ZONE = env.text("LOUPE_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = LOUPE_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # served from its sources; collectstatic may fill it
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**2

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:", "blob:"],
        "connect-src": [_SELF],
        "font-src": [_SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        # Browsers apply it to where a form is redirected, too: the sign-in provider.
        "form-action": [_SELF, *env.origins(LOUPE_OIDC_ISSUER)],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.integer("LOUPE_SESSION_DAYS", 14, least=1) * 86_400
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LOUPE_HTTPS
SECURE_SSL_REDIRECT = LOUPE_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if LOUPE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = LOUPE_HTTPS
if LOUPE_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# How the API answers: dam/api/. Requests a minute; 0 is no limit.
LOUPE_API_RATE = env.integer("LOUPE_API_RATE", 600, least=0)
LOUPE_API_RATE_PAGES = env.integer("LOUPE_API_RATE_PAGES", 1_200, least=0)
LOUPE_API_RATE_UNSIGNED = env.integer("LOUPE_API_RATE_UNSIGNED", 60, least=0)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "dam.api.authentication.TokenAuthentication",
        "dam.api.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "dam.api.access.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["dam.api.access.PerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["dam.api.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "dam.api.schema.Schema",
    "EXCEPTION_HANDLER": "dam.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}

# One q2 cluster per worker, each a child of `manage.py up`: why is in processing/supervisor.py.
Q_CLUSTER = {
    "name": "loupe",
    "orm": "default",
    "workers": 1,
    "queue_limit": 1,
    "bulk": 1,
    "poll": 0.2,
    "timeout": 900,
    "retry": 1000,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    # Up to five busy seconds each. With the process goes what allocators do not give back: 5 KiB
    # for each small file, measured over 10,000 of them.
    "recycle": 200,
    "scheduler": False,
    "log_level": "WARNING",
    "label": "Work queue",
}


# In the memory of each process; there is one web process (processing/supervisor.py). allauth counts
# attempts to sign in in the default cache and knows no other, so nothing else is kept there: what
# is asked without a sign-in must not push them out. Each alias has a memory of its own.
def _memory(name: str, most: int) -> dict:
    backend = "django.core.cache.backends.locmem.LocMemCache"
    return {"BACKEND": backend, "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": most}}


CACHES = {
    "default": _memory("sign-in", 200_000),
    "limits": _memory("limits", 200_000),  # requests a minute: dam/api/access.py
    "kept": _memory("kept", 1_000),  # what is only quicker to look up than to work out
}
Q_CLUSTER["cache"] = "kept"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What libvips says of a damaged file is kept with its job and told in a sentence.
    "loggers": {"pyvips": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOUPE_LOG_LEVEL", "WARNING")},
}
