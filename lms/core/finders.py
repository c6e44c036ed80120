"""One style sheet out of many files, without a front-end build.

`css/cohub.css` does not exist in the repository: this finder joins `css/tokens.css`, `css/base.css` and
`css/components/*.css` (in the order of their names; `@layer` makes the order harmless) whenever someone
asks for it. collectstatic, runserver, WhiteNoise and the test server all ask the finders.
"""

import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

STYLESHEET = "css/cohub.css"
SOURCES = Path(__file__).resolve().parent.parent / "static" / "css"


def assemble() -> str:
    """The text of the style sheet: tokens, base, then each component by name; no comments, few spaces."""
    files = [SOURCES / "tokens.css", SOURCES / "base.css"]
    files += sorted((SOURCES / "components").glob("*.css"))
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

    def _write(self) -> str:
        """The path of the file, written anew only if its text changed; several processes may race."""
        target = Path(self.storage.path(STYLESHEET))
        text = assemble()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        return str(target)

    def find(self, path, find_all=False, **kwargs):
        if path != STYLESHEET:
            return []
        found = self._write()
        return [found] if find_all else found

    def list(self, ignore_patterns):
        self._write()
        yield STYLESHEET, self.storage
