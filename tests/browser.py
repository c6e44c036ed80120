"""What the browser journeys stand on: the platform served over a demo of its own, and a Chromium.

A real server in a process of its own, because that is what people meet: static files, worker, mails.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A page is judged by WCAG 2.2 AA.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another colour scheme may break; the rest of the page is the same in both.
AXE_COLOURS = ["color-contrast", "link-in-text-block"]


@dataclass(frozen=True)
class DemoServer:
    """A served demo: its address, its logins by role (`{"email", "password"}`), its var folder."""

    url: str
    logins: dict[str, dict[str, str]]
    var: Path
    env: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the server, on its database; what it printed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    def login(self, role: str) -> dict[str, str]:
        """Address and password of a role, or of any person of the demo: they share one password."""
        return self.logins.get(role) or {**self.logins["learner"], "email": role}

    def mails_to(
        self, address: str, *, count: int = 1, patience: float = 20.0
    ) -> list[EmailMessage]:
        """The mails written for an address, oldest first; waits until the worker has sent `count`."""
        deadline = time.monotonic() + patience
        while True:
            found = [mail for mail in self.mails() if address in str(mail["To"])]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.2)

    def mails(self) -> list[EmailMessage]:
        """Every mail written so far. A line of dashes ends each message in a file."""
        parts = [
            part
            for path in (self.var / "mail").glob("*.log")
            for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
            if part.strip()
        ]
        mails = [message_from_bytes(part.lstrip(), policy=policy.default) for part in parts]
        return sorted(mails, key=lambda mail: parsedate_to_datetime(mail["Date"]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def demo_database_url():
    """A database of the journeys' own on DATABASE_URL's server, or "" for SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        yield ""
        return
    import psycopg

    name = f"cohub_journeys_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory, demo_database_url):
    """The platform with its demo, served with worker and clock on a free port; made once."""
    var = tmp_path_factory.mktemp("demo")
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    env |= {
        "COHUB_VAR": str(var),
        "DATABASE_URL": demo_database_url,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "WEB_WORKERS": "1",
    }
    made = subprocess.run(
        [sys.executable, "tools/setup.py", "--dev", "--prepare"],
        cwd=ROOT, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    printed = subprocess.run(
        [sys.executable, "manage.py", "demo_logins", "--json"],
        cwd=ROOT, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip
    logins = json.loads(printed.stdout) if printed.returncode == 0 else {}
    log = (var / "server.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "tools/serve.py", "--port", str(port)],
        cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(600):
            assert process.poll() is None, (var / "server.log").read_text()
            try:
                with urllib.request.urlopen(f"{url}/readyz/", timeout=5):
                    break
            except OSError:
                time.sleep(0.1)
        yield DemoServer(url, logins, var, env)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
        log.close()
    errors = [
        line
        for line in (var / "server.log").read_text().splitlines()
        if line.startswith("Traceback") or "Internal Server Error" in line
    ]
    assert errors == [], (var / "server.log").read_text()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("CHROMIUM") or next(
        filter(None, (shutil.which(name) for name in CHROMIUM)), None
    )
    flags = [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update",
    ]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": path, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, demo_server):
    return {
        **browser_context_args,
        "base_url": demo_server.url,
        "locale": "it-IT",
        "timezone_id": "Europe/Rome",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture
def console_errors():
    """What the browsers of this test complained of (a breach of the CSP is one); none may remain.

    A test that provokes one on purpose, a 404 say, empties the list itself.
    """
    complaints: list[str] = []
    yield complaints
    assert complaints == []


def _listen(page, complaints: list[str]) -> None:
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}") if message.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


@pytest.fixture
def browser_page(page, console_errors):
    """A stranger's page, in Italian, on the demo server."""
    _listen(page, console_errors)
    return page


@pytest.fixture
def open_as(browser, browser_context_args, demo_server, console_errors):
    """`open_as("learner")` → a page of a browser of its own, signed in with the demo's login.

    Any other of the demo's people by address: `open_as("persona20@cohub.example")`. Keywords go to Playwright's context: `locale="en-GB"`, `viewport=…`, `java_script_enabled=False`.
    """

    contexts = []

    def open_as(role: str, *, language: str = "it", **options):
        context = browser.new_context(**{**browser_context_args, **options})
        contexts.append(context)
        page = context.new_page()
        _listen(page, console_errors)
        login = demo_server.login(role)
        page.goto(f"/{language}/account/login/")
        page.fill("input[name=login]", login["email"])
        page.fill("input[name=password]", login["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/login/" not in url)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture
def assert_accessible():
    """`assert_accessible(page)`: no violation of WCAG 2.2 AA, in the light and in the dark scheme."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def check(page, *, schemes: tuple[str, ...] = ("light", "dark"), exclude: tuple[str, ...] = ()):
        context = {"exclude": [[selector] for selector in exclude]} if exclude else None
        everything = {"type": "tag", "values": AXE_TAGS}
        for number, scheme in enumerate(schemes):
            page.emulate_media(color_scheme=scheme)
            rules = {"type": "rule", "values": AXE_COLOURS} if number else everything
            options = {"runOnly": rules, "resultTypes": ["violations"]}
            results = axe.run(page, context=context, options=options)
            found = [
                f"{page.url} ({scheme}) {rule['id']}: {rule['help']}\n"
                + "\n".join(f"    {' '.join(map(str, node['target']))}" for node in rule["nodes"])
                for rule in results.response["violations"]
            ]
            assert found == [], "\n".join(found)

    return check
