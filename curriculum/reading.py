"""A body made ready to read: its blocks as HTML, its sections, its footnotes numbered.

Every change to what authors wrote is made here, at reading time: what is stored stays as written.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from wagtail.blocks import StreamValue
from wagtail.documents import get_document_model
from wagtail.models import Page

from cms.choosers import gathered
from cms.rich_text import addresses_of, keep_documents, linked

HEADING = re.compile(r'<h([23])(?: id="([^"]*)")?>(.*?)</h\1>', re.DOTALL)
# A tag is skipped whole, so that no attribute is touched.
NOTE_MARK = re.compile(r"<[^>]*>|\[\^([a-z0-9-]{1,20})\]")
NOTE_ITEM = re.compile(r'<li data-note="([a-z0-9-]+)">(.*?)</li><!--note-->', re.DOTALL)
NOTE_LIST = re.compile(r'<ol class="notes-list">.*?</ol>', re.DOTALL)


@dataclass(frozen=True)
class Section:
    level: int
    anchor: str
    title: str


@dataclass(frozen=True)
class Text:
    html: SafeString
    sections: tuple[Section, ...]


def read_body(
    body: StreamValue, context: Mapping[str, Any], more: Mapping[str, Mapping] | None = None
) -> Text:
    """The blocks of a body in order, each in `div.block-<type>` as Wagtail does, with its id.

    Templates get `context` and `block_id`, and what `more` holds under the block's id.
    """
    pieces = []
    text = json.dumps(list(body.raw_data), default=str)
    files = get_document_model()
    with gathered(body, {files: linked(text, "document")}) as found:
        keep_documents(row for (model, _pk), row in found.items() if model is files)
        addresses_of(
            [*linked(text, "page"), *(pk for model, pk in found if issubclass(model, Page))]
        )
        for child in body:
            block_id = str(child.id or "")
            own = {**context, "block_id": block_id, **((more or {}).get(block_id) or {})}
            html = child.render(context=own)
            # The id is the same in every language and version: places and highlights hang on it.
            place = f' data-block="{block_id}"' if block_id else ""
            pieces.append(f'<div class="block-{child.block_type}"{place}>{html}</div>')
    html, sections = _anchored("".join(pieces))
    return Text(html=mark_safe(_numbered(html)), sections=sections)  # noqa: S308


def flat(context: Context | Mapping[str, Any]) -> dict[str, Any]:
    """A template's context as blocks take it."""
    if isinstance(context, Context):
        return {str(name): value for name, value in context.flatten().items()}
    return dict(context)


def _anchored(html: str) -> tuple[str, tuple[Section, ...]]:
    sections: list[Section] = []
    used = set(re.findall(r'\bid="([^"]+)"', html))
    given: set[str] = set()

    def anchor(match: re.Match) -> str:
        level, own, inner = match.groups()
        title = unescape(NOTE_MARK.sub("", " ".join(inner.split())))
        if not title:
            return match[0]
        base = own or slugify(title) or "sezione"
        name, number = base, 2
        while name in given or (name in used and name != own):
            name, number = f"{base}-{number}", number + 1
        given.add(name)
        sections.append(Section(int(level), name, title))
        return f'<h{level} id="{name}">{inner}</h{level}>'

    return HEADING.sub(anchor, html), tuple(sections)


def _numbered(html: str) -> str:
    """`[^mark]` becomes a link to its note where there is one; notes stand in the order they are called."""
    notes = dict(NOTE_ITEM.findall(html))
    if not notes:
        return html
    order: list[str] = []
    calls: dict[str, int] = {}

    def call(match: re.Match) -> str:
        mark = match[1]
        if mark is None or mark not in notes:
            return match[0]
        if mark not in order:
            order.append(mark)
        calls[mark] = calls.get(mark, 0) + 1
        again = f"-{calls[mark]}" if calls[mark] > 1 else ""
        return format_html(
            '<sup class="note-call"><a href="#nota-{}" id="rif-{}{}" role="doc-noteref">{}</a></sup>',
            mark, mark, again, order.index(mark) + 1,
        )  # fmt: skip

    html = NOTE_MARK.sub(call, html)
    notes = dict(NOTE_ITEM.findall(html))
    rows = "".join(
        f'<li id="nota-{mark}">{notes[mark]}</li>'
        for mark in [*order, *(mark for mark in notes if mark not in order)]
    )
    return NOTE_LIST.sub(lambda _match: f'<ol class="notes-list">{rows}</ol>', html, count=1)
