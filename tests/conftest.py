"""Fixtures shared by every package's tests; those of the browser are in `tests/browser.py`."""

import contextlib
import hashlib
import os
import shutil
import signal
import sqlite3
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from lms.core import budget
from tests.factories import stamps

pytest_plugins = ["tests.browser"]

hypothesis_settings.register_profile("short", max_examples=50, deadline=None)
hypothesis_settings.register_profile("long", max_examples=2000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


def pytest_configure():
    # Told to end, as by Ctrl+C: the fixtures end the servers that they began.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _in_italian():
    """A request leaves its language active in the thread: no test begins in that of another."""
    with translation.override("it"):
        yield


@pytest.fixture(autouse=True)
def _nothing_spent():
    budget._counts.clear()


def pytest_collection_modifyitems(items):
    """A test with real transactions empties the tables: give it back what the migrations made.

    Wagtail's root page, the locales and the groups are such rows.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        transactional = "transactional_db" in item.fixturenames
        if transactional or (marker and marker.kwargs.get("transaction")):
            options = {**(marker.kwargs if marker else {}), "transaction": True}
            item.add_marker(
                pytest.mark.django_db(**{"serialized_rollback": True, **options}), append=False
            )


# --- A migrated SQLite database, kept between runs -------------------------------------------
def _migrations_digest() -> str:
    root = settings.BASE_DIR
    files = [
        path
        for folder in ("lms", "cms", "curriculum", "assessment", "certificates")
        for path in (root / folder).rglob("migrations/*.py")
    ]
    total = hashlib.sha256()
    for path in sorted([*files, root / "requirements" / "base.txt"]):
        total.update(f"{path.relative_to(root)}".encode() + path.read_bytes())
    return total.hexdigest()[:16]


@pytest.fixture(scope="session")
def _migrated_before(django_db_modify_db_settings_parallel_suffix):
    """Lay down the database file of the last run with the same migrations: 15 s of CPU less."""
    if connection.vendor != "sqlite":
        return None
    kept = Path(settings.VAR_DIR) / "test" / f"migrated-{_migrations_digest()}.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, connection.settings_dict["TEST"]["NAME"])
    return kept


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, _migrated_before):
    return django_db_keepdb or bool(_migrated_before and _migrated_before.exists())


@pytest.fixture(scope="session")
def django_db_setup(_migrated_before, django_db_keepdb, django_db_setup, django_db_blocker):
    kept = _migrated_before
    if kept and not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob("migrated-*.sqlite3"):
            old.unlink(missing_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")
        with django_db_blocker.unblock(), sqlite3.connect(draft) as target:
            connection.ensure_connection()
            connection.connection.backup(target)
        target.close()
        draft.replace(kept)
    if kept:
        connection.creation.deserialize_db_from_string = lambda _rows: _lay_down(kept)
    with django_db_blocker.unblock():
        stamps.note_migrated()


def _lay_down(kept: Path) -> None:
    """After a test with real transactions: the whole file at once, not 670 rows one by one."""
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(kept)) as source:
        source.backup(connection.connection)


@pytest.fixture
def run_together():
    """Run callables at once, each in a thread with a connection of its own; their results in order."""

    def run(calls):
        barrier = threading.Barrier(len(calls))
        results: list = [None] * len(calls)

        def work(number, call):
            try:
                barrier.wait()
                results[number] = call()
            except BaseException as error:
                results[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run
