"""What the tools share: saying what happens, running commands, packages of the system, stamps.

Only the standard library is used here.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(SystemExit):
    """A set-up that cannot go on; the message says what to type."""


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


# --- Stamps: what was done already -----------------------------------------------------------
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
