"""`make run` and bare manage.py: production-like, on one machine, plain HTTP, mails into files."""

import secrets

from lms.settings.base import *  # noqa: F403
from lms.settings.base import INSTALLED_APPS, MIDDLEWARE, VAR_DIR, env

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])

VAR_DIR.mkdir(parents=True, exist_ok=True)
_secret_file = VAR_DIR / "secret_key"
if not _secret_file.exists():
    # Exclusive creation: the first of several processes wins and the others read its secret.
    try:
        with _secret_file.open("x") as file:
            file.write(secrets.token_urlsafe(50))
        _secret_file.chmod(0o600)
    except FileExistsError:
        pass
SECRET_KEY = env.str("SECRET_KEY", "") or _secret_file.read_text().strip()

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEMO_ALLOWED = True
MAILBOX_ENABLED = True  # /posta/ shows the mails written to var/mail

# --port of the server may differ from the default address.
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    # A page that is not there is the reader's affair; an error is ours.
    "loggers": {"django.request": {"level": "ERROR"}},
}

if DEBUG:
    INSTALLED_APPS += ["debug_toolbar"]
    MIDDLEWARE.insert(0, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1"]
    STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
