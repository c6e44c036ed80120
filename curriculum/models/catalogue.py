from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from cms.blocks import BodyBlock
from cms.models import BasePage
from curriculum.models.reviewed import Reviewed
from lms.core.fields import LeanStreamField


class Catalogue(Reviewed, BasePage):
    """The list of the Master Civici in one language."""

    body = LeanStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["curriculum.Course", "curriculum.Programme"]
    max_count_per_parent = 1
    content_panels = BasePage.content_panels + [FieldPanel("body")]
    template = "curriculum/catalogue.html"

    class Meta:
        verbose_name = _("course catalogue")
