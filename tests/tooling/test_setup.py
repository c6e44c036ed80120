"""The set-up's own decisions; that it works as a whole is shown by the journeys, which stand on it."""

import importlib.util
import json
import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings

TOOLS = settings.BASE_DIR / "tools"


def load(name: str):
    """A tool as a module; beside each other, as when it is run."""
    spec = importlib.util.spec_from_file_location(f"cohub_{name}", TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(TOOLS))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOLS))
    return module


@pytest.fixture(scope="module")
def setup_script():
    return load("setup")


@pytest.fixture(scope="module")
def system():
    return load("system")


def test_tools_need_only_the_standard_library():
    for name in ("system", "environment", "setup", "serve", "test", "postgres"):
        code = f"import sys; sys.path[:0] = [{str(TOOLS)!r}]; import {name}"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{name}: {done.stderr}"


def test_an_empty_name_of_the_state_is_no_folder(tmp_path):
    """Else everything is written where one happens to stand."""
    code = f"import sys; sys.path[:0] = [{str(settings.BASE_DIR)!r}]; from lms.settings import base"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(base.VAR_DIR)"],
        cwd=tmp_path, env={**os.environ, "COHUB_VAR": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == str(settings.BASE_DIR / "var"), done.stderr


def test_stamp_is_whole_or_absent(system, tmp_path):
    stamp = tmp_path / "deep" / "stamp.json"
    assert system.read_json(stamp) == {}
    system.write_json(stamp, {"lock": "a"})
    assert json.loads(stamp.read_text()) == {"lock": "a"}
    assert [path.name for path in stamp.parent.iterdir()] == ["stamp.json"]
    stamp.write_text("{half")
    assert system.read_json(stamp) == {}


def test_digest_changes_with_content_and_name(system, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("a")
    before = system.digest([one])
    assert system.digest([two]) != before
    assert system.digest([one]) == before
    one.write_text("b")
    assert system.digest([one]) != before


def test_busy_port_names_the_next_one(setup_script):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(setup_script.SetupError, match=rf"make run PORT={port + 1}"):
            setup_script.require_free_port("127.0.0.1", port)


def test_packages_are_named_in_one_line_to_type(system, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    assert system.apt_command(["libpango-1.0-0"]) == (
        "sudo apt-get install -y --no-install-recommends libpango-1.0-0"
    )
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    assert system.apt_command(["a", "b"]) == ("apt-get install -y --no-install-recommends a b")


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_lock_holds_hashes_and_no_address(name):
    text = (settings.BASE_DIR / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index-url" not in text
    pins = [line for line in text.splitlines() if line and line[0] not in "# "]
    assert pins
    assert [line for line in pins if "==" not in line or not line.endswith("\\")] == []
    assert text.count("--hash=sha256:") >= len(pins)


def test_dev_lock_holds_all_of_the_base_lock():
    def pins(name):
        text = (settings.BASE_DIR / "requirements" / f"{name}.txt").read_text()
        return {line.rstrip(" \\") for line in text.splitlines() if line and line[0] not in "# "}

    assert pins("base") - pins("dev") == set()
