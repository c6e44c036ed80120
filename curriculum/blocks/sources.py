"""Where the lesson leans on: cases, models to fill in, further reading."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import SMALL_TEXT_FEATURES
from cms.choosers import DocumentChoice, ImageChoice, PageChoice


class CaseBlock(blocks.StructBlock):
    """A case study as a card: where, when, what happened, what it teaches."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    place = blocks.CharBlock(label=_("Place"), required=False, max_length=120)
    period = blocks.CharBlock(label=_("When"), required=False, max_length=60)
    text = blocks.RichTextBlock(label=_("What happened"), features=SMALL_TEXT_FEATURES)
    teaches = blocks.CharBlock(label=_("What it teaches"), max_length=300)
    image = ImageChoice(label=_("Image"), required=False)
    alt = blocks.CharBlock(label=_("Alternative text"), required=False, max_length=300)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=150)
    link = blocks.URLBlock(label=_("Source"), required=False)

    class Meta:
        icon = "site"
        label = _("Case study")
        template = "blocks/case.html"

    def clean(self, value):
        value = super().clean(value)
        missing = [name for name in ("alt", "credit") if value["image"] and not value[name]]
        if missing and not self.is_deferred_validation:
            message = ValidationError(_("A picture needs its alternative text and its credit."))
            raise blocks.StructBlockValidationError(block_errors=dict.fromkeys(missing, message))
        return value


class TemplateFileBlock(blocks.StructBlock):
    file = DocumentChoice(label=_("File"))
    label = blocks.CharBlock(
        label=_("For what"), required=False, max_length=80, help_text=_("Such as “to print”.")
    )


class TemplateBlock(blocks.StructBlock):
    """A model to download and fill in, in one or several formats, with how to use it."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    text = blocks.RichTextBlock(label=_("How to use it"), features=SMALL_TEXT_FEATURES)
    items = blocks.ListBlock(TemplateFileBlock(), label=_("Files"), min_num=1)

    class Meta:
        icon = "download"
        label = _("Model to fill in")
        template = "blocks/template.html"


class ReadingItemBlock(blocks.StructBlock):
    page = PageChoice(
        "cms.ResourcePage", label=_("From the library"), required=False,
        help_text=_("Or write the title below."),
    )  # fmt: skip
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=200)
    authors = blocks.CharBlock(label=_("Authors"), required=False, max_length=200)
    year = blocks.CharBlock(label=_("Year"), required=False, max_length=20)
    link = blocks.URLBlock(label=_("Address"), required=False)
    text = blocks.RichTextBlock(
        label=_("Why read it"), required=False, features=["bold", "italic", "link"]
    )

    def clean(self, value):
        value = super().clean(value)
        nameless = not value["page"] and not value["title"]
        if nameless and not self.is_deferred_validation:
            message = ValidationError(_("Choose a title of the library, or write one."))
            raise blocks.StructBlockValidationError(block_errors={"title": message})
        return value


class ReadingBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = blocks.ListBlock(ReadingItemBlock(), label=_("Titles"), min_num=1)

    class Meta:
        icon = "openquote"
        label = _("Further reading")
        template = "blocks/reading.html"
