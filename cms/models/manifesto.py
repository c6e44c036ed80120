from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.blocks import StreamBlock

from cms.blocks import ManifestoPartBlock
from cms.models.base import BodyPage
from lms.core.fields import LeanStreamField

PARTS = 4


class ManifestoPage(BodyPage):
    """The founding manifesto: an introduction and four parts that gather the numbered articles."""

    parts = LeanStreamField(
        StreamBlock([("part", ManifestoPartBlock())], max_num=PARTS),
        verbose_name=_("parts"),
        blank=True,
    )

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ManifestoArticlePage"]
    template = "cms/manifesto_page.html"
    content_panels = BodyPage.content_panels + [FieldPanel("parts")]

    class Meta:
        verbose_name = _("manifesto")


class ManifestoArticlePage(BodyPage):
    """One article: a number that people quote, and an address of its own."""

    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    part = models.PositiveSmallIntegerField(
        _("part"), validators=[MinValueValidator(1), MaxValueValidator(PARTS)]
    )

    parent_page_types = ["cms.ManifestoPage"]
    subpage_types: list[str] = []
    template = "cms/manifesto_article_page.html"
    content_panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("part")]),
        *BodyPage.content_panels,
    ]

    class Meta:
        verbose_name = _("manifesto article")
        verbose_name_plural = _("manifesto articles")

    def clean(self):
        super().clean()
        if not self.path or self.number is None:
            return  # a new page has no place yet; the next save with one is checked
        twins = ManifestoArticlePage.objects.sibling_of(self, inclusive=False)
        if twins.filter(number=self.number).exists():
            raise ValidationError({"number": _("Another article already has this number.")})
