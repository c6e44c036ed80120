from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class OutcomeBlock(blocks.StructBlock):
    """One learning outcome: `key` stays the same in every language and version."""

    key = blocks.RegexBlock(
        regex=r"^[A-Z][A-Z0-9]{0,9}$", label=_("Code"), help_text=_("Short, such as O1.")
    )
    text = blocks.TextBlock(label=_("The learner is able to…"))

    class Meta:
        icon = "tick"
        label = _("Outcome")
