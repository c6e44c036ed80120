from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import BodyBlock
from lms.core.fields import LeanStreamField


class BasePage(Page):
    """What every page of the site has: a sentence for lists and search engines, and a picture to share.

    The abstract base computes nothing: templates ask by tag (docs/decisions/0002).
    """

    summary = models.TextField(
        _("summary"), max_length=300, blank=True, help_text=_("One or two sentences, for lists.")
    )
    share_image = models.ForeignKey(
        "cms.HubImage",
        verbose_name=_("picture to share"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    content_panels = Page.content_panels + [FieldPanel("summary")]
    promote_panels = Page.promote_panels + [FieldPanel("share_image")]

    class Meta:
        abstract = True


class BodyPage(BasePage):
    """A page with a body of blocks, found by its words."""

    body = LeanStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels = BasePage.content_panels + [FieldPanel("body")]
    search_fields = BasePage.search_fields + [
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        abstract = True
