"""One Markdown file: its front matter, its body, and how a mistake in it is told."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from lms.core.errors import DomainError


@dataclass(frozen=True)
class Document:
    """One Markdown file: its front matter and the lines after it."""

    path: Path
    meta: dict
    body: str
    first_line: int


def read_document(path: Path) -> Document:
    """Split front matter and body; a file without front matter is refused with its name."""
    text = path.read_text(encoding="utf-8")
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise DomainError(
            _("%(file)s: the file must begin with front matter between two lines “---”.")
            % {"file": path.name},
            "bad_front_matter",
        )
    try:
        meta = yaml.safe_load(parts[1]) or {}
    except yaml.YAMLError as error:
        raise DomainError(f"{path.name}: {error}", "bad_front_matter") from error
    return Document(path, meta, parts[2].strip("\n"), parts[1].count("\n") + 3)


def refusal(document: Document, line: int, what: str) -> DomainError:
    return DomainError(f"{document.path.name}:{line}: {what}", "bad_course_file")
