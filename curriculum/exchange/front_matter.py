"""Front matter and the fields of pages, one way and the other."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.utils.translation import gettext as _
from wagtail.blocks import RichTextBlock, StreamBlock

from curriculum.exchange.bodies import BLOCK_NAMESPACE
from curriculum.exchange.documents import Document
from curriculum.exchange.keys import COUNTED, KEYS, PARTNERS, SLUG, Key
from curriculum.exchange.names import Names, Resolver, UnknownName
from curriculum.exchange.rich_text import rich_text, write_rich_text
from curriculum.models import Lesson
from lms.core.fields import LeanStreamField


# --- Reading ---------------------------------------------------------------------------------------
@dataclass
class Reading:
    """One document on its way into a page: what it says, and every fault found in it."""

    document: Document
    italian: Document
    model: type[models.Model]
    resolver: Resolver
    key: str  # names the page in the ids of blocks, without the language
    refuse: Callable[[str], None]

    def values(self) -> dict[str, Any]:
        """Values by field; what is wrong goes to `refuse`, with file and line."""
        keys = KEYS[self.model]
        names = {key.name for key in keys}
        for name in self.document.meta:
            if name not in names:
                self.wrong(str(name), _("unknown key; known: %(known)s") % {
                    "known": ", ".join(key.name for key in keys)
                })  # fmt: skip
            elif self.document is not self.italian and _key(keys, name).once:
                self.wrong(name, _("this key stands in the Italian file alone"))
        values: dict[str, Any] = {}
        for key in keys:
            found, value = self.value(key)
            if found:
                values[key.into] = value
        if self.model is Lesson:
            minutes = values.get("minutes")
            values["minutes_counted"] = minutes is None
            if minutes is None:
                values.pop("minutes", None)
        return values

    def value(self, key: Key) -> tuple[bool, Any]:
        source = self.document
        if key.name not in source.meta and (key.fact or key.once):
            source = self.italian
        if key.name not in source.meta:
            if key.needed:
                self.refuse(
                    _("%(file)s: the key “%(key)s” is missing.")
                    % {"file": source.name, "key": key.name}
                )
            return False, None
        try:
            return True, self.parsed(key, source.meta[key.name])
        except (ValidationError, UnknownName) as error:
            sentence = error.sentence if isinstance(error, UnknownName) else error.messages[0]
            if source is self.document:
                self.wrong(key.name, sentence)
            return False, None

    def wrong(self, name: str, sentence: str) -> None:
        line = self.document.line_of(name)
        self.refuse(f"{self.document.name}:{line}: {name}: {sentence}")

    def parsed(self, key: Key, value: Any) -> Any:
        field: Any = self.model._meta.get_field(key.into)
        if value is None and field.null:
            return None
        if key.into == "minutes":
            if value == COUNTED:
                return None
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValidationError(_("a whole number is expected, or “counted”"))
        elif isinstance(field, LeanStreamField):
            return self.structs(field, key, value)
        elif isinstance(field, models.ForeignKey):
            return self.resolver.image(_typed(value, str, _("a text is expected")))
        elif isinstance(field, models.JSONField):
            words = _words(value, key.allowed)
            if key.into == PARTNERS:
                return [known for word in words if (known := self.resolver.partner(word))]
            return words
        elif isinstance(field, models.BooleanField):
            _typed(value, bool, _("true or false is expected"))
        elif isinstance(field, models.DecimalField):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValidationError(_("a number is expected"))
            value = Decimal(str(value))
        elif isinstance(field, models.IntegerField):
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValidationError(_("a whole number is expected"))
        else:
            _typed(value, str, _("a text is expected (in quotes, if it looks like something else)"))
            if key.allowed and value not in key.allowed:
                raise ValidationError(
                    _("one of these is expected: %(words)s") % {"words": ", ".join(key.allowed)}
                )
            if key.needed and not value.strip():
                raise ValidationError(_("a text is expected, and this is empty"))
            if "\0" in value:
                raise ValidationError(_("this is no text"))
            if key is SLUG:
                validate_slug(value)
        return field.clean(value, None)

    def structs(self, field: LeanStreamField, key: Key, value: Any) -> list[dict]:
        """A list of mappings, each a block of the field's only type, as its raw value."""
        name, block = next(iter(field.stream_block.child_blocks.items()))
        known = set(block.child_blocks)
        made = []
        rows = value if isinstance(value, list) else None
        if rows is None or not all(isinstance(row, dict) for row in rows):
            raise ValidationError(
                _("a list of {%(keys)s} is expected") % {"keys": ", ".join(block.child_blocks)}
            )
        for place, row in enumerate(rows):
            if set(row) - known or not all(isinstance(text, str) for text in row.values()):
                raise ValidationError(
                    _("number %(number)s: {%(keys)s} is expected, all texts")
                    % {"number": place + 1, "keys": ", ".join(block.child_blocks)}
                )
            texts = {
                child: rich_text(row.get(child, ""), self.resolver)
                if isinstance(inner, RichTextBlock)
                else row.get(child, "")
                for child, inner in block.child_blocks.items()
            }
            ident = str(uuid.uuid5(BLOCK_NAMESPACE, f"{self.key}/{key.name}#{place}"))
            made.append({"type": name, "value": texts, "id": ident})
        refuse_unfit(field.stream_block, made)
        return made


