"""What differs between two versions of a lesson, block by block and word by word, for people to read.

Texts come out of here as safe HTML: every word of an author is escaped, and the only elements are ours.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page, Revision

from cms.models import HubDocument, HubImage
from curriculum.models import Lesson
from lms.cohorts.models.syllabus import blocks_of

# Two blocks without a common id are one block that changed if they share this much of their words.
ALIKE = 0.5
# Beyond this many pairs of words a text is compared line by line only.
MOST_PAIRS = 4_000_000
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
FIELDS = ("title", "summary", "slug", "seo_title", "search_description", "minutes")

Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a block says: `label` may be empty; `identity` differs where the words do not show it."""

    label: str
    text: str
    identity: str


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a block as it is shown: its words with what was added and removed marked. `note` explains."""

    label: str
    html: SafeString
    note: str = ""


@dataclass(frozen=True, slots=True)
class BlockChange:
    """`kind` is added, removed, changed or same; `moved` tells that it stands elsewhere now."""

    kind: str
    label: str
    lines: tuple[Line, ...]
    moved: bool = False

    @property
    def heading(self) -> str:
        return {
            "added": _("Added"),
            "removed": _("Removed"),
            "changed": _("Changed and moved") if self.moved else _("Changed"),
            "same": _("Moved") if self.moved else _("Unchanged"),
        }[self.kind]

    @property
    def quiet(self) -> bool:
        return self.kind == "same" and not self.moved


@dataclass(frozen=True, slots=True)
class Difference:
    """`fields` are titles, summary and the like that changed; `blocks` all blocks in reading order."""

    fields: tuple[Line, ...]
    blocks: tuple[BlockChange, ...]

    @property
    def empty(self) -> bool:
        return not self.fields and all(block.quiet for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Digest:
    """A difference in numbers."""

    added: int
    removed: int
    changed: int
    moved: int
    fields: int

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.moved or self.fields)


def digest_of(old: Revision, new: Revision) -> Digest:
    """How many blocks were added, removed, changed, moved and how many titles and the like; no query."""
    before, after = blocks_of(old), blocks_of(new)
    pairs = _pairs(before, after)
    moved = _moved(pairs)
    changed = {b for b, a in pairs.items() if not _equal(before[b], after[a])}
    return Digest(
        added=len(after) - len(pairs),
        removed=len(before) - len(pairs),
        changed=len(changed),
        moved=len(moved - changed),
        fields=sum(_field(old, name) != _field(new, name) for name in FIELDS),
    )


def difference_of(old: Revision, new: Revision) -> Difference:
    """Two revisions of one lesson, compared for reading: at most 3 queries, for names of what is linked."""
    before, after = blocks_of(old), blocks_of(new)
    names = _names([*before, *after])
    fields = tuple(
        Line(label, marked(_field(old, name), _field(new, name)))
        for name, label in _field_labels().items()
        if _field(old, name) != _field(new, name)
    )
    return Difference(fields, tuple(_changes(before, after, names)))


def marked(old: str, new: str) -> SafeString:
    """`new` with what came in `<ins>` and what went in `<del>`, escaped; line ends become `<br>`."""
    added, removed, end = _told(_("added:")), _told(_("removed:")), _told(_("end"))
    pieces = []
    for kind, text in _runs(old, new):
        safe = escape(text).replace("\n", "<br>")
        if kind == "same":
            pieces.append(safe)
        elif kind == "ins":
            pieces.append(f"<ins>{added}{safe}{end}</ins>")
        else:
            pieces.append(f"<del>{removed}{safe}{end}</del>")
    # Every piece is escaped above; the elements are ours.
    return mark_safe("".join(pieces))  # noqa: S308


def _told(word: str) -> str:
    """The mark in words, for those who do not see underline and strike."""
    return f'<span class="w-sr-only"> [{escape(word)}] </span>'


# --- Words ----------------------------------------------------------------------------------
def _runs(old: str, new: str) -> list[tuple[str, str]]:
    """(same | del | ins, text) in reading order; lines first, then the words of the lines that differ."""
    runs: list[tuple[str, str]] = []
    was, now = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        gone, come = "".join(was[a:b]), "".join(now[c:d])
        if tag == "equal":
            runs.append(("same", gone))
        else:
            runs += _words(gone, come)
    return runs


def _words(old: str, new: str) -> Iterator[tuple[str, str]]:
    was, now = TOKEN.findall(old), TOKEN.findall(new)
    if not was or not now or len(was) * len(now) > MOST_PAIRS:
        steps = [("replace", 0, len(was), 0, len(now))]
    else:
        steps = list(SequenceMatcher(None, was, now, autojunk=False).get_opcodes())
    gone = come = ""
    for place, (tag, a, b, c, d) in enumerate(steps):
        same = "".join(was[a:b])
        # A lone space between two changed words would tear the change into crumbs.
        inside = 0 < place < len(steps) - 1 and not same.strip() and "\n" not in same
        if tag == "equal" and not inside:
            yield from _flushed(gone, come)
            gone = come = ""
            yield "same", same
        elif tag == "equal":
            gone, come = gone + same, come + same
        else:
            gone, come = gone + same, come + "".join(now[c:d])
    yield from _flushed(gone, come)


def _flushed(gone: str, come: str) -> Iterator[tuple[str, str]]:
    if gone:
        yield "del", gone
    if come:
        yield "ins", come


# --- Blocks ---------------------------------------------------------------------------------
def _changes(before: list, after: list, names: Names) -> Iterator[BlockChange]:
    """In the new order; what was removed stands where it stood, after the block that came before it."""
    pairs = _pairs(before, after)
    back = {a: b for b, a in pairs.items()}
    moved = _moved(pairs)
    removed: dict[int, list[int]] = {}
    anchor = -1
    for b in range(len(before)):
        if b in pairs:
            anchor = pairs[b] if b not in moved else anchor
        else:
            removed.setdefault(anchor, []).append(b)
    for a in range(-1, len(after)):
        if a in back:
            yield _pair(before[back[a]], after[a], names, moved=back[a] in moved)
        elif a >= 0:
            yield _whole("added", after[a], names)
        for b in removed.get(a, []):
            yield _whole("removed", before[b], names)


def _pair(old: dict, new: dict, names: Names, *, moved: bool) -> BlockChange:
    label = _block_label(new)
    if _equal(old, new):
        lines = tuple(Line(p.label, marked(p.text, p.text)) for p in _parts_of(new, names))
        return BlockChange("same", label, lines, moved)
    was, now = list(_parts_of(old, names)), list(_parts_of(new, names))
    compared: list[Line] = []
    labels = SequenceMatcher(None, [p.label for p in was], [p.label for p in now], autojunk=False)
    for _tag, a, b, c, d in labels.get_opcodes():
        shared = min(b - a, d - c)
        for one, other in zip(was[a : a + shared], now[c : c + shared], strict=True):
            compared.append(_line(one, other))
        compared += [Line(p.label, marked(p.text, "")) for p in was[a + shared : b]]
        compared += [Line(p.label, marked("", p.text)) for p in now[c + shared : d]]
    return BlockChange("changed", label, tuple(compared), moved)


def _line(old: Part, new: Part) -> Line:
    if old.text != new.text:
        return Line(new.label or old.label, marked(old.text, new.text))
    if old.identity != new.identity:
        return Line(
            new.label,
            marked(new.text, new.text),
            _("The words are the same: what changed is how they look, or where they lead."),
        )
    return Line(new.label, marked(new.text, new.text))


def _whole(kind: str, block: dict, names: Names) -> BlockChange:
    added = kind == "added"
    lines = tuple(
        Line(p.label, marked("", p.text) if added else marked(p.text, ""))
        for p in _parts_of(block, names)
    )
    return BlockChange(kind, _block_label(block), lines)


def _pairs(before: list, after: list) -> dict[int, int]:
    """{place before: place after} of the blocks that are one: by id, else by content, else by likeness."""
    pairs: dict[int, int] = {}
    places = {_id(block): place for place, block in enumerate(after) if _id(block)}
    for b, block in enumerate(before):
        a = places.get(_id(block)) if _id(block) else None
        if a is not None and after[a].get("type") == block.get("type"):
            pairs[b] = a
    for b, a in _free(before, after, pairs):
        if b not in pairs and a not in pairs.values() and _equal(before[b], after[a]):
            pairs[b] = a
    words: dict[tuple[str, int], str] = {}

    def text(side: str, blocks_: list, place: int) -> str:
        key = (side, place)
        if key not in words:
            words[key] = " ".join(part.text for part in _parts_of(blocks_[place], {}))
        return words[key]

    for b, a in _free(before, after, pairs):
        if b in pairs or a in pairs.values() or before[b].get("type") != after[a].get("type"):
            continue
        matcher = SequenceMatcher(
            None, text("b", before, b).split(), text("a", after, a).split(), autojunk=False
        )
        if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
            pairs[b] = a
    return pairs


def _free(before: list, after: list, pairs: dict[int, int]) -> list[tuple[int, int]]:
    taken = set(pairs.values())
    return [
        (b, a)
        for b in range(len(before))
        if b not in pairs
        for a in range(len(after))
        if a not in taken
    ]


def _moved(pairs: dict[int, int]) -> set[int]:
    """Places before of those that changed order: all but the longest run that kept it."""
    order = [(b, pairs[b]) for b in sorted(pairs)]
    tails: list[int] = []
    chain: list[int] = []  # index in `order` of each tail
    parent: dict[int, int] = {}
    for at, (_b, a) in enumerate(order):
        place = bisect_left(tails, a)
        if place:
            parent[at] = chain[place - 1]
        tails[place : place + 1] = [a]
        chain[place : place + 1] = [at]
    kept = set()
    at_ = chain[-1] if chain else None
    while at_ is not None:
        kept.add(order[at_][0])
        at_ = parent.get(at_)
    return set(pairs) - kept


def _equal(old: dict, new: dict) -> bool:
    return old.get("type") == new.get("type") and _bare(old.get("value")) == _bare(new.get("value"))


def _bare(value: Any) -> Any:
    """A value without the ids of the items inside: a new id is nothing that anybody reads."""
    if isinstance(value, dict):
        inner = {key: _bare(item) for key, item in value.items()}
        if set(inner) == {"type", "value", "id"}:
            inner.pop("id")
        return inner
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value


def _id(block: Any) -> str:
    return str(block.get("id") or "")


# --- What a block says ----------------------------------------------------------------------
def _block_of(item: Mapping) -> blocks.Block | None:
    return Lesson._meta.get_field("body").stream_block.child_blocks.get(item.get("type"))


def _block_label(item: Mapping) -> str:
    block = _block_of(item)
    return str(block.label) if block else str(item.get("type") or "").replace("_", " ").capitalize()


def _parts_of(item: Mapping, names: Names) -> Iterator[Part]:
    for part in _parts(_block_of(item), item.get("value"), "", names):
        if part.text or part.identity:
            yield part


def _parts(block: Any, value: Any, label: str, names: Names) -> Iterator[Part]:
    """The words of a value; a block that is unknown, or of a shape of its own, gives the words in it."""
    if value in (None, "", [], {}):
        return
    if isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        for name, child in block.child_blocks.items():
            yield from _parts(child, value.get(name), str(child.label), names)
    elif isinstance(block, blocks.ListBlock) and isinstance(value, list):
        for number, item in enumerate(value, start=1):
            inner = item["value"] if isinstance(item, dict) and "value" in item else item
            for part in _parts(block.child_block, inner, "", names):
                yield Part(f"{number}. {part.label}".strip(" ."), part.text, part.identity)
    elif isinstance(block, blocks.StreamBlock) and isinstance(value, list):
        for item in value:
            child = block.child_blocks.get(item.get("type")) if isinstance(item, dict) else None
            inner = item.get("value") if isinstance(item, dict) else item
            yield from _parts(child, inner, str(child.label) if child else label, names)
    elif isinstance(block, blocks.RichTextBlock) and isinstance(value, str):
        yield Part(label, read_rich_text(value, names), value)
    elif isinstance(block, blocks.ChoiceBlock):
        yield Part(label, _choice(block, value), str(value))
    elif isinstance(block, blocks.BooleanBlock):
        yield Part(label, _("yes") if value else _("no"), str(value))
    elif isinstance(block, ImageChooserBlock):
        yield Part(label, _name(names, "image", value), str(value))
    elif isinstance(block, DocumentChooserBlock):
        yield Part(label, _name(names, "document", value), str(value))
    elif isinstance(block, blocks.PageChooserBlock):
        yield Part(label, _name(names, "page", value), str(value))
    else:
        yield Part(label, "\n".join(_leaves(value)), str(value))


def _choice(block: Any, value: Any) -> str:
    choices = block.field.choices
    flat: dict[str, str] = {}
    for key, text in choices:
        flat |= dict(text) if isinstance(text, list | tuple) else {key: text}
    return str(flat.get(value, value))


def _name(names: Names, kind: str, value: Any) -> str:
    if isinstance(value, int) or str(value).isdecimal():
        return names.get((kind, int(value)), "") or _("no longer there")
    return "\n".join(_leaves(value))


def _leaves(value: Any) -> Iterator[str]:
    """The words in a value of any shape, a row of a table on one line; never its notation."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        if value and all(not isinstance(item, dict | list) for item in value):
            yield " | ".join("" if item is None else str(item) for item in value)
        else:
            for item in value:
                yield from _leaves(item)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)


