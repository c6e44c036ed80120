"""What a block says: its texts, choices, pictures and links, each a part with a label."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from curriculum.models import Lesson
from lms.cohorts.summary.difference.names import Names, Reference, name_of
from lms.cohorts.summary.difference.rich_text import read_rich_text, references_in

CHOOSERS: dict[type[blocks.Block], str] = {
    ImageChooserBlock: "image",
    DocumentChooserBlock: "document",
    blocks.PageChooserBlock: "page",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a block says: `label` may be empty; `identity` differs where the words do not show it."""

    label: str
    text: str
    identity: str


@dataclass(frozen=True, slots=True)
class _Field:
    """A value that holds no other values as far as we know; `block` None for a type that is gone."""

    label: str
    block: blocks.Block | None
    value: Any

    @property
    def chosen(self) -> Reference | None:
        """The picture, file or page that stands here by its id."""
        for cls, kind in CHOOSERS.items():
            if isinstance(self.block, cls) and isinstance(self.value, int | str):
                return kind, self.value
        return None


def label_of(item: Mapping) -> str:
    block = _block_of(item)
    return str(block.label) if block else str(item.get("type") or "").replace("_", " ").capitalize()


def parts_of(item: Mapping, names: Names) -> Iterator[Part]:
    """In reading order, without those that say nothing."""
    for field in _fields(_block_of(item), item.get("value"), ""):
        part = Part(field.label, _text(field, names), str(field.value))
        if part.text or part.identity:
            yield part


def references_of(items: Iterable[Mapping]) -> Iterator[Reference]:
    """What the blocks show or lead to."""
    for item in items:
        for field in _fields(_block_of(item), item.get("value"), ""):
            if field.chosen:
                yield field.chosen
            elif isinstance(field.block, blocks.RichTextBlock) and isinstance(field.value, str):
                yield from references_in(field.value)


def _block_of(item: Mapping) -> blocks.Block | None:
    return Lesson._meta.get_field("body").stream_block.child_blocks.get(item.get("type"))


def _fields(block: Any, value: Any, label: str) -> Iterator[_Field]:
    if value in (None, "", [], {}):
        return
    if isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        for name, child in block.child_blocks.items():
            yield from _fields(child, value.get(name), str(child.label))
    elif isinstance(block, blocks.ListBlock) and isinstance(value, list):
        for number, item in enumerate(value, start=1):
            inner = item["value"] if isinstance(item, dict) and "value" in item else item
            for field in _fields(block.child_block, inner, ""):
                numbered = f"{number}. {field.label}".strip(" .")
                yield _Field(numbered, field.block, field.value)
    elif isinstance(block, blocks.StreamBlock) and isinstance(value, list):
        for item in value:
            child = block.child_blocks.get(item.get("type")) if isinstance(item, dict) else None
            inner = item.get("value") if isinstance(item, dict) else item
            yield from _fields(child, inner, str(child.label) if child else label)
    else:
        yield _Field(label, block, value)


def _text(field: _Field, names: Names) -> str:
    """A block that is unknown, or of a shape of its own, gives the words in it."""
    block, value = field.block, field.value
    if isinstance(block, blocks.RichTextBlock) and isinstance(value, str):
        return read_rich_text(value, names)
    if isinstance(block, blocks.ChoiceBlock):
        return _choice(block, value)
    if isinstance(block, blocks.BooleanBlock):
        return _("yes") if value else _("no")
    if field.chosen:
        return name_of(field.chosen, names)
    return "\n".join(_leaves(value))


def _choice(block: Any, value: Any) -> str:
    choices = block.field.choices
    flat: dict[str, str] = {}
    for key, text in choices:
        flat |= dict(text) if isinstance(text, list | tuple) else {key: text}
    return str(flat.get(value, value))


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
