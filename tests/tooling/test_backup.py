"""The backup: complete or not there, made while others write, and old ones cleared."""

import importlib.util
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

AT = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def script():
    path = settings.BASE_DIR / "deploy" / "backup.py"
    spec = importlib.util.spec_from_file_location("cohub_backup", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def var(tmp_path):
    folder = tmp_path / "var"
    (folder / "certificates" / "2026").mkdir(parents=True)
    (folder / "certificates" / "2026" / "one.pdf").write_bytes(b"%PDF one")
    (folder / "mail").mkdir()
    (folder / "mail" / "letter").write_text("not kept")
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (n INTEGER)")
        database.execute("INSERT INTO t VALUES (1)")
        database.commit()
    return folder


def test_backup_holds_what_was_committed_while_somebody_writes(script, var, tmp_path):
    with closing(sqlite3.connect(var / "db.sqlite3")) as writer:
        writer.execute("INSERT INTO t VALUES (2)")
        writer.commit()  # still in the log of writes, not in the file
        writer.execute("INSERT INTO t VALUES (3)")
        place = script.back_up(tmp_path / "backups", var=var, url="", at=AT)
        writer.rollback()
    assert place == tmp_path / "backups" / "2026-11-22T03-10-00Z"
    with closing(sqlite3.connect(place / "db.sqlite3")) as copy:
        assert copy.execute("SELECT n FROM t ORDER BY n").fetchall() == [(1,), (2,)]
    with tarfile.open(place / "files.tar") as archive:
        files = [member.name for member in archive if member.isfile()]
    assert files == ["certificates/2026/one.pdf"]
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True)
    assert checked.returncode == 0


def test_failed_backup_leaves_nothing(script, var, tmp_path):
    (var / "db.sqlite3").unlink()
    with pytest.raises(script.BackupError, match="no database"):
        script.back_up(tmp_path / "backups", var=var, url="", at=AT)
    assert list((tmp_path / "backups").iterdir()) == []


def test_damaged_database_is_no_backup(script, var, tmp_path):
    (var / "db.sqlite3").write_bytes(b"SQLite format 3\0" + b"?" * 8000)
    with pytest.raises((script.BackupError, sqlite3.DatabaseError)):
        script.back_up(tmp_path / "backups", var=var, url="", at=AT)
    assert list((tmp_path / "backups").iterdir()) == []


def test_clearing_keeps_the_newest_and_whatever_is_no_backup(script, var, tmp_path):
    folder = tmp_path / "backups"
    for day in range(4):
        script.back_up(folder, var=var, url="", at=AT + timedelta(days=day))
    (folder / "notes").mkdir()
    removed = script.clear_old(folder, keep=2)
    assert [path.name[:10] for path in removed] == ["2026-11-22", "2026-11-23"]
    assert sorted(path.name[:10] for path in folder.iterdir()) == [
        "2026-11-24",
        "2026-11-25",
        "notes",
    ]


def test_postgres_address_is_taken_apart(script):
    assert script.postgres_environment("postgres://ada:p%40ss@db:5433/cohub?sslmode=require") == {
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "ada",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "cohub",
        "PGSSLMODE": "require",
    }
    socket = "postgres://cohub@%2Ftmp%2Fpg/postgres"
    assert script.postgres_environment(socket)["PGHOST"] == "/tmp/pg"


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a PostgreSQL server")
def test_postgres_is_dumped(script, var, tmp_path):
    place = script.back_up(tmp_path / "backups", var=var, url=settings.DATABASE_URL, at=AT)
    assert (place / "db.dump").read_bytes()[:5] == b"PGDMP"
