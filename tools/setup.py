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
import contextlib
import ctypes
import errno
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".cohub-setup.json"
LOCKS = {"base": ROOT / "requirements" / "base.txt", "dev": ROOT / "requirements" / "dev.txt"}
UV_LOCK = ROOT / "requirements" / "uv.txt"

PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


class SetupError(SystemExit):
    """A set-up that cannot go on; the message says what to type."""


# --- Saying what happens ---------------------------------------------------------------------
def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    begun = time.monotonic()
    say(f"• {title} …")
    yield
    took = time.monotonic() - begun
    if took >= 1:
        say(f"  done in {took:.0f} s")


def run(command: list, *, env: dict | None = None, quiet: bool = False, check: bool = True) -> int:
    """Run a command in the project's folder; its output is shown when it fails or is not quiet."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode and check:
        if quiet:
            say(done.stdout[-6000:])
        shown = " ".join(str(part) for part in command[:4])
        raise SetupError(f"This step failed (exit status {done.returncode}): {shown} …")
    return done.returncode


# --- Packages of the system ------------------------------------------------------------------
def apt_prefix() -> list[str] | None:
    """How apt may be called without a password: as root, by `sudo -n`, or not at all (None)."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"], quiet=True, check=False) == 0:
        return ["sudo", "-n"]
    return None


def apt_command(packages: Iterable[str]) -> str:
    """The one line to type when this script may not install packages itself."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def apt_install(packages: Iterable[str]) -> bool:
    """Install packages if that is allowed here; True when apt said that it worked."""
    prefix = apt_prefix()
    if prefix is None:
        return False
    variables = ["env", "DEBIAN_FRONTEND=noninteractive"]
    install = [
        *prefix, *variables, "apt-get", "install", "-y", "-q", "--no-install-recommends",
        "-o", "DPkg::Lock::Timeout=120", *packages,
    ]  # fmt: skip
    if run(install, quiet=True, check=False) == 0:
        return True
    # A fresh machine has no package lists, an old one stale ones.
    run([*prefix, *variables, "apt-get", "update", "-q"], quiet=True, check=False)
    return run(install, quiet=True, check=False) == 0


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def ensure_pdf_libraries() -> None:
    """Pango and HarfBuzz's subsetter, by apt when allowed; without them PDFs are off, and no more."""
    if all(loads(name) for name in PDF_LIBRARIES):
        return
    stamp = read_json(STAMP)
    if not stamp.get("pdf_libraries_tried"):
        with step("Installing the libraries that draw PDFs"):
            apt_install(PDF_PACKAGES)
        write_json(STAMP, {**stamp, "pdf_libraries_tried": True})
        if all(loads(name) for name in PDF_LIBRARIES):
            return
    say("! PDF certificates are off: Pango or HarfBuzz is missing. To turn them on, type:")
    say(f"    {apt_command(PDF_PACKAGES)}")


# --- The virtual environment -----------------------------------------------------------------
def read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def write_json(path: Path, data: dict) -> None:
    """Whole or not at all: a stamp half written would be believed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n")
    draft.replace(path)


def digest(paths: Iterable[Path], *, content: bool = True) -> str:
    """A hash of files' names and contents (or sizes and times, for many or large files)."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path).encode())
        if content:
            total.update(path.read_bytes())
        else:
            status = path.stat()
            total.update(f"{status.st_size} {status.st_mtime_ns}".encode())
    return total.hexdigest()[:32]


def make_venv() -> None:
    if VENV_PYTHON.exists():
        return
    if VENV.is_symlink() and not VENV.exists():
        VENV.unlink()
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        with step("Installing Python's venv module"):
            # The plain package belongs to the system's Python, the numbered one to any other.
            installed = apt_install([package]) or apt_install(["python3-venv"])
        if not installed:
            raise SetupError(
                "Python's venv module is missing. Type this, then try again:\n"
                f"    {apt_command([package])}"
            ) from None
    with step(f"Making the virtual environment with Python {sys.version.split()[0]}"):
        run([sys.executable, "-m", "venv", "--clear", VENV], quiet=True)


