"""StreamField blocks that the hub's pages and the lessons share.

A block changes only by a new type or a stream migration: pinned revisions of years ago are still read
(docs/decisions/0004). Every block has its template under `templates/blocks/`.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.choosers import DocumentChoice, ImageChoice

RICH_TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
SMALL_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class ImageBlock(blocks.StructBlock):
    image = ImageChoice(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=300,
        help_text=_("What the picture says, for those who do not see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=150)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/image.html"


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("Quote"))
    author = blocks.CharBlock(label=_("Author"), required=False, max_length=120)
    role = blocks.CharBlock(label=_("Role"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[
            ("note", _("Note")),
            ("example", _("Example")),
            ("warning", _("Warning")),
            ("case", _("Case")),
        ],
        default="note",
    )
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=SMALL_TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "blocks/callout.html"


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    video = DocumentChoice(label=_("Video file"), help_text=_("WebM or MP4."))
    captions = DocumentChoice(
        label=_("Captions"), required=False, help_text=_("A WebVTT file in the page's language.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=SMALL_TEXT_FEATURES,
        help_text=_("Everything that is said and shown, for those who read."),
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"


class FileBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    file = DocumentChoice(label=_("File"))
    description = blocks.TextBlock(label=_("Description"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("File to download")
        template = "blocks/file.html"


class BodyBlock(blocks.StreamBlock):
    """The body of every page of the hub."""

    text = blocks.RichTextBlock(
        label=_("Text"), features=RICH_TEXT_FEATURES, template="blocks/text.html"
    )
    image = ImageBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()
    video = VideoBlock()
    file = FileBlock()


class StepBlock(blocks.StructBlock):
    """One step of a path: consulting and acceleration pages show them numbered."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "list-ol"
        label = _("Step")


class ManifestoPartBlock(blocks.StructBlock):
    """A part of the manifesto; its number is its place in the list."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Introduction"))

    class Meta:
        icon = "openquote"
        label = _("Part")


class FaqBlock(blocks.StructBlock):
    """A question that people ask, and its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=SMALL_TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question and answer")
        template = "blocks/faq.html"
