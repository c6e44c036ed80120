from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamBlock

from cms.blocks import BodyBlock, FaqBlock
from curriculum.choices import Audience
from lms.core.fields import KeysField, LeanStreamField


class Introduced(models.Model):
    """What a course and a programme both tell those who think of taking part."""

    co_title = models.CharField(
        _("title with co-"), max_length=60, blank=True, help_text=_("For the card: “co-munità”.")
    )
    audience = KeysField(_("audience"), allowed=Audience.choices)
    introduction = LeanStreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)
    fee_text = models.TextField(
        _("about the fee"), blank=True, help_text=_("What it covers, how it is paid.")
    )
    faq = LeanStreamField(
        StreamBlock([("question", FaqBlock())]), verbose_name=_("questions and answers"), blank=True
    )

    class Meta:
        abstract = True

    @property
    def audience_labels(self) -> list[str]:
        labels = dict(Audience.choices)
        return [labels[key] for key in self.audience if key in labels]
