"""Fields that several packages use: a lean StreamField, checkboxes for a list kept as JSON."""

import json

from django import forms
from django.db import models
from wagtail.blocks import StreamBlock, StreamValue
from wagtail.fields import StreamField


class LeanStreamField(StreamField):
    """StreamField without blocks in `deconstruct()`: changing a block makes no migration.

    A historical model therefore knows no block. Parsing with none would drop every block at the first
    `save()` in a data migration, so the raw data is handed through untouched instead.
    """

    def __init__(self, block_types=None, **kwargs):
        super().__init__(block_types if block_types is not None else [], **kwargs)

    def deconstruct(self):
        name, _path, _args, kwargs = models.Field.deconstruct(self)
        return name, "lms.core.fields.LeanStreamField", [], kwargs

    def to_python(self, value):
        if self.stream_block.child_blocks or isinstance(value, StreamValue):
            return super().to_python(value)
        raw = value if isinstance(value, list) else []
        result = StreamValue(_AnyStreamBlock(), raw, is_lazy=True)
        result._stream_field = self
        return result

    def get_prep_value(self, value):
        if isinstance(value, StreamValue) and isinstance(value.stream_block, _AnyStreamBlock):
            return list(value._raw_data)
        return super().get_prep_value(value)

    def get_translatable_segments(self, value):
        """What wagtail-localize translates of the blocks; a text that was never written is none.

        The add-on itself stops at a child that a stored block does not have, as with every optional one that came later.
        """
        from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

        class Extractor(StreamFieldSegmentExtractor):
            def handle_block(self, block_type, block_value, raw_value=None):
                if block_value is None:
                    return []
                return super().handle_block(block_type, block_value, raw_value=raw_value)

        return Extractor(self, include_overridables=True).handle_stream_block(value)


class JSONCheckboxes(forms.CheckboxSelectMultiple):
    """Ticks instead of brackets, for a JSONField that holds a list of choices' keys."""

    def format_value(self, value):
        return super().format_value(json.loads(value) if isinstance(value, str) else value)

    def value_from_datadict(self, data, files, name):
        chosen = super().value_from_datadict(data, files, name) or []
        known = {str(key) for key, _label in self.choices}
        return json.dumps([key for key in chosen if key in known])

    def value_omitted_from_data(self, data, files, name):
        return False


class _AnyStreamBlock(StreamBlock):
    """The shape of a historical value: knows no child and never parses one."""
