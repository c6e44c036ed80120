from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import BaseTranslatableField

from cms.blocks import BodyBlock
from lms.core.fields import LeanStreamField


class OwnField(BaseTranslatableField):
    """A field that each language has for itself: neither translated nor copied from the Italian."""


def below_a_draft() -> Exists:
    """Condition on pages: some page above is not live. Unpublishing a page may leave those below it live."""
    hidden = Page.objects.filter(live=False).alias(
        asked_path=ExpressionWrapper(OuterRef("path"), output_field=models.CharField()),
        asked_depth=ExpressionWrapper(OuterRef("depth"), output_field=models.IntegerField()),
    )
    return Exists(hidden.filter(asked_path__startswith=F("path"), depth__lt=F("asked_depth")))


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
    # A translation that took the Italian slug would break the links to the English page.
    override_translatable_fields = [OwnField("slug")]

    class Meta:
        abstract = True

    def with_content_json(self, content):
        """As Wagtail's; but what is built from a revision of the page's own is no alias.

        While nobody has published its translation, a page shows the Italian one, as its alias. So the
        publication of a revision of its own, on whatever way, ends the alias and keeps the address.
        """
        page = super().with_content_json(content)
        if content.get("pk") == self.pk:
            page.alias_of_id = None
        return page


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
