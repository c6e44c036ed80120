"""One Markdown file: its front matter, its body, and how a mistake in it is told."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from curriculum.exchange.yaml_texts import load_yaml, write_yaml
from lms.core.errors import DomainError

FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)(\n*)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One Markdown file: its front matter and the lines after it."""

    name: str
    meta: dict
    body: str
    first_line: int
    lines: dict[str, int] = field(default_factory=dict)  # of the keys of the front matter

    def line_of(self, key: str) -> int:
        """Where a key of the front matter stands; the front matter's first line if it is not there."""
        return self.lines.get(key, 2)


def read_document(path: Path) -> Document:
    """`parse_document` of a file, named without its folder."""
    return parse_document(path.name, path.read_text(encoding="utf-8"))


def parse_document(name: str, text: str) -> Document:
    """Split front matter and body; without front matter, or with a bad one, refused with name and line."""
    match = FRONT.match(text)
    if match is None:
        raise DomainError(
            _("%(file)s: the file must begin with front matter between two lines “---”.")
            % {"file": name},
            "bad_front_matter",
        )
    try:
        meta = load_yaml(match[1], name=name, first_line=2)
    except DomainError as error:
        raise DomainError(str(error), "bad_front_matter") from error
    if meta is not None and not isinstance(meta, dict):
        raise DomainError(
            _("%(file)s:2: the front matter must be lines “key: value”.") % {"file": name},
            "bad_front_matter",
        )
    first_line = match[0].count("\n") + 1
    rows = enumerate(match[1].split("\n"), start=2)
    lines = {row.partition(":")[0].strip(" \"'"): line for line, row in rows if row[:1] > " "}
    return Document(name, meta or {}, text[match.end() :].strip("\n"), first_line, lines)


def write_document(meta: dict, body: str) -> str:
    """The inverse of `parse_document`, always in the same bytes."""
    front = f"---\n{write_yaml(meta)}---\n"
    return f"{front}\n{body}\n" if body else front


def refusal(document: Document, line: int, what: str) -> DomainError:
    return DomainError(f"{document.name}:{line}: {what}", "bad_course_file")
