from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


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
