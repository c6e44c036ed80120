"""Passages that a reader marked, found again in a text that may have changed since.

Texts are compared without their spaces: the words of a block stand in other elements on the page than in what is
stored. The page's script finds the exact place; here is judged whether the passage is still there, and where.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from django.utils.html import strip_tags

from lms.progress.models import Highlight

BLANK = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
# A mark that calls a footnote is read as a number: there, numbers are left out of the comparison.
NOTE_MARK = re.compile(r"\[\^[a-z0-9-]{1,20}\]")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A highlight in the text as it is read now. `block` is None where the passage is no longer in it;
    `elsewhere` that it was marked in the text of another language.
    """

    row: Highlight
    block: UUID | None
    elsewhere: bool = False

    @property
    def lost(self) -> bool:
        return self.block is None and not self.elsewhere


def clean_text(text: str, *, lines: bool = False) -> str:
    """Plain text: composed letters, no control characters, single spaces; `lines` keeps the line breaks."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs") else " "
        for letter in text
    )
    if lines:
        return "\n".join(" ".join(line.split(" ")).rstrip() for line in text.split("\n")).strip()
    return " ".join(text.split())


def marked_passages(
    rows: Iterable[Highlight], blocks: Sequence[Mapping[str, Any]], language: str
) -> list[Marked]:
    """The highlights in the order of the text; those of another language and those not found come last."""
    texts = _texts(blocks)
    order = {key: number for number, key in enumerate(texts)}
    found = [
        Marked(row, None, elsewhere=True)
        if row.language != language
        else Marked(row, _found(row.quote, row.prefix, row.suffix, row.block, texts))
        for row in rows
    ]
    return sorted(
        found,
        key=lambda mark: (
            order.get(mark.block, len(order)) if mark.block else len(order) + 1,
            mark.row.start,
            mark.row.pk,
        ),
    )


def block_of(quote: str, blocks: Sequence[Mapping[str, Any]]) -> UUID | None:
    """The first block that says `quote`."""
    return _found(quote, "", "", None, _texts(blocks))


def _texts(blocks: Sequence[Mapping[str, Any]]) -> dict[UUID, str]:
    return {
        UUID(block["id"]): " ".join(_strings(block.get("value")))
        for block in blocks
        if block.get("id")
    }


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        # Elements end words or not: spaces do not count, so that a tag may become nothing.
        yield unescape(strip_tags(value))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _found(
    quote: str, prefix: str, suffix: str, home: UUID | None, texts: Mapping[UUID, str]
) -> UUID | None:
    """The block that says the quote: its own if it still does, else the one whose context fits best."""
    saying = [key for key, text in texts.items() if _says(text, quote)]
    if not saying or home in saying:
        return home if saying else None
    return max(saying, key=lambda key: _fit(texts[key], prefix, quote, suffix))


def _says(text: str, quote: str) -> bool:
    noted = NOTE_MARK.search(text) is not None
    wanted = _squeezed(quote, noted)
    return bool(wanted) and wanted in _squeezed(text, noted)


def _squeezed(text: str, noted: bool = False) -> str:
    text = unicodedata.normalize("NFC", text)
    if noted:
        text = DIGITS.sub("", NOTE_MARK.sub("", text))
    return BLANK.sub("", text)


def _fit(text: str, prefix: str, quote: str, suffix: str) -> int:
    whole, words = _squeezed(text), _squeezed(quote)
    return (_squeezed(prefix) + words in whole) + (words + _squeezed(suffix) in whole)
