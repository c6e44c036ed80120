"""Choosers of pictures, files and pages inside bodies, fetched for a whole body at once.

Wagtail asks the database once per type of block and child: a lesson with every block would ask a dozen
times for its media. `gathered` asks once per model, and the choosers take from what it found.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model, prefetch_related_objects
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

_found: ContextVar[dict[tuple[type[Model], int], Model] | None] = ContextVar("found", default=None)


class _FromGathered:
    """Takes rows from the body being read, if one is."""

    model_class: type[Model]

    def to_python(self, value):
        return self._one(value) if _found.get() is not None else super().to_python(value)

    def bulk_to_python(self, values):
        if _found.get() is None:
            return super().bulk_to_python(values)
        return [self._one(value) for value in values]

    def _one(self, value):
        found = _found.get() or {}
        return found.get((self.model_class, value)) if value else None


class ImageChoice(_FromGathered, ImageChooserBlock):
    pass


class DocumentChoice(_FromGathered, DocumentChooserBlock):
    pass


class PageChoice(_FromGathered, blocks.PageChooserBlock):
    pass


@contextmanager
def gathered(
    body: blocks.StreamValue, also: Mapping[type[Model], set[int]] | None = None
) -> Iterator[dict[tuple[type[Model], int], Model]]:
    """While open, the choosers of `body` ask nothing: their rows and the pictures' renditions are here.

    One query per model chosen from, and one for the renditions; none where nothing is chosen. `also`
    names rows to fetch with them. Gives what was found, by model and primary key.
    """
    wanted: dict[type[Model], set[int]] = {
        model: set(ids) for model, ids in (also or {}).items() if ids
    }
    for child in body.raw_data:
        block = body.stream_block.child_blocks.get(child["type"])
        if block is not None:
            _collect(block, child["value"], wanted)
    found: dict[tuple[type[Model], int], Model] = {}
    for model, ids in wanted.items():
        rows = model._default_manager.in_bulk(ids)
        if hasattr(model, "get_renditions"):
            prefetch_related_objects(list(rows.values()), "renditions")
        found |= {(model, pk): row for pk, row in rows.items()}
    token = _found.set(found)
    try:
        yield found
    finally:
        _found.reset(token)


def _collect(block: blocks.Block, raw: Any, wanted: dict[type[Model], set[int]]) -> None:
    if isinstance(block, _FromGathered):
        if isinstance(raw, int):
            wanted.setdefault(block.model_class, set()).add(raw)
    elif isinstance(block, blocks.StructBlock) and isinstance(raw, dict):
        for name, child in block.child_blocks.items():
            _collect(child, raw.get(name), wanted)
    elif isinstance(block, blocks.ListBlock) and isinstance(raw, list):
        for item in raw:
            tagged = isinstance(item, dict) and item.get("type") == "item" and "value" in item
            _collect(block.child_block, item["value"] if tagged else item, wanted)
    elif isinstance(block, blocks.StreamBlock) and isinstance(raw, list):
        for item in raw:
            if item["type"] in block.child_blocks:
                _collect(block.child_blocks[item["type"]], item["value"], wanted)
