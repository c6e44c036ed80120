"""Fields whose definitions stay out of migrations: a StreamField, and a list of keys ticked in boxes."""

from collections.abc import Collection, Iterable

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlock, StreamValue
from wagtail.blocks.base import BlockWidget
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

    def formfield(self, **kwargs):
        return super().formfield(**{"widget": _StreamWidget(self.stream_block), **kwargs})

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


class _StreamWidget(BlockWidget):
    """Wagtail trusts its own script: numbers that are none, or a text that is no JSON, ended in a stack trace."""

    def value_from_datadict(self, data, files, name):
        try:
            return super().value_from_datadict(data, files, name)
        except (
            AttributeError,
            KeyError,
            OverflowError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            raise BadRequest(f"The blocks of {name} did not arrive whole.") from error


class _AnyStreamBlock(StreamBlock):
    """The shape of a historical value: knows no child and never parses one."""


class KeysField(models.JSONField):
    """A list of keys, ticked in boxes; stored as JSON. `allowed` (value, label) pairs; None: the form says which.

    Neither is part of a migration. A value that is no list of allowed keys is refused with a sentence.
    """

    def __init__(self, *args, allowed=None, **kwargs):
        self.allowed = allowed
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
            raise ValidationError(_("A list of keys is expected."), code="no_list")
        if self.allowed is not None:
            refuse_unknown(value, {key for key, _label in self.allowed})

    def formfield(self, **kwargs):
        return forms.MultipleChoiceField(
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            required=not self.blank,
            choices=self.allowed or [],
            widget=forms.CheckboxSelectMultiple,
        )


def refuse_unknown(keys: Iterable[str], known: Collection[str]) -> None:
    """ValidationError that names the keys which are not among the known."""
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise ValidationError(
            _("Not known here: %(keys)s."),
            code="unknown_key",
            params={"keys": ", ".join(unknown)},
        )