class _RichText(HTMLParser):
    """Text of an editor's HTML, a line for each paragraph; links and pictures by name."""

    LINES = frozenset(
        {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr", "br"}
    )

    def __init__(self, names: Names):
        super().__init__(convert_charrefs=True)
        self.names = names
        self.pieces: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in self.LINES:
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n• ")
        elif tag == "a":
            self.links.append(_target(found, self.names))
        elif tag == "embed" and found.get("embedtype") == "image":
            name = _name(self.names, "image", found.get("id") or "")
            alt = found.get("alt") or ""
            picture = " — ".join(filter(None, (name, alt)))
            self.pieces.append("\n[" + _("Image: %(name)s") % {"name": picture} + "]\n")
        elif tag == "embed":
            self.pieces.append(f"\n[{found.get('url') or ''}]\n")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag in self.LINES:
            self.pieces.append("\n")
        elif tag == "a" and self.links:
            target = self.links.pop()
            if target:
                self.pieces.append(f" [→ {target}]")

    def handle_data(self, data):
        self.pieces.append(data)


def _target(attrs: Mapping[str, str | None], names: Names) -> str:
    kind = attrs.get("linktype")
    if kind in ("page", "document"):
        return _name(names, kind, attrs.get("id") or "")
    return attrs.get("href") or ""


def read_rich_text(html: str, names: Names) -> str:
    parser = _RichText(names)
    parser.feed(html)
    parser.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(parser.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


# --- Names ----------------------------------------------------------------------------------
LINK = re.compile(r"<(a|embed)\b([^>]*)>")
ATTRIBUTE = re.compile(r'\b(linktype|embedtype|id)="([^"]*)"')


def _names(items: Iterable[Mapping]) -> Names:
    """Titles of the pictures, files and pages that the blocks show or lead to: one query for each kind."""
    wanted: dict[str, set[int]] = {"image": set(), "document": set(), "page": set()}
    for item in items:
        for kind, pk in _references(_block_of(item), item.get("value")):
            wanted[kind].add(pk)
    models: dict[str, Any] = {"image": HubImage, "document": HubDocument, "page": Page}
    return {
        (kind, pk): title
        for kind, pks in wanted.items()
        if pks
        for pk, title in models[kind].objects.filter(pk__in=pks).values_list("pk", "title")
    }


def _references(block: Any, value: Any) -> Iterator[tuple[str, int]]:
    kinds = {
        ImageChooserBlock: "image",
        DocumentChooserBlock: "document",
        blocks.PageChooserBlock: "page",
    }
    kind = next((name for cls, name in kinds.items() if isinstance(block, cls)), None)
    if kind:
        if str(value).isdecimal():
            yield kind, int(value)
    elif isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        for name, child in block.child_blocks.items():
            yield from _references(child, value.get(name))
    elif isinstance(block, blocks.ListBlock) and isinstance(value, list):
        for item in value:
            inner = item["value"] if isinstance(item, dict) and "value" in item else item
            yield from _references(block.child_block, inner)
    elif isinstance(block, blocks.StreamBlock) and isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield from _references(block.child_blocks.get(item.get("type")), item.get("value"))
    elif isinstance(value, str):
        for tag, attributes in LINK.findall(value):
            found = dict(ATTRIBUTE.findall(attributes))
            kind = found.get("linktype") if tag == "a" else found.get("embedtype")
            if kind in ("image", "document", "page") and found.get("id", "").isdecimal():
                yield kind, int(found["id"])


def _field(revision: Revision, name: str) -> str:
    value = revision.content.get(name)
    return "" if value is None else str(value)


def _field_labels() -> dict[str, str]:
    return {
        "title": _("Title"),
        "summary": _("Summary"),
        "slug": _("Address"),
        "seo_title": _("Title for search engines"),
        "search_description": _("Description for search engines"),
        "minutes": _("Estimated minutes"),
    }
