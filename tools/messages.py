"""The texts of the interface: collect them, compile them, and refuse any that is not in Italian.

messages.py make     write what the sources say to lms/locale/it, then compile
messages.py compile  make the .mo files (with polib: no gettext needed)
messages.py check    fail when a text has no Italian, or a doubtful one
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib
from system import ROOT, SetupError, apt_command, apt_install

CATALOGUE = Path("lms/locale/it/LC_MESSAGES/django.po")


def ensure_gettext() -> None:
    if not shutil.which("xgettext") and not apt_install(["gettext"]):
        raise SetupError(
            f"gettext is missing. Type this, then try again:\n    {apt_command(['gettext'])}"
        )


def compile_all(root: Path = ROOT) -> None:
    for source in root.glob("lms/locale/*/LC_MESSAGES/*.po"):
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


def collect(root: Path) -> None:
    """Run makemessages in `root`, which may be a copy of the project."""
    ensure_gettext()
    (root / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    ignored = ("var", ".venv", "tests", "tools", "benchmarks", "docs", "deploy")
    command = [sys.executable, "manage.py", "makemessages", "--locale", "it", "--no-location"]
    for folder in ignored:
        command += ["--ignore", folder]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test"}
    env.pop("DATABASE_URL", None)
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(done.stdout + done.stderr)


def make() -> None:
    collect(ROOT)
    catalogue = polib.pofile(str(ROOT / CATALOGUE), wrapwidth=100)
    # The date would make every run a change.
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.save()
    compile_all()
    print(f"{len(catalogue)} texts, {len(catalogue.untranslated_entries())} without Italian.")


def check() -> int:
    """Collect into a copy, so that the sources are compared and not changed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    wanted = {".py", ".html", ".txt", ".po"}
    with tempfile.TemporaryDirectory(prefix="cohub-messages-") as folder:
        copy = Path(folder)
        for name in filter(None, listed.split("\0")):
            source = ROOT / name
            if source.suffix in wanted and source.is_file():
                target = copy / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        collect(copy)
        catalogue = polib.pofile(str(copy / CATALOGUE))
        checked = subprocess.run(
            ["msgfmt", "--check-format", "--output-file=/dev/null", str(copy / CATALOGUE)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    missing = catalogue.untranslated_entries()
    doubtful = [entry for entry in catalogue.fuzzy_entries() if not entry.obsolete]
    for title, entries in (("without Italian", missing), ("doubtful (fuzzy)", doubtful)):
        for entry in entries:
            context = f" [{entry.msgctxt}]" if entry.msgctxt else ""
            print(f"{title}{context}: {entry.msgid!r}")
    if checked.returncode:
        print(checked.stderr.replace(str(copy), ""))
    if missing or doubtful:
        print(
            f"{len(missing)} texts without Italian, {len(doubtful)} doubtful: run `make messages` "
            f"and translate them in {CATALOGUE}."
        )
    return 1 if missing or doubtful or checked.returncode else 0


if __name__ == "__main__":
    action = sys.argv[1] if len(sys.argv) > 1 else "check"
    if action == "compile":
        compile_all()
    elif action == "make":
        make()
    else:
        sys.exit(check())
