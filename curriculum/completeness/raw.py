"""Reading raw stream data: the blocks of a body, whatever nests in them, and their rich text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from curriculum.reading import NOTE_MARK

# The fields of pages of the catalogue that hold stream data.
STREAMS = ("body", "introduction", "outcomes")


class RichText(HTMLParser):
    """Collected from rich text: links, embedded pictures, headings with their words, and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.pictures: list[dict[str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.ids: set[str] = set()
        self._level = 0
        self._words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get("id") and tag not in ("a", "embed"):
            self.ids.add(found["id"])
        if tag == "a":
            self.links.append(found)
        elif tag == "embed" and found.get("embedtype") == "image":
            self.pictures.append(found)
        elif re.fullmatch(r"h[1-6]", tag):
            self._level, self._words = int(tag[1]), []

    def handle_data(self, data: str) -> None:
        if self._level:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._level and tag == f"h{self._level}":
            self.headings.append((self._level, "".join(self._words).strip()))
            self._level = 0


@dataclass(frozen=True)
class Block:
    """A block of a body: the type and the id of the outermost block that it stands in, and its own value.

    What is inside is looked for once, however many questions are asked about the block.
    """

    kind: str
    value: Any
    key: str

    @property
    def anchor(self) -> str:
        return f"block-{self.key}-section" if self.key else "body"

    @cached_property
    def structs(self) -> tuple[Mapping[str, Any], ...]:
        """Every struct inside the value, the value itself first if it is one."""
        return tuple(structs_of(self.value))

    @cached_property
    def texts(self) -> tuple[RichText, ...]:
        """Every text inside the value that has tags, in order."""
        return tuple(RichText(text) for text in texts_of(self.value) if "<" in text)

    @cached_property
    def calls(self) -> list[str]:
        """The marks of the footnotes that any text inside the value calls, in order."""
        found = (match[1] for text in texts_of(self.value) for match in NOTE_MARK.finditer(text))
        return [mark for mark in found if mark]

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """(level, words) of the headings that the block is made of, in order; none of those nested in it."""
        if self.kind == "heading" and isinstance(self.value, Mapping):
            return [(number(self.value.get("level")) or 2, str(self.value.get("text") or ""))]
        if isinstance(self.value, str) and self.texts:
            return self.texts[0].headings
        return []


def blocks_of(body: Iterable[Mapping[str, Any] | Block] | None) -> list[Block]:
    """The blocks of a raw body, in the order in which they are read; those read before are taken as they are."""
    blocks = []
    for raw in body or ():
        if isinstance(raw, Block):
            blocks.append(raw)
        elif isinstance(raw, Mapping) and "type" in raw:
            blocks.append(Block(str(raw["type"]), raw.get("value"), str(raw.get("id") or "")))
    return blocks


def structs_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every struct inside a value, the value itself first if it is one; list items and streams unwrapped."""
    if isinstance(value, Mapping):
        if set(value) <= {"type", "value", "id"} and "value" in value:
            yield from structs_of(value["value"])
            return
        yield value
        for child in value.values():
            yield from structs_of(child)
    elif isinstance(value, list):
        for child in value:
            yield from structs_of(child)


def texts_of(value: Any) -> Iterator[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, child in value.items():
            if name not in ("id", "type"):
                yield from texts_of(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts_of(child)


def number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
