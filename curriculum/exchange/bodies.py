"""A body of blocks and its Markdown, one way and the other. Writes nothing to the database."""

import re
import shlex
import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from curriculum.blocks.texts import table_rows, table_text
from curriculum.exchange import kinds
from curriculum.exchange.documents import Document, refusal
from curriculum.exchange.kinds import KINDS, Kind, Option
from curriculum.exchange.names import Names, Resolver, UnknownName
from curriculum.exchange.rich_text import rich_text, write_rich_text
from curriculum.exchange.rich_trees import SPACES

# Block ids are the same in every language and every import: translations are aligned by them.
BLOCK_NAMESPACE = uuid.UUID("6f0a1c0e-9b51-4d5f-8a52-2f6c7f3f1a77")
DIRECTIVE = re.compile(r"^:::([a-z]+)(.*)$")
PART = re.compile(r"^::item\b(.*)$")
NOTE = re.compile(r"^\[\^([a-z0-9-]{1,20})\]:(?: (.*))?$")
RULE = re.compile(r"^[\s|:-]*-[\s|:-]*$")
# A line of plain text that would be read as a directive is written with a backslash before it.
LIKE_DIRECTIVE = re.compile(r"^(?=\\*::)", re.MULTILINE)


def stream_blocks(
    document: Document, *, key: str, resolver: Resolver, known: Container[str] = KINDS
) -> list[dict]:
    """The raw StreamField value of a document's body.

    `key` names the document in block ids, without the language; `known` are the blocks that the page has.
    An unknown directive, option or name, or a block that is never closed, is refused with file and line.
    """
    try:
        return _Reader(document, key, resolver, known).blocks()
    except UnknownName as unknown:
        rows = enumerate(document.body.splitlines(), start=document.first_line)
        line = next((line for line, row in rows if unknown.name in row), document.first_line)
        raise refusal(document, line, unknown.sentence) from unknown


def write_body(raw: Iterable[dict], names: Names) -> str:
    """The Markdown of a raw StreamField value; blocks of unknown types are left out, as readers see none."""
    pieces: list[str] = []
    after_text = False
    for block in raw:
        kind = KINDS.get(block["type"])
        if kind is None:
            continue
        plain = block["type"] == "text" and not after_text
        if plain:
            written = write_rich_text(block["value"] or "", names)
        else:
            written = _write_block(block["type"], kind, block["value"], names)
        after_text = block["type"] == "text"
        pieces.append(written)
    return "\n\n".join(piece for piece in pieces if piece)


# --- Reading -----------------------------------------------------------------------------------
@dataclass
class _Piece:
    """A block or a part as it stands in the file: the line that opens it, and those inside."""

    number: int
    rest: str
    lines: list[str]


