"""Tests: immediate tasks, mail in memory, fast passwords, files in a temporary folder."""

import atexit
import shutil
import tempfile
from pathlib import Path

from lms.settings.base import *  # noqa: F403
from lms.settings.base import DATABASE_URL, DATABASES, STORAGES

DEBUG = False
SECRET_KEY = "a secret that only the tests use"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMO_ALLOWED = True
MAILBOX_ENABLED = False
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

_files = Path(tempfile.mkdtemp(prefix="cohub-test-"))
atexit.register(shutil.rmtree, _files, ignore_errors=True)
MEDIA_ROOT = _files / "media"
CERTIFICATES_ROOT = _files / "certificates"
STORAGES["certificates"]["OPTIONS"]["location"] = CERTIFICATES_ROOT
STORAGES["uploads"]["OPTIONS"]["location"] = UPLOADS_ROOT = _files / "uploads"
STORAGES["private"]["OPTIONS"]["location"] = _files / "private"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT = _files / "static"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

if DATABASE_URL:
    DATABASES["default"]["OPTIONS"].pop("pool")  # a pool keeps connections that block DROP
else:
    # A file, not memory: threads with connections of their own meet the locks of real life.
    DATABASES["default"]["TEST"] = {"NAME": _files / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
