"""The parent of web server, background worker and clock; only the standard library is used here.

Each child has a session of its own and gets one SIGTERM: a terminal's Ctrl+C would otherwise reach
the worker twice and make it drop the task it is at. When one child dies, all are stopped.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20  # seconds between SIGTERM and SIGKILL
START_PATIENCE = 90


class Family:
    """The processes that this one started, and how they are ended."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen] = {}
        self.stopping = False

    def start(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.children[name] = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True
        )

    def dead(self) -> str | None:
        return next((name for name, one in self.children.items() if one.poll() is not None), None)

    def stop(self) -> None:
        """One SIGTERM to each child, patience, then SIGKILL to whatever is left of its session."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if all(child.poll() is not None for child in self.children.values()):
                break
            time.sleep(0.05)
        for child in self.children.values():
            try:
                os.killpg(child.pid, signal.SIGKILL)  # its session's group bears its own number
            except ProcessLookupError:
                continue
            child.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except (OSError, urllib.error.URLError):
        return False


class Parent:
    """The process that started us, when it is `make`: gone or interrupted, we end too.

    make hands SIGTERM on to its recipe but not SIGINT: it blocks the signal and waits for us, which
    can be read in /proc. (A terminal sends SIGINT to everyone, so this matters to scripts only.)
    """

    def __init__(self, watched: bool) -> None:
        self.pid = os.getppid() if watched else None

    def wants_an_end(self) -> bool:
        if self.pid is None:
            return False
        if os.getppid() != self.pid:
            return True
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return False
        for line in status.splitlines():
            if line.startswith("SigBlk:"):
                return bool(int(line.split()[1], 16) & 1 << signal.SIGINT - 1)
        return False


def workers() -> int:
    return int(os.environ.get("WEB_WORKERS") or len(os.sched_getaffinity(0)))


def announce(address: str) -> None:
    var = Path(os.environ.get("COHUB_VAR") or ROOT / "var")
    lines = [
        "",
        "  Cohub Milano is open.",
        "",
        f"    The site           {address}/",
        f"    Administration     {address}/admin/",
        f"    Mails it has sent  {address}/posta/",
    ]
    logins = var / "demo_logins.txt"
    if logins.exists():
        lines += ["", *(f"  {line}".rstrip() for line in logins.read_text().splitlines())]
    lines += ["", "  Ctrl+C ends it.", ""]
    print("\n".join(lines), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve the platform until SIGINT or SIGTERM.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--watch-parent", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()

    family = Family()
    parent = Parent(options.watch_parent)

    def stop(number: int, frame: object) -> None:
        family.stopping = True

    # Explicitly: a process that a script starts in the background inherits SIGINT as ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)

    host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{host}:{options.port}"
    env = {**os.environ}
    env.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    env.setdefault("SITE_URL", address)
    env.setdefault("PYTHONUNBUFFERED", "1")
    python = sys.executable
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", options.host,
        "--port", str(options.port), "--workers", str(workers()), "--blocking-threads", "1",
        "--no-ws", "--workers-kill-timeout", "15", "--log-level", "warning",
        "lms.wsgi:application",
    ]  # fmt: skip
    worker = [python, "manage.py", "db_worker", "--queue-name", "*", "--interval", "1",
              "--no-reload", "--no-startup-delay", "--skip-checks"]  # fmt: skip
    clock = [python, "manage.py", "run_clock", "--skip-checks"]

    died = None
    try:
        family.start("web server", web, env)
        # The others start once the site answers: they would only slow it down.
        deadline = time.monotonic() + START_PATIENCE
        while not answers(f"{address}/healthz/") and time.monotonic() < deadline:
            if family.stopping or family.dead() or parent.wants_an_end():
                break
            time.sleep(0.05)
        else:
            announce(address)
            family.start("worker", worker, env)
            family.start("clock", clock, env)
        while not family.stopping and not parent.wants_an_end():
            died = family.dead()
            if died:
                print(f"The {died} ended; stopping everything.", file=sys.stderr, flush=True)
                break
            time.sleep(0.2)
    finally:
        family.stop()
    return 1 if died else 0


if __name__ == "__main__":
    sys.exit(main())
