"""The virtual environment with the locked dependencies, and the libraries that draw PDFs.

Only the standard library is used here.
"""

import os
import shutil
import subprocess
import sys

from system import (
    ROOT,
    SetupError,
    apt_command,
    apt_install,
    digest,
    loads,
    read_json,
    run,
    say,
    step,
    write_json,
)

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".cohub-setup.json"
LOCKS = {"base": ROOT / "requirements" / "base.txt", "dev": ROOT / "requirements" / "dev.txt"}
UV_LOCK = ROOT / "requirements" / "uv.txt"

PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


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
