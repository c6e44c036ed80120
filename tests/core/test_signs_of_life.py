import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, connection

from lms.core import checks, views


def test_alive_asks_nobody(client):
    response = client.get("/healthz/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_with_a_database(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/readyz/")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_without_a_database(rf):
    def refuse(*args):
        raise DatabaseError

    with connection.execute_wrapper(refuse):
        response = views.ready(rf.get("/readyz/"))
    assert (response.status_code, response.content) == (503, b"no database")


def test_pdf_libraries_missing_is_a_warning(monkeypatch):
    monkeypatch.setattr(checks, "PDF_LIBRARIES", ("libnowhere.so.7",))
    checks.missing_pdf_libraries.cache_clear()
    [warning] = checks.pdf_libraries(None)
    checks.missing_pdf_libraries.cache_clear()
    assert warning.id == "core.W001"
    assert "libnowhere.so.7" in warning.msg
    assert "libharfbuzz-subset0" in warning.hint


@pytest.mark.django_db
def test_migrating_makes_the_cache_table(settings):
    from lms.core.apps import create_cache_table

    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "core_cache",
        }
    }
    create_cache_table(using="default")
    create_cache_table(using="default")
    caches["default"].set("house", "Milano")
    assert caches["default"].get("house") == "Milano"
    call_command("check", fail_level="ERROR")
