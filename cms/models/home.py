from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.blocks import BodyBlock
from cms.models.base import BasePage
from lms.core.fields import LeanStreamField


class HomePage(BasePage):
    """The front door of one language."""

    headline = models.CharField(
        _("headline"), max_length=120, blank=True, help_text=_("“co-” is set in colour.")
    )
    body = LeanStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home_page.html"
    content_panels = BasePage.content_panels + [FieldPanel("headline"), FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")
