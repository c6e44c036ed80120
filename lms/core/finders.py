"""Style sheets out of many files, without a front-end build.

`css/cohub.css`, which every page loads, and `css/lesson.css`, which lessons load beside it, do not exist in
the repository: this finder joins them (`SHEETS`, files in the order of their names; `@layer` makes the order
harmless) whenever someone asks. collectstatic, runserver, WhiteNoise and the test server all ask the finders.
"""

import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCES = Path(__file__).resolve().parent.parent / "static" / "css"
STYLESHEET = "css/cohub.css"
# Each sheet and the files it is joined from, below `SOURCES`.
SHEETS = {
    STYLESHEET: ("tokens.css", "base.css", "components/*.css"),
    "css/lesson.css": ("lesson/*.css",),
}


def assemble(sheet: str = STYLESHEET) -> str:
    """The text of a style sheet, file after file; no comments, few spaces."""
    files = [file for pattern in SHEETS[sheet] for file in sorted(SOURCES.glob(pattern))]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,])\s*", r"\1", text)
    text = re.sub(r"(?<=[\w)]):\s+", ":", text)
    return text.replace(";}", "}").replace("}", "}\n").strip() + "\n"


class StylesheetFinder(BaseFinder):
    def __init__(self, app_names=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "assembled")
        self.storage.prefix = ""  # type: ignore[attr-defined]  # collectstatic asks for it

    def check(self, **kwargs):
        return []

    def _write(self, sheet: str) -> str:
        """The path of the file, written anew only if its text changed; several processes may race."""
        target = Path(self.storage.path(sheet))
        text = assemble(sheet)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        return str(target)

    def find(self, path, find_all=False, **kwargs):
        if path not in SHEETS:
            return []
        found = self._write(path)
        return [found] if find_all else found

    def list(self, ignore_patterns):
        for sheet in SHEETS:
            self._write(sheet)
            yield sheet, self.storage
