"""The body of a lesson, in the groups of the editor's menu."""

from copy import copy

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import BodyBlock, ImageBlock
from curriculum.blocks import media, practice, sources, texts

GROUPS = {
    _("Text"): ("text", "heading", "quote", "callout", "table", "term", "notes"),
    _("Pictures and sound"): ("image", "gallery", "video", "embed", "audio"),
    _("Structure"): ("accordion", "steps", "timeline", "comparison", "case"),
    _("To do"): ("check", "reflection", "template"),
    _("To read and keep"): ("file", "reading"),
}


class CreditedImageBlock(ImageBlock):
    """The hub's picture, with its credit required.

    The shape is the same, so that older lessons are read as they are; the editor asks for the credit
    when the lesson is sent to review or published, and lets a draft be saved without.
    """

    credit = blocks.CharBlock(
        label=_("Credit"), max_length=150, help_text=_("Who made it, and the licence.")
    )

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/image.html"


class LessonBlock(BodyBlock):
    image = CreditedImageBlock()
    reflection = practice.ReflectionBlock()
    heading = texts.HeadingBlock()
    table = texts.TableBlock()
    term = texts.TermBlock()
    notes = texts.NotesBlock()
    gallery = media.GalleryBlock()
    embed = media.EmbedBlock()
    audio = media.AudioBlock()
    accordion = texts.AccordionBlock()
    steps = texts.StepsBlock()
    timeline = texts.TimelineBlock()
    comparison = texts.ComparisonBlock()
    case = sources.CaseBlock()
    check = practice.CheckBlock()
    template = sources.TemplateBlock()
    reading = sources.ReadingBlock()

    class Meta:
        block_counts = {"notes": {"max_num": 1}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group, names in GROUPS.items():
            for name in names:
                # A copy: the hub's pages share some of these blocks and have no groups.
                block = self.child_blocks[name] = copy(self.child_blocks[name])
                block.meta = copy(block.meta)
                block.meta.group = group
