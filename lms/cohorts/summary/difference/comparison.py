"""The difference of two versions of a lesson, and its digest in numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision

from curriculum.choices import Completion
from lms.cohorts.models.syllabus import blocks_of
from lms.cohorts.summary.difference.names import Names, names_of
from lms.cohorts.summary.difference.pairing import equal, moved_in, pairs_of
from lms.cohorts.summary.difference.parts import Part, label_of, parts_of, references_of
from lms.cohorts.summary.difference.words import marked

FIELDS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "slug": gettext_lazy("Address"),
    "seo_title": gettext_lazy("Title for search engines"),
    "search_description": gettext_lazy("Description for search engines"),
    "minutes": gettext_lazy("Estimated minutes"),
    "completion": gettext_lazy("Done by"),
}


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
    pairs = pairs_of(before, after)
    moved = moved_in(pairs)
    changed = {b for b, a in pairs.items() if not equal(before[b], after[a])}
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
    names = names_of(references_of([*before, *after]))
    fields = tuple(
        Line(str(label), marked(_field(old, name), _field(new, name)))
        for name, label in FIELDS.items()
        if _field(old, name) != _field(new, name)
    )
    return Difference(fields, tuple(_changes(before, after, names)))


def _changes(before: list, after: list, names: Names) -> Iterator[BlockChange]:
    """In the new order; what was removed stands where it stood, after the block that came before it."""
    pairs = pairs_of(before, after)
    back = {a: b for b, a in pairs.items()}
    moved = moved_in(pairs)
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
    label = label_of(new)
    if equal(old, new):
        lines = tuple(Line(p.label, marked(p.text, p.text)) for p in parts_of(new, names))
        return BlockChange("same", label, lines, moved)
    was, now = list(parts_of(old, names)), list(parts_of(new, names))
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
    note = ""
    if old.text == new.text and old.identity != new.identity:
        note = _("The words are the same: what changed is how they look, or where they lead.")
    return Line(new.label or old.label, marked(old.text, new.text), note)


def _whole(kind: str, block: dict, names: Names) -> BlockChange:
    added = kind == "added"
    lines = tuple(
        Line(p.label, marked("", p.text) if added else marked(p.text, ""))
        for p in parts_of(block, names)
    )
    return BlockChange(kind, label_of(block), lines)


def _field(revision: Revision, name: str) -> str:
    value = revision.content.get(name)
    if name == "completion":
        # Versions written before lessons had it say nothing, which is the button.
        value = str(Completion(value or Completion.BUTTON).label)
    return "" if value is None else str(value)
