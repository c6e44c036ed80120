"""One text in every language of the platform: the field that questions and assessments are made of."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """The text in `language` (default: the reader's), else in Italian."""
    code = (language or get_language() or "it")[:2]
    return texts.get(code) or texts.get("it", "")


def language_of(texts: dict[str, str], language: str | None = None) -> str:
    """The code of the language that `in_language` falls on, for the `lang` attribute."""
    code = (language or get_language() or "it")[:2]
    return code if texts.get(code) else "it"


class TextsWidget(forms.MultiWidget):
    """One box per language, each with the language's name as its label."""

    template_name = "assessment/widgets/texts.html"
    use_fieldset = True

    def __init__(self, rows: int = 2, attrs=None):
        boxes = {
            code: forms.Textarea(attrs={"rows": rows, "lang": code})
            for code, _n in settings.LANGUAGES
        }
        super().__init__(boxes, attrs)

    def decompress(self, value):
        return [(value or {}).get(code, "") for code, _name in settings.LANGUAGES]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        rows = zip(context["widget"]["subwidgets"], settings.LANGUAGES, strict=True)
        for widget, (_code, label) in rows:
            widget["language"] = label
            widget["attrs"]["aria-label"] = label
        return context


class TextsFormField(forms.MultiValueField):
    widget = TextsWidget

    def __init__(self, *, rows: int = 2, max_length: int | None = None, **kwargs):
        fields = [
            forms.CharField(required=False, max_length=max_length) for _l in settings.LANGUAGES
        ]
        for unused in ("encoder", "decoder"):
            kwargs.pop(unused, None)
        kwargs["widget"] = TextsWidget(rows=rows)
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, values):
        codes = [code for code, _name in settings.LANGUAGES]
        return {code: text for code, text in zip(codes, values, strict=False) if text}

    def clean(self, value):
        texts = super().clean(value)
        if self.required and not texts.get("it"):
            raise ValidationError(_("Write the Italian text: the others are optional."))
        return texts


class TextsField(models.JSONField):
    """`{"it": "…", "en": "…"}`: Italian is required (unless `blank`), the others are optional."""

    def __init__(self, *args, rows: int = 2, **kwargs):
        kwargs.setdefault("default", dict)
        self.rows = rows
        super().__init__(*args, **kwargs)

    def validate(self, value, model_instance):
        codes = dict(settings.LANGUAGES)
        ok = isinstance(value, dict) and all(
            code in codes and isinstance(text, str) for code, text in value.items()
        )
        if not ok:
            raise ValidationError(_("A text per language is expected."), code="texts")
        if not self.blank and not value.get("it", "").strip():
            raise ValidationError(_("Write the Italian text: the others are optional."), "italian")

    def formfield(self, **kwargs):
        kwargs.pop("widget", None)
        return models.Field.formfield(
            self, form_class=TextsFormField, rows=self.rows, required=not self.blank,
            **{k: v for k, v in kwargs.items() if k != "required"},
        )  # fmt: skip