def refuse_unfit(block: StreamBlock, raw: list[dict]) -> None:
    """Refuse what the editor would refuse of a draft: ValidationError with the block's number and the fault."""
    try:
        block.clean_deferred(block.to_python(raw))
    except ValidationError as error:
        place, sentence = _first_fault(error)
        if place is None:
            raise ValidationError(sentence) from error
        raise ValidationError(
            _("block %(number)s (%(kind)s): %(sentence)s")
            % {"number": place + 1, "kind": raw[place]["type"], "sentence": sentence}
        ) from error


def _first_fault(error: ValidationError) -> tuple[int | None, str]:
    """The number of the block and the innermost sentence of a StreamBlock's, ListBlock's or StructBlock's error."""
    inner = getattr(error, "block_errors", None)
    if isinstance(inner, dict) and inner:
        name, first = next(iter(inner.items()))
        _place, sentence = _first_fault(first)
        if isinstance(name, int):
            return name, sentence
        return None, f"{name}: {sentence}"
    if isinstance(inner, list) and any(inner):
        place, first = next((n, row) for n, row in enumerate(inner) if row)
        _place, sentence = _first_fault(first)
        return place, sentence
    general = getattr(error, "non_block_errors", None)
    if general:
        return None, " ".join(general.as_data()[0].messages)
    return None, error.messages[0] if error.messages else str(error)


def _key(keys: tuple[Key, ...], name: str) -> Key:
    return next(key for key in keys if key.name == name)


def _typed(value: Any, kind: type, sentence: str) -> Any:
    if not isinstance(value, kind):
        raise ValidationError(sentence)
    return value


def _words(value: Any, allowed: tuple[str, ...]) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(row, str) for row in value):
        raise ValidationError(_("a list of words is expected, such as [O1, O2]"))
    if len(set(value)) != len(value):
        raise ValidationError(_("a word occurs twice"))
    if unknown := next((row for row in value if allowed and row not in allowed), ""):
        raise ValidationError(
            _("“%(word)s” is unknown; known: %(known)s")
            % {"word": unknown, "known": ", ".join(allowed)}
        )
    return value


# --- Writing ---------------------------------------------------------------------------------------
def front_matter(page: Any, italian: Any, names: Names) -> dict[str, Any]:
    """The keys of a page; in another language than Italian, what differs from the Italian facts."""
    written: dict[str, Any] = {}
    for key in KEYS[type(page)]:
        value = _plain(page, key, names)
        if page is not italian and key.once:
            continue
        if page is not italian and key.fact:
            usual = _plain(italian, key, names)
        elif key.needed:
            written[key.name] = value
            continue
        else:
            usual = _default(page, key)
        if value != usual:
            written[key.name] = value
    return written


def _plain(page: Any, key: Key, names: Names) -> Any:
    field = type(page)._meta.get_field(key.into)
    value = getattr(page, key.into)
    if key.into == "minutes":
        return COUNTED if page.minutes_counted else value
    if isinstance(field, LeanStreamField):
        children = next(iter(field.stream_block.child_blocks.values())).child_blocks
        return [
            {
                child: write_rich_text(row["value"].get(child) or "", names)
                if isinstance(inner, RichTextBlock)
                else row["value"].get(child) or ""
                for child, inner in children.items()
            }
            for row in value.get_prep_value()
        ]
    if isinstance(field, models.ForeignKey):
        return names.image(value.pk) if value else None
    if key.into == PARTNERS:
        return [name for partner in value if (name := names.partner(partner))]
    if isinstance(field, models.DecimalField) and value is not None:
        value = Decimal(str(value))
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _default(page: Any, key: Key) -> Any:
    if key.into == "minutes":
        return COUNTED
    field = type(page)._meta.get_field(key.into)
    if isinstance(field, LeanStreamField):
        return []
    return field.get_default()
