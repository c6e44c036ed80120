"""A course as a folder of Markdown files with front matter: reading it. Writes nothing.

The format is described in docs/course-format.md; `lms/demo/content/` is written in it.
"""

import re
import shlex
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from lms.core.errors import DomainError

# Block ids are the same in every language and every import: translations are aligned by them.
BLOCK_NAMESPACE = uuid.UUID("6f0a1c0e-9b51-4d5f-8a52-2f6c7f3f1a77")
_markdown = MarkdownIt("commonmark", {"html": False})
_directive = re.compile(r"^:::([a-z]+)(.*)$")
KINDS = {"callout", "quote", "image", "video", "file", "reflection"}
NEED_A_FILE = {"image", "video", "file"}
CALLOUTS = {"note", "example", "warning", "case"}


@dataclass(frozen=True)
class Document:
    """One Markdown file: its front matter and the lines after it."""

    path: Path
    meta: dict
    body: str
    first_line: int


@dataclass(frozen=True)
class Resolver:
    """Turns names in the text into ids of the database: files into media, slugs into pages."""

    image: Callable[[str], int] = lambda name: 0
    document: Callable[[str], int] = lambda name: 0
    lesson: Callable[[str], int | None] = lambda slug: None


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


def stream_blocks(document: Document, *, key: str, resolver: Resolver) -> list[dict]:
    """The raw StreamField value of a document's body.

    `key` names the document in block ids, without the language. An unknown directive or one that is
    never closed is refused with file and line.
    """
    blocks: list[dict] = []
    text: list[str] = []

    def add(kind: str, value) -> None:
        blocks.append(
            {
                "type": kind,
                "value": value,
                "id": str(uuid.uuid5(BLOCK_NAMESPACE, f"{key}#{len(blocks)}")),
            }
        )

    def flush() -> None:
        if any(line.strip() for line in text):
            add("text", rich_text("\n".join(text), resolver))
        text.clear()

    lines = iter(enumerate(document.body.splitlines(), start=document.first_line))
    for number, line in lines:
        match = _directive.match(line)
        if not match:
            text.append(line)
            continue
        kind, rest = match.groups()
        if kind not in KINDS:
            raise _refusal(document, number, _("unknown block “%(kind)s”") % {"kind": kind})
        flush()
        inner: list[str] = []
        for _number, inside in lines:
            if inside.strip() == ":::":
                break
            inner.append(inside)
        else:
            raise _refusal(document, number, _("the block is never closed with “:::”"))
        options = _options(document, number, kind, rest)
        add(kind, _value(kind, options, "\n".join(inner).strip(), resolver))
    flush()
    return blocks


def rich_text(markdown: str, resolver: Resolver) -> str:
    """Wagtail's rich text of a piece of Markdown; `lesson:slug` becomes a link to that page."""

    def link(match: re.Match) -> str:
        page_id = resolver.lesson(match.group(1))
        return f'<a linktype="page" id="{page_id}">' if page_id else "<a>"

    html = _markdown.render(markdown).strip()
    html = re.sub(r'<a href="lesson:([a-z0-9-]+)">', link, html)
    # The editor's own names for strong and emphasis.
    for ours, theirs in {"strong": "b", "em": "i"}.items():
        html = html.replace(f"<{ours}>", f"<{theirs}>").replace(f"</{ours}>", f"</{theirs}>")
    return html.replace("<ul>\n", "<ul>").replace("</li>\n", "</li>")


def _options(document: Document, number: int, kind: str, rest: str) -> dict[str, str]:
    try:
        lexer = shlex.shlex(rest, posix=True)
        lexer.whitespace_split, lexer.quotes, lexer.commenters = True, '"', ""
        words = list(lexer)
    except ValueError as error:
        raise _refusal(document, number, str(error)) from error
    for word in words:
        if "=" not in word:
            raise _refusal(document, number, _("“%(word)s” is not name=value") % {"word": word})
    options = dict(word.split("=", 1) for word in words)
    if kind in NEED_A_FILE and not options.get("file"):
        raise _refusal(document, number, _("the block “%(kind)s” needs file=…") % {"kind": kind})
    if kind == "callout" and options.get("kind", "note") not in CALLOUTS:
        known = ", ".join(sorted(CALLOUTS))
        raise _refusal(document, number, _("unknown kind; known: %(known)s") % {"known": known})
    return options


def _value(kind: str, options: dict[str, str], inner: str, resolver: Resolver) -> dict:
    if kind == "callout":
        return {
            "kind": options.get("kind", "note"),
            "title": options.get("title", ""),
            "text": rich_text(inner, resolver),
        }
    if kind == "quote":
        return {
            "quote": inner,
            "author": options.get("author", ""),
            "role": options.get("role", ""),
        }
    if kind == "image":
        return {
            "image": resolver.image(options["file"]),
            "alt": options.get("alt", ""),
            "caption": options.get("caption", ""),
            "credit": options.get("credit", ""),
        }
    if kind == "video":
        captions = options.get("captions")
        return {
            "title": options.get("title", ""),
            "video": resolver.document(options["file"]),
            "captions": resolver.document(captions) if captions else None,
            "transcript": rich_text(inner, resolver),
        }
    if kind == "file":
        return {
            "title": options.get("title", ""),
            "file": resolver.document(options["file"]),
            "description": inner,
        }
    return {"title": options.get("title", ""), "prompt": rich_text(inner, resolver)}


def _refusal(document: Document, line: int, what: str) -> DomainError:
    return DomainError(f"{document.path.name}:{line}: {what}", "bad_course_file")
