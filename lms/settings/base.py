"""Settings shared by every environment; what differs between machines is read from the environment.

The variables are documented in one table in the README.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _
from environs import Env

from lms.settings.parts.films import *  # noqa: F403
from lms.settings.parts.mails import *  # noqa: F403
from lms.settings.parts.people import *  # noqa: F403
from lms.settings.parts.wagtail import *  # noqa: F403

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("COHUB_VAR", "") or BASE_DIR / "var")  # empty is unset, as for tools/

INSTALLED_APPS = [
    # Ours, from the bottom of the line upwards.
    "lms.core",
    "lms.accounts",
    "cms",
    "curriculum",
    "lms.cohorts",
    "lms.attendance",
    "lms.progress",
    "lms.community",
    "assessment",
    "certificates",
    "lms.reports",
    "lms.dashboard",
    "lms.api",
    "lms.demo",
    # Wagtail.
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    # Libraries.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "django_filters",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    # Django.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.core.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lms.core.middleware.NullCharacterMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.accounts.middleware.PersonalPagesMiddleware",
    "lms.accounts.middleware.StaffSecondFactorMiddleware",
    "lms.core.middleware.UnseenPagesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.core.context_processors.platform",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -----------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", 8),
        "timeout": 20,
    }
else:
    # Measured: with Django's defaults two thirds of simultaneous writers fail; with these none.
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA foreign_keys=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared between processes: the limits of login and verification are counted here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 10000},
    }
}
# Renditions are written back to their cache at every use: in the database that was five queries and a
# transaction for each size of each picture, on every page.
CACHES["renditions"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "renditions",
    "OPTIONS": {"MAX_ENTRIES": 5000},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- Languages and time ---------------------------------------------------------------------
LANGUAGE_CODE = "it"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("it", _("Italian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# --- People ---------------------------------------------------------------------------------
# How many proxies stand in front and write X-Forwarded-For; without, the limits count the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", False)

# --- Files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "lms" / "static"]
# "public": only what readers load, for a quick first start; "all" at deployment.
STATIC_COMPRESS = env.str("STATIC_COMPRESS", "public")
STATICFILES_FINDERS = [
    "lms.core.finders.StylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
CERTIFICATES_ROOT = VAR_DIR / "certificates"
_files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "lms.core.storage.StaticStorage"},
    "certificates": {**_files, "OPTIONS": {"location": CERTIFICATES_ROOT, "base_url": None}},
    "uploads": {**_files, "OPTIONS": {"location": VAR_DIR / "uploads", "base_url": None}},
    "private": {**_files, "OPTIONS": {"location": VAR_DIR / "private", "base_url": None}},
}
FILE_SCANNER = env.str("FILE_SCANNER", "")  # such as `clamdscan --no-summary -` (lms.core.scanning)

# --- Wagtail --------------------------------------------------------------------------------
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # one house, one clock: nothing to choose
SOURCE_CODE_URL = env.str("SOURCE_CODE_URL", "")  # shown in the footer when set

# --- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "EXCEPTION_HANDLER": "lms.api.errors.exception_handler",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cohub Milano API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["lms.api.schema.only_ours"],
}

# --- Security -------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows pages in a frame of the same site
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
# Names of Django 6, so that its own middleware can take over (docs/decisions).
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'nonce'"],
    "style-src": ["'self'", "'nonce'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
    # Films of other sites, which a lesson loads when the reader agrees (curriculum.embeds).
    "frame-src": ["'self'", *EMBED_FRAMES],  # noqa: F405
}
# The Wagtail editor writes inline code; the laxer policy holds on its own path only.
ADMIN_CSP = {
    **SECURE_CSP,
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}
# The demo is for a machine of one's own: `dev` and `test` allow it.
DEMO_ALLOWED = False
MAILBOX_ENABLED = False
SILENCED_SYSTEM_CHECKS: list[str] = []
