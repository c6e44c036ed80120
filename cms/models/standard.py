"""Pages that are a text, and little else: the house, how it works, privacy, the two services."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import StreamBlock

from cms.blocks import StepBlock
from cms.models.base import BodyPage
from lms.core.fields import LeanStreamField


class StandardPage(BodyPage):
    parent_page_types = ["cms.HomePage", "cms.StandardPage"]
    subpage_types = ["cms.StandardPage"]
    template = "cms/standard_page.html"

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")


class ServicePage(BodyPage):
    """A service of the hub, told as a path of numbered steps."""

    steps = LeanStreamField(
        StreamBlock([("step", StepBlock())]), verbose_name=_("steps"), blank=True
    )

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    content_panels = BodyPage.content_panels + [FieldPanel("steps")]

    class Meta:
        abstract = True


class ConsultingPage(ServicePage):
    template = "cms/service_page.html"  # a page type does not inherit its parent's

    class Meta:
        verbose_name = _("consulting page")


class AccelerationPage(ServicePage):
    template = "cms/service_page.html"

    class Meta:
        verbose_name = _("acceleration page")
