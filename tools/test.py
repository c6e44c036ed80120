"""All that can be checked, in stages: `check` (fast), `test` (before a merge), `full`, `coverage`.

Two lanes run side by side, for two cores. Each stage writes var/test/<stage>.log; those that fail are
shown, and one summary ends it. Only the standard library is used here: it runs without the venv.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import postgres
from environment import VENV_PYTHON, ensure_environment
from setup import compile_messages
from system import ROOT, SetupError, apt_command, apt_install, loads, say, step

LOGS = ROOT / "var" / "test"
CORES = min(2, len(os.sched_getaffinity(0)))
PYTHON = str(VENV_PYTHON)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Stage:
    """One command; `counts` says that it is pytest, whose results are added up."""

    name: str
    title: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    counts: bool = False
    seconds: float = 0.0
    status: int | None = None
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    @property
    def results(self) -> Path:
        return LOGS / f"{self.name}.xml"

    @property
    def ok(self) -> bool:
        # 5: pytest found no test of this kind
        return self.status == 0 or (self.counts and self.status == 5)


class Run:
    """The stages of one call, and the processes that must end when it is interrupted."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self.processes: list[subprocess.Popen] = []
        self.stopped = False
        self.begun = time.monotonic()

    def stop(self) -> None:
        self.stopped = True
        for process in self.processes:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=25)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    def stage(self, stage: Stage) -> None:
        if self.stopped:
            return
        command = list(stage.command)
        if stage.counts:
            stage.results.unlink(missing_ok=True)
            command.append(f"--junitxml={stage.results}")
        begun = time.monotonic()
        env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        env.update({"PYTHONUNBUFFERED": "1", **stage.env})
        with stage.log.open("w") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            self.processes.append(process)
            stage.status = process.wait()
        stage.seconds = time.monotonic() - begun
        if stage.counts:
            count_results(stage)
        mark = "ok" if stage.ok else "FAILED"
        counted = f"  {stage.passed} passed" if stage.counts and stage.ok else ""
        say(f"  {stage.title:<44} {mark:>6} {stage.seconds:6.0f} s{counted}")

    def lanes(self, *lanes: list[Stage]) -> None:
        """Run the lanes side by side, the stages of each one after the other."""
        self.stages += [stage for lane in lanes for stage in lane]
        threads = [
            threading.Thread(target=lambda lane=lane: [self.stage(stage) for stage in lane])
            for lane in lanes
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def summary(self) -> int:
        failed = [stage for stage in self.stages if not stage.ok]
        for stage in failed:
            text = stage.log.read_text(errors="replace") if stage.log.exists() else ""
            lines = text.splitlines()
            say(f"\n──── {stage.title}: the end of {stage.log.relative_to(ROOT)} ────")
            say("\n".join(lines[-80:]))
        say("\nSummary")
        for stage in self.stages:
            mark = "ok" if stage.ok else "FAILED"
            counted = ""
            if stage.counts:
                counted = f"  {stage.passed} passed, {stage.failed} failed"
                counted += f", {stage.skipped} skipped" if stage.skipped else ""
            say(f"  {stage.title:<44} {mark:>6} {stage.seconds:6.0f} s{counted}")
        tests = sum(stage.passed for stage in self.stages)
        bad = sum(stage.failed for stage in self.stages)
        skipped = sum(stage.skipped for stage in self.stages)
        minutes, seconds = divmod(round(time.monotonic() - self.begun), 60)
        say(
            f"\n{tests} passed, {bad} failed, {skipped} skipped; "
            f"{len(self.stages) - len(failed)} of {len(self.stages)} stages ok; "
            f"{minutes} min {seconds:02d} s"
        )
        if failed:
            say("FAILED: " + ", ".join(stage.title for stage in failed))
        return 1 if failed else 0


def count_results(stage: Stage) -> None:
    """Read pytest's own count; a run that died before writing one counts as a failure."""
    try:
        suites = ElementTree.parse(stage.results).getroot().iter("testsuite")
    except (OSError, ElementTree.ParseError):
        stage.failed = 1
        return
    for suite in suites:
        number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        stage.failed += number["failures"] + number["errors"]
        stage.skipped += number["skipped"]
        stage.passed += number["tests"] - sum(
            number[key] for key in ("failures", "errors", "skipped")
        )


# --- What the machine must have --------------------------------------------------------------
def chromium() -> str | None:
    return next(filter(None, (shutil.which(name) for name in CHROMIUM)), None)


def ensure_browser() -> None:
    """Chromium, and libatomic1 without which Playwright's driver dies."""
    packages = [] if chromium() else ["chromium"]
    if not loads("libatomic.so.1"):
        packages.append("libatomic1")
    if not packages:
        return
    with step("Installing the browser for the tests"):
        apt_install(packages)
    if not chromium() or not loads("libatomic.so.1"):
        raise SetupError(
            "The browser journeys need a Chromium. Type this, then try again:\n"
            f"    {apt_command(packages)}"
        )


def ensure_gettext() -> None:
    if shutil.which("xgettext") and shutil.which("msgfmt"):
        return
    with step("Installing gettext"):
        apt_install(["gettext"])
    if not shutil.which("xgettext"):
        raise SetupError(
            f"gettext is missing. Type this, then try again:\n    {apt_command(['gettext'])}"
        )


# --- The stages ------------------------------------------------------------------------------
def tool(name: str, title: str, *command: str, **env: str) -> Stage:
    return Stage(name, title, [PYTHON, "-m", *command], env)


def pytest(name: str, title: str, *options: str, **env: str) -> Stage:
    command = [PYTHON, "-m", "pytest", "-q", "-ra", "--durations=15", *options]
    return Stage(name, title, command, env, counts=True)


def linting() -> list[Stage]:
    return [
        tool("ruff", "ruff: lint", "ruff", "check", "."),
        tool("format", "ruff: format", "ruff", "format", "--check", "."),
        Stage("messages", "missing translations", [PYTHON, "tools/messages.py", "check"]),
        tool("djlint", "djlint: templates", "djlint", "--lint", "--quiet", "templates"),
    ]


def types() -> Stage:
    return tool("mypy", "mypy: types", "mypy")


ARCHITECTURE = "tests/test_architecture.py"
# Shuffled, but the same for everybody: what passed here passes at the merge. `full` shuffles anew.
SAME_ORDER = "--randomly-seed=20261122"


def architecture() -> Stage:
    """Contracts, relations, migrations; it also leaves the migrated database for the next stage."""
    return pytest("architecture", "import contracts, migrations, the line", ARCHITECTURE)


def on_sqlite(*options: str, title: str = "tests on SQLite", **env: str) -> Stage:
    return pytest(
        "sqlite", title, "-n", str(CORES), f"--ignore={ARCHITECTURE}", *options, "tests", **env
    )


def on_postgres(url: str, *options: str, **env: str) -> Stage:
    return pytest("postgres", "tests on PostgreSQL", *options, DATABASE_URL=url, **env)


def in_browser(name: str = "browser", title: str = "browser journeys", **env: str) -> Stage:
    shots = ["--screenshot", "only-on-failure", "--output", str(LOGS / name)]
    return pytest(name, title, "-m", "browser", "-p", "no:randomly", *shots, **env)


def check(run: Run) -> None:
    run.lanes([types(), *linting()], [architecture()])
    run.lanes([on_sqlite("-m", "not browser and not slow", title="fast tests on SQLite")])


def test(run: Run) -> None:
    with postgres.database_url() as url:
        run.lanes([types(), *linting()], [architecture()])
        run.lanes([on_sqlite("-m", "not browser", SAME_ORDER)])
        run.lanes([on_postgres(url, "-m", "postgres and not browser", SAME_ORDER)], [in_browser()])


def full(run: Run) -> None:
    fuzzing = {"HYPOTHESIS_PROFILE": "long"}
    with postgres.database_url() as url:
        run.lanes([types(), *linting()], [architecture()])
        run.lanes([on_sqlite("-m", "not browser", **fuzzing)])
        run.lanes([on_postgres(url, "-n", str(CORES), "-m", "not browser", **fuzzing)])
        on_server = in_browser(
            "browser-postgres", "browser journeys on PostgreSQL", DATABASE_URL=url
        )
        run.lanes([in_browser()], [on_server])


def coverage(run: Run) -> None:
    report = [
        "--cov",
        "--cov-branch",
        "--cov-report=html:var/coverage",
        "--cov-report=term:skip-covered",
    ]
    run.lanes([on_sqlite("-m", "not browser", *report)])
    for line in run.stages[0].log.read_text().splitlines():
        if re.match(r"(Name|TOTAL|\S+\.py) ", line):
            say(line)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check everything there is to check.")
    parser.add_argument("what", choices=["check", "test", "full", "coverage"])
    what = parser.parse_args().what

    run = Run()

    def stop(number: int, frame: object) -> None:
        # Once is enough: a terminal or make may say it twice.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say("\nInterrupted.")
        run.stop()
        raise SystemExit(128 + number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    ensure_environment(dev=True)
    compile_messages()
    if what != "coverage":
        ensure_gettext()
    if what in ("test", "full"):
        ensure_browser()
    LOGS.mkdir(parents=True, exist_ok=True)
    for old in LOGS.glob("*.log"):
        old.unlink()
    say("Stages")
    {"check": check, "test": test, "full": full, "coverage": coverage}[what](run)
    return run.summary()


if __name__ == "__main__":
    sys.exit(main())
