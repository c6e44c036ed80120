"""A backup of database and files, complete or not there at all; old ones are cleared away.

    .venv/bin/python deploy/backup.py [FOLDER] [--keep N]

FOLDER defaults to BACKUP_DIR, N to BACKUP_KEEP or 14. Reads COHUB_VAR and DATABASE_URL as the platform
does; needs nothing but the standard library, and `pg_dump` for PostgreSQL. The platform may run meanwhile:
the database is copied first, and files are never changed once they are written, so that all the files
which the copy names are in the archive.

    FOLDER/2026-11-22T03-10-00Z/
        db.sqlite3 or db.dump     made by VACUUM INTO, or by pg_dump in its custom format
        files.tar                 media/, certificates/ and private/
        SHA256SUMS                of both
"""

import argparse
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("media", "certificates", "private")
NAME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z")


class BackupError(SystemExit):
    """A backup that could not be made; the message says why, the exit status is 1."""


def copy_sqlite(source: Path, target: Path) -> None:
    """VACUUM INTO reads one consistent state while others write; copying the file would not."""
    if not source.exists():
        raise BackupError(f"There is no database at {source}.")
    with closing(sqlite3.connect(source, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", [str(target)])
    with closing(sqlite3.connect(target)) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise BackupError(f"The copy of the database is damaged: {verdict}")


def postgres_environment(url: str) -> dict[str, str]:
    """libpq's variables of a URL: in the environment nobody else on the machine can read the password."""
    parts = urlsplit(url)
    values = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": dict(parse_qsl(parts.query)).get("sslmode", ""),
    }
    return {name: value for name, value in values.items() if value}


def dump_postgres(url: str, target: Path) -> None:
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={target}"]
    env = {**os.environ, **postgres_environment(url)}
    try:
        subprocess.run(command, env=env, check=True)
    except FileNotFoundError:
        raise BackupError("pg_dump is missing: apt-get install postgresql-client") from None
    except subprocess.CalledProcessError as error:
        raise BackupError(f"pg_dump failed with status {error.returncode}.") from None


def archive_files(var: Path, target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        for folder in FOLDERS:
            if (var / folder).is_dir():
                archive.add(var / folder, arcname=folder)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def back_up(folder: Path, *, var: Path, url: str, at: datetime) -> Path:
    """Make one backup below `folder` and return its place; a failed one leaves nothing behind."""
    place = folder / at.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    draft = place.with_name(f".{place.name}.part")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.mkdir(mode=0o700)
    try:
        if url:
            database = draft / "db.dump"
            dump_postgres(url, database)
        else:
            database = draft / "db.sqlite3"
            copy_sqlite(var / "db.sqlite3", database)
        files = draft / "files.tar"
        archive_files(var, files)
        lines = [f"{sha256(path)}  {path.name}\n" for path in (database, files)]
        (draft / "SHA256SUMS").write_text("".join(lines))
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return place


def clear_old(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups, and nothing that does not bear a backup's name."""
    made = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = made[:-keep]
    for path in old:
        shutil.rmtree(path)
    return old


def main() -> None:
    parser = argparse.ArgumentParser(description="Back up database and files.")
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("BACKUP_DIR"))
    parser.add_argument("--keep", type=int, default=int(os.environ.get("BACKUP_KEEP") or 14))
    options = parser.parse_args()
    if not options.folder:
        parser.error("name a folder, or set BACKUP_DIR")
    if options.keep < 1:
        parser.error("at least one backup is kept")
    folder = Path(options.folder)
    var = Path(os.environ.get("COHUB_VAR") or ROOT / "var")
    url = os.environ.get("DATABASE_URL", "")
    try:
        place = back_up(folder, var=var, url=url, at=datetime.now(UTC))
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"No backup was made: {error}") from error
    print(place)
    for path in clear_old(folder, options.keep):
        print(f"removed {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
