from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import SMALL_TEXT_FEATURES, BodyBlock


class ReflectionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    prompt = blocks.RichTextBlock(label=_("Question to think about"), features=SMALL_TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = _("Think about it")
        template = "blocks/reflection.html"


class LessonBlock(BodyBlock):
    """The body of a lesson."""

    reflection = ReflectionBlock()


class OutcomeBlock(blocks.StructBlock):
    """One learning outcome: `key` stays the same in every language and version."""

    key = blocks.RegexBlock(
        regex=r"^[A-Z][A-Z0-9]{0,9}$", label=_("Code"), help_text=_("Short, such as O1.")
    )
    text = blocks.TextBlock(label=_("The learner is able to…"))

    class Meta:
        icon = "tick"
        label = _("Outcome")