class _Reader:
    def __init__(self, document: Document, key: str, resolver: Resolver, known: Container[str]):
        self.document, self.key, self.resolver, self.known = document, key, resolver, known
        self.made: list[dict] = []

    def blocks(self) -> list[dict]:
        text: list[str] = []
        lines = iter(enumerate(self.document.body.splitlines(), start=self.document.first_line))
        for number, line in lines:
            match = DIRECTIVE.match(line)
            if not match:
                text.append(line)
                continue
            name, rest = match.groups()
            if name not in KINDS or name not in self.known:
                raise self.refused(number, _("unknown block “%(kind)s”") % {"kind": name})
            self.flush(text)
            piece = _Piece(number, rest, [])
            for _number, inside in lines:
                if inside.strip() == ":::":
                    break
                piece.lines.append(inside)
            else:
                raise self.refused(number, _("the block is never closed with “:::”"))
            self.block(name, piece)
        self.flush(text)
        return self.made

    def flush(self, text: list[str]) -> None:
        if any(line.strip() for line in text):
            self.add("text", rich_text("\n".join(text), self.resolver))
        text.clear()

    def add(self, name: str, value: Any) -> None:
        self.made.append({"type": name, "value": value, "id": self.id()})

    def id(self, part: int | None = None) -> str:
        place = str(len(self.made)) if part is None else f"{len(self.made)}.{part}"
        return str(uuid.uuid5(BLOCK_NAMESPACE, f"{self.key}#{place}"))

    def block(self, name: str, piece: _Piece) -> None:
        kind = KINDS[name]
        if kind.text == kinds.NOTES:
            self.add(name, {"items": self.notes(piece)})
            return
        own, parts = self.split(kind, piece)
        value = self.value(name, kind, own)
        if kind.parts:
            value["items"] = [
                self.item(number, self.value(name, kind.parts, part))
                for number, part in enumerate(parts)
            ]
            if len(parts) < kind.least:
                raise self.refused(
                    piece.number,
                    _("the block “%(kind)s” needs lines “::item” (at least %(least)s)")
                    % {"kind": name, "least": kind.least},
                )
        self.add(name, value[""] if name == "text" else value)

    def item(self, number: int, value: Any) -> dict:
        return {"type": "item", "value": value, "id": self.id(number)}

    def split(self, kind: Kind, piece: _Piece) -> tuple[_Piece, list[_Piece]]:
        own = _Piece(piece.number, piece.rest, [])
        parts: list[_Piece] = []
        for number, line in enumerate(piece.lines, start=piece.number + 1):
            match = PART.match(line) if kind.parts else None
            if match:
                parts.append(_Piece(number, match[1], []))
            else:
                (parts[-1] if parts else own).lines.append(line)
        return own, parts

    def value(self, name: str, kind: Kind, piece: _Piece) -> dict:
        given = self.options(name, kind, piece)
        value = {option.key: self.chosen(option, given.get(option.name)) for option in kind.options}
        inner = "\n".join(piece.lines).strip(SPACES)
        if kind.text == kinds.RICH:
            value[kind.child] = rich_text(inner, self.resolver)
        elif kind.text == kinds.PLAIN:
            value[kind.child] = (
                LIKE_DIRECTIVE.sub("\0", inner).replace("\0\\", "").replace("\0", "")
            )
        elif kind.text == kinds.TABLE:
            rows = table_rows("\n".join(line for line in piece.lines if not RULE.match(line)))
            value[kind.child] = table_text(rows)
        elif inner:
            raise self.refused(
                piece.number, _("the block “%(kind)s” has no text inside") % {"kind": name}
            )
        return value

    def options(self, name: str, kind: Kind, piece: _Piece) -> dict[str, str]:
        try:
            lexer = shlex.shlex(piece.rest, posix=True)
            lexer.whitespace_split, lexer.quotes, lexer.commenters = True, '"', ""
            words = list(lexer)
        except ValueError as error:
            raise self.refused(piece.number, str(error)) from error
        for word in words:
            if "=" not in word:
                raise self.refused(piece.number, _("“%(word)s” is not name=value") % {"word": word})
        given = dict(word.split("=", 1) for word in words)
        for key, value in given.items():
            if wrong := kinds.wrong_option(kind, key, value):
                raise self.refused(piece.number, wrong)
        for option in kind.options:
            # Said to be empty is said: drafts are written out as they are, half-finished too.
            if option.needed and option.name not in given:
                raise self.refused(
                    piece.number,
                    _("the block “%(kind)s” needs %(option)s=…")
                    % {"kind": name, "option": option.name},
                )
        return given

    def chosen(self, option: Option, value: str | None) -> Any:
        if option.kind == kinds.YES:
            return value == "yes"
        if option.kind == kinds.IMAGE:
            return self.resolver.image(value) if value else None
        if option.kind == kinds.DOCUMENT:
            return self.resolver.document(value) if value else None
        if option.kind == kinds.PAGE:
            return self.resolver.page(value) if value else None
        return option.default if value is None else value

    def notes(self, piece: _Piece) -> list[dict]:
        """`[^mark]: text` each; the lines that go on a note are indented by four spaces."""
        found: list[tuple[str, list[str]]] = []
        for number, line in enumerate(piece.lines, start=piece.number + 1):
            match = NOTE.match(line)
            if match:
                found.append((match[1], [match[2] or ""]))
            elif found and (not line.strip() or line.startswith("    ")):
                found[-1][1].append(line.removeprefix("    "))
            elif line.strip():
                raise self.refused(number, _("a note begins with “[^mark]: ”"))
        return [
            self.item(number, {"mark": mark, "text": rich_text("\n".join(lines), self.resolver)})
            for number, (mark, lines) in enumerate(found)
        ]

    def refused(self, line: int, what: str):
        return refusal(self.document, line, what)


# --- Writing -----------------------------------------------------------------------------------
def _write_block(name: str, kind: Kind, value: Any, names: Names) -> str:
    if name == "text":
        value = {"": value}
    lines = [f":::{name}{_write_options(kind, value, names)}"]
    if kind.text == kinds.NOTES:
        lines += [_write_note(item, names) for item in _items(value)]
    elif inner := _write_inner(kind, value, names):
        lines.append(inner)
    if kind.parts:
        items = _items(value)
        for item in [*items, *({} for _missing in range(kind.least - len(items)))]:
            lines.append(f"::item{_write_options(kind.parts, item, names)}")
            if inner := _write_inner(kind.parts, item, names):
                lines.append(inner)
    return "\n".join([*lines, ":::"])


def _items(value: dict) -> list[dict]:
    """Wagtail keeps the items of a list with or without an id around each."""
    return [
        item["value"] if item.get("type") == "item" and "value" in item else item
        for item in value.get("items") or []
    ]


def _write_options(kind: Kind, value: dict, names: Names) -> str:
    words = ""
    for option in kind.options:
        held = value.get(option.key)
        written = _written(option, held, names)
        if written:
            bare = option.choices or option.kind == kinds.YES
            words += f" {option.name}={written if bare else _quoted(written)}"
        elif option.needed:
            words += f' {option.name}=""'
    return words


def _written(option: Option, held: Any, names: Names) -> str:
    if option.kind == kinds.YES:
        return "yes" if held else ""
    if not held:
        return ""
    if option.kind == kinds.IMAGE:
        return names.image(int(held)) or ""
    if option.kind == kinds.DOCUMENT:
        return names.document(int(held)) or ""
    if option.kind == kinds.PAGE:
        return names.page(int(held)) or ""
    return " ".join(str(held).splitlines())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_inner(kind: Kind, value: dict, names: Names) -> str:
    held = value.get(kind.child) or ""
    if kind.text == kinds.RICH:
        return write_rich_text(held, names)
    if kind.text == kinds.PLAIN:
        return LIKE_DIRECTIVE.sub(r"\\", "\n".join(held.splitlines()).strip(SPACES))
    if kind.text == kinds.TABLE:
        rows = [f"| {' | '.join(row)} |" for row in table_rows(held)]
        if rows and value.get("header") != "column":
            rows.insert(1, "|" + " --- |" * len(table_rows(held)[0]))
        return "\n".join(rows)
    return ""


def _write_note(item: dict, names: Names) -> str:
    text = write_rich_text(item.get("text") or "", names)
    return f"[^{item['mark']}]: " + re.sub(r"\n(?=[^\n])", "\n    ", text)
