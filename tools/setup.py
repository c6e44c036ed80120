"""Everything a bare machine needs before the platform runs; only the standard library is used here.

    python3 tools/setup.py            the virtual environment and the locked dependencies
    python3 tools/setup.py --dev      the development tools too
    python3 tools/setup.py --prepare  and then database, texts, demo and static files
    python3 tools/setup.py --serve    and then serve; --port and --host say where

What was done is stamped in `.venv` and `var`, so that a second call does nothing.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older one is what this is for)
    import os
    import subprocess

    for _name in ("python3.13", "python3.12", "python3.11"):
        try:
            subprocess.check_call([_name, "-c", ""], stderr=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError):
            continue
        os.execvp(_name, [_name, *sys.argv])
    sys.exit(
        f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. "
        "Install one, then name it: make run PYTHON=python3.11"
    )

import argparse
import errno
import hashlib
import os
import signal
import socket
import subprocess
from pathlib import Path

from environment import LOCKS, VENV_PYTHON, ensure_environment
from system import ROOT, SetupError, digest, read_json, run, say, step, write_json


# --- Database, texts, demo, static files -----------------------------------------------------
def var_dir() -> Path:
    return Path(os.environ.get("COHUB_VAR") or ROOT / "var").resolve()


def manage(*arguments: str, quiet: bool = False, check: bool = True) -> int:
    return run([VENV_PYTHON, "manage.py", *arguments], quiet=quiet, check=check)


def own_files(*patterns: str) -> list[Path]:
    """The project's files of these patterns, in the packages and their templates."""
    folders = ("lms", "cms", "curriculum", "assessment", "certificates")
    return [
        path
        for folder in folders
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if path.is_file()
    ]


def compile_messages() -> None:
    """Make each .mo that is missing or older than its .po (no gettext needed: polib does it)."""
    stale = []
    for source in own_files("locale/**/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            stale.append(source)
    if stale:
        with step("Compiling the translations"):
            run([VENV_PYTHON, "tools/messages.py", "compile"], quiet=True)


def in_production() -> bool:
    return os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".production")


def sqlite_file() -> Path | None:
    """The SQLite database of this configuration; None with a database server."""
    return None if os.environ.get("DATABASE_URL") else var_dir() / "db.sqlite3"


def database_has_people() -> bool:
    """Whether a database server holds people already: then no demo is put among them."""
    question = "from lms.accounts.models import User; raise SystemExit(User.objects.exists())"
    return manage("shell", "--no-imports", "-c", question, quiet=True, check=False) != 0


def prepare() -> None:
    """Bring database, texts, demo and static files up to date; what is up to date is skipped."""
    var = var_dir()
    var.mkdir(parents=True, exist_ok=True)
    state_file = var / "state.json"
    state = read_json(state_file)

    def note(**changes: object) -> None:
        state.update(changes)
        write_json(state_file, state)

    compile_messages()

    file = sqlite_file()
    place = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode()).hexdigest()[:16]
    if file is not None and state.get("demo") == "begun":
        # The first start was interrupted: what is there is half a demo and nothing else.
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
    if state.get("place") != place or (file is not None and not file.exists()):
        state.clear()
        note(place=place)

    schema = digest([*own_files("migrations/*.py"), LOCKS["base"]])
    if state.get("schema") != schema:
        with step("Bringing the database up to date"):
            manage("migrate", "--verbosity", "0")
        note(schema=schema)

    if "demo" not in state and not in_production():
        if file is None and database_has_people():
            note(demo="none")
        else:
            note(demo="begun")
            with step("Making the demo: courses, people, three months of sessions"):
                manage("create_demo", "--seed", "7", quiet=True)
            note(demo="done")
    keep_logins(state)

    static = digest(
        [*(ROOT / "lms" / "static").rglob("*.*"), ROOT / "lms" / "core" / "storage.py"],
        content=False,
    )
    static += digest([LOCKS["base"]]) + os.environ.get("STATIC_COMPRESS", "")
    if state.get("static") != static or not (var / "static" / "staticfiles.json").exists():
        with step("Collecting the static files"):
            manage("collectstatic", "--no-input", "--clear", "--verbosity", "0", quiet=True)
        note(static=static)


def keep_logins(state: dict) -> None:
    """Write the demo's logins to var/demo_logins.txt, so that a start need not ask again."""
    kept = var_dir() / "demo_logins.txt"
    if state.get("demo") != "done" or kept.exists():
        return
    printed = subprocess.run(
        [str(VENV_PYTHON), "manage.py", "demo_logins"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if printed.returncode == 0:
        kept.write_text(printed.stdout)


def rebuild_demo() -> None:
    """Take the demo out and make it anew; what people made beside it stays."""
    state_file = var_dir() / "state.json"
    had_one = read_json(state_file).get("demo") == "done"
    prepare()
    if had_one or read_json(state_file).get("demo") != "done":
        with step("Removing the demo"):
            manage("remove_demo", "--no-input")
        with step("Making the demo"):
            manage("create_demo", "--seed", "7")
        (var_dir() / "demo_logins.txt").unlink(missing_ok=True)
        state = {**read_json(state_file), "demo": "done"}
        write_json(state_file, state)
        keep_logins(state)
    logins = var_dir() / "demo_logins.txt"
    if logins.exists():
        say("\n" + logins.read_text())


# --- Serving ---------------------------------------------------------------------------------
def require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SetupError(
                    f"Port {port} is in use. Stop what uses it, or choose another:\n"
                    f"    make run PORT={port + 1}"
                ) from None
            raise SetupError(f"Cannot serve on {host}:{port}: {error.strerror}.") from None


def stop_on_signals() -> None:
    """SIGINT and SIGTERM end the set-up and the command that it runs.

    Set explicitly: started in the background by a script, SIGINT would be ignored.
    """

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def main() -> None:
    parser = argparse.ArgumentParser(description="Set up the learning platform, and start it.")
    parser.add_argument("--dev", action="store_true", help="install the development tools too")
    parser.add_argument("--prepare", action="store_true", help="database, demo, static files")
    parser.add_argument("--rebuild-demo", action="store_true", help="make the demo anew")
    parser.add_argument("--serve", action="store_true", help="prepare, then serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--watch-parent", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()

    stop_on_signals()
    if options.serve:
        require_free_port(options.host, options.port)
        # The demo's certificates carry the address: it is that of the server which is to come.
        host = f"[{options.host}]" if ":" in options.host else options.host
        os.environ.setdefault("SITE_URL", f"http://{host}:{options.port}")
    ensure_environment(dev=options.dev)
    if options.rebuild_demo:
        rebuild_demo()
    elif options.serve or options.prepare:
        prepare()
    if options.serve:
        where = ["--host", options.host, "--port", str(options.port)]
        watch = ["--watch-parent"] if options.watch_parent else []
        serve = [str(VENV_PYTHON), str(ROOT / "tools" / "serve.py"), *where, *watch]
        os.chdir(ROOT)
        os.execv(serve[0], serve)


if __name__ == "__main__":
    main()
