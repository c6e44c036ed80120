"""The README says what is true: its variables, targets, commands, links and pictures exist."""

import ast
import re
import stat
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from lms.accounts.choices import Role
from lms.demo.people import LOGINS

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))

# Not ours to explain.
OF_THE_MACHINE = {"PATH", "HOME"}
# Read by Caddy.
OF_CADDY = {"COHUB_HOST", "COHUB_UPSTREAM"}


def section(title: str) -> str:
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def documented() -> set[str]:
    cells = re.findall(r"^\| (`[^|]+`) \|", section("Configuration"), re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def read_by(path: Path) -> set[str]:
    """Names read by `env.str("X")`, `os.environ.get("X")`, `os.environ["X"]`, `environ.setdefault("X")`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner, name = ast.unparse(node.func.value), node.args[0]
            if owner in ("env", "os.environ") and isinstance(name, ast.Constant):
                found.add(name.value)
        elif (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and ast.unparse(node.value) == "os.environ"
        ):
            found.add(node.slice.value)
    return {name for name in found if isinstance(name, str) and name.isupper()}


def sources() -> list[Path]:
    folders = ("lms/settings", "tools", "deploy", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [*files, ROOT / "lms/wsgi.py", ROOT / "manage.py", ROOT / "tests/browser.py",
            ROOT / "tests/conftest.py"]  # fmt: skip


def test_every_variable_that_is_read_is_in_the_table():
    read = set().union(*(read_by(path) for path in sources()))
    # What tools set for the programs they start, or translate from pip's configuration.
    passed_on = {name for name in read if name.startswith(("UV_", "PIP_", "PYTHON", "SSL_"))}
    assert {"SECRET_KEY", "WEB_WORKERS", "BACKUP_DIR"} <= read
    assert read - passed_on - OF_THE_MACHINE - documented() == set()


def test_every_variable_of_the_table_is_read():
    read = set().union(*(read_by(path) for path in sources()))
    caddy = set(re.findall(r"\{\$([A-Z_]+)", (ROOT / "deploy/Caddyfile").read_text()))
    assert caddy == OF_CADDY
    assert documented() - read - caddy == set()


def test_every_variable_of_the_example_is_in_the_table():
    text = (ROOT / "deploy/cohub.env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)) - documented() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = document.read_text("utf-8")
    named = set(re.findall(r"(?:^|`)(?:[A-Z]+=\S+ )?make ([a-z-]+)", text, re.MULTILINE))
    assert named - targets == set()


def test_every_target_is_in_the_readme():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {name for name in targets if not re.search(rf"make {name}\b", README)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(document):
    text = document.read_text("utf-8")
    named = set(re.findall(r"(?:manage\.py|deploy/manage) ([a-z_]+)", text))
    named |= {
        name
        for cell in re.findall(r"^\| (`[a-z_]+(?: [^|]*)?`[^|]*) \|", text, re.MULTILINE)
        for name in re.findall(r"`((?:create|remove|demo|export|start|sync|run)_[a-z]+)", cell)
    }
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_picture_leads_somewhere(document):
    text = document.read_text("utf-8")
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [
        target
        for target in targets
        if "://" not in target
        and target.split("#")[0]
        and not (document.parent / target.split("#")[0]).exists()
    ]
    assert missing == []


def test_pictures_are_light():
    pictures = list((ROOT / "docs/images").glob("*.png"))
    assert len(pictures) == 3
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_every_demo_login_is_in_the_table_of_roles():
    table = section("The demo and its people")
    assert [address for address, _label in LOGINS.values() if f"`{address}`" not in table] == []
    assert [role for role in Role.values if f"| {role} ·" not in table] == []


def test_base_settings_stay_short():
    assert len((ROOT / "lms/settings/base.py").read_text().splitlines()) < 250


def test_publiccode_keeps_to_the_standard():
    data = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    needed = {"publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus",
              "softwareType", "description", "legal", "maintenance", "localisation"}  # fmt: skip
    assert needed - data.keys() == set()
    for text in data["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        for screenshot in text.get("screenshots", []):
            assert (ROOT / screenshot).is_file()
    assert sorted(data["localisation"]["availableLanguages"]) == sorted(dict(settings.LANGUAGES))


def test_scripts_of_the_deployment_may_be_run():
    assert (ROOT / "deploy/manage").stat().st_mode & stat.S_IXUSR