def package_environment() -> dict:
    """The environment in which uv finds packages where this machine's pip finds them.

    Where packages come from is the machine's affair: it is read from `pip config` and never
    written down. uv knows nothing of pip's configuration, hence this translation.
    """
    env = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    listed = subprocess.run(
        [str(VENV_PYTHON), "-m", "pip", "config", "list"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    config = {}
    for line in listed.splitlines():
        key, found, value = line.partition("=")
        if found:
            # Names are "global.index-url", "install.index-url", ":env:.index-url": the last wins.
            config[key.rsplit(".", 1)[-1].strip()] = value.strip().strip("'\"")

    def words(key: str) -> list[str]:
        return config.get(key, "").replace("\\n", " ").split()

    translated = {
        "UV_DEFAULT_INDEX": " ".join(words("index-url")),
        "UV_INDEX": " ".join(words("extra-index-url")),
        "UV_FIND_LINKS": ",".join(words("find-links")),
        "SSL_CERT_FILE": config.get("cert", ""),
    }
    for name, value in translated.items():
        if value:
            env.setdefault(name, value)
    # Like pip: all indexes are one. The hashes of the lock decide what is taken.
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    env.setdefault("UV_HTTP_TIMEOUT", config.get("default-timeout", "60"))
    return env


def install_lock(kind: str) -> None:
    """Install `requirements/<kind>.txt` unless the stamp says that it is there already."""
    wanted = digest([LOCKS[kind]])
    stamp = read_json(STAMP)
    installed = stamp.get("locks", {})
    if installed.get(kind) == wanted:
        return
    env = package_environment()
    title = "the locked dependencies" if kind == "base" else "the development tools"
    with step(f"Installing {title}"):
        run(
            [VENV_PYTHON, "-m", "pip", "install", "-q", "--only-binary", ":all:",
             "--require-hashes", "-r", UV_LOCK],
            env=env, quiet=True, check=False,
        )  # fmt: skip
        options = ["--only-binary", ":all:", "--require-hashes", "-r", LOCKS[kind]]
        uv = VENV / "bin" / "uv"
        failed = True
        if uv.exists():
            python = ["--python", VENV_PYTHON]
            failed = run([uv, "pip", "install", "-q", *python, *options], env=env, quiet=True,
                         check=False) != 0  # fmt: skip
        if failed:  # uv is the fast way, pip the sure one
            run([VENV_PYTHON, "-m", "pip", "install", "-q", *options], env=env, quiet=True)
    locks = {**installed, kind: wanted}
    if kind == "dev":  # it holds all of the base lock
        locks["base"] = digest([LOCKS["base"]])
    else:
        locks.pop("dev", None)
    write_json(STAMP, {**stamp, "locks": locks})


def ensure_environment(*, dev: bool = False) -> None:
    """The virtual environment with the locked dependencies, and the libraries for PDFs."""
    if not VENV_PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True) if not VENV.is_symlink() else None
    make_venv()
    had_dev = "dev" in read_json(STAMP).get("locks", {})
    install_lock("dev" if dev or had_dev else "base")
    ensure_pdf_libraries()


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


def has_command(name: str) -> bool:
    return (ROOT / "lms" / "demo" / "management" / "commands" / f"{name}.py").exists()


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

    if "demo" not in state and has_command("create_demo") and not in_production():
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
    if state.get("demo") != "done" or kept.exists() or not has_command("demo_logins"):
        return
    printed = subprocess.run(
        [str(VENV_PYTHON), "manage.py", "demo_logins"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if printed.returncode == 0:
        kept.write_text(printed.stdout)


def rebuild_demo() -> None:
    """Take the demo out and make it anew; what people made beside it stays."""
    prepare()
    state_file = var_dir() / "state.json"
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
