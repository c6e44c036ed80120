"""A PostgreSQL for the tests: the one of DATABASE_URL, or a throw-away cluster from what is installed.

python tools/postgres.py COMMAND …    run a command with DATABASE_URL set to such a cluster
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from system import SetupError, apt_command, apt_install, say

# Nothing in it is worth keeping: it need not survive a power cut.
FAST = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=''",
    "max_connections=150", "shared_buffers=128MB", "max_wal_size=2GB",
)  # fmt: skip


# Waits until we close its input, by intention or by dying of whatever, and clears away the cluster.
UNDERTAKER = """
import os, shutil, signal, subprocess, sys
from pathlib import Path
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
sys.stdin.read()
base, control = sys.argv[1:]
pid_file = Path(base, "data", "postmaster.pid")
if pid_file.exists():
    owner = pid_file.stat()
    person = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    command = [control, "--pgdata", f"{base}/data", "--wait", "--mode", "immediate", "stop"]
    subprocess.run(command, cwd="/", capture_output=True, check=False, **person)
shutil.rmtree(base, ignore_errors=True)
"""


def binaries() -> Path | None:
    """The folder with initdb and postgres: the newest of Debian's, or that of the PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: [int(part) for part in path.parts[4].split(".") if part.isdigit()],
    )
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    folder = Path(found).resolve().parent if found else None
    return folder if folder and (folder / "postgres").exists() else None


def ensure_binaries() -> Path:
    found = binaries()
    if found is None:
        say("• Installing PostgreSQL for the tests …")
        apt_install(["postgresql"])
        found = binaries()
    if found is None:
        raise SetupError(
            "PostgreSQL is missing. Type this, then try again:\n"
            f"    {apt_command(['postgresql'])}\n"
            "or name a server whose user may create databases: DATABASE_URL=postgres://…"
        )
    return found


def unprivileged() -> dict:
    """How initdb and postgres are run: as ourselves, or as somebody else when we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            person = pwd.getpwnam(name)
            return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise SetupError("PostgreSQL refuses to run as root, and there is neither postgres nor nobody.")


@contextlib.contextmanager
def throwaway_cluster() -> Iterator[str]:
    """A cluster that listens on a socket in a temporary folder only; yields its DATABASE_URL."""
    folder = ensure_binaries()
    person = unprivileged()
    # Not in TMPDIR: another user must reach it, and a socket's path must stay short.
    base = Path(tempfile.mkdtemp(prefix="cohub-pg-", dir="/tmp"))
    undertaker = subprocess.Popen(
        [sys.executable, "-c", UNDERTAKER, base, folder / "pg_ctl"],
        stdin=subprocess.PIPE, cwd="/", start_new_session=True,
    )  # fmt: skip
    try:
        if person:
            os.chown(base, person["user"], person["group"])
        base.chmod(0o700)
        env = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(base)}
        quiet = {"cwd": base, "env": env, "capture_output": True, "text": True}
        made = subprocess.run(
            [folder / "initdb", "--pgdata", base / "data", "--auth", "trust", "--no-sync",
             "--username", "cohub", "--encoding", "UTF8", "--locale", "C.UTF-8"],
            check=False, **quiet, **person,
        )  # fmt: skip
        if made.returncode:
            raise SetupError(f"initdb failed:\n{made.stderr}")
        with (base / "data" / "postgresql.conf").open("a") as conf:
            conf.write("\n".join([*FAST, f"unix_socket_directories='{base}'"]) + "\n")
        control = [folder / "pg_ctl", "--pgdata", base / "data", "--wait"]
        started = subprocess.run(
            [*control, "start", "--log", base / "log", "--timeout", "60"],
            cwd=base, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            check=False, **person,
        )  # fmt: skip
        if started.returncode:
            raise SetupError(f"PostgreSQL did not start:\n{(base / 'log').read_text()[-3000:]}")
        yield f"postgres://cohub@{quote(str(base), safe='')}/postgres"
    finally:
        undertaker.stdin.close()
        undertaker.wait()


@contextlib.contextmanager
def database_url() -> Iterator[str]:
    """DATABASE_URL as given, or that of a throw-away cluster."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
    else:
        with throwaway_cluster() as url:
            yield url


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with database_url() as url:
        env = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(sys.argv[1:], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
