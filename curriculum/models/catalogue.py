from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.url_routing import RouteResult

from cms.blocks import BodyBlock
from cms.models import BasePage
from curriculum.models.reviewed import Reviewed
from lms.core.fields import LeanStreamField


class Catalogue(Reviewed, BasePage):
    """The list of the Master Civici in one language."""

    body = LeanStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["curriculum.Course"]
    max_count_per_parent = 1
    content_panels = BasePage.content_panels + [FieldPanel("body")]
    template = "curriculum/catalogue.html"

    class Meta:
        verbose_name = _("course catalogue")

    def route(self, request, path_components):
        """Find the page below in one step: level by level, a lesson's address alone costs six queries."""
        if not path_components:
            return super().route(request, path_components)
        path = f"{self.url_path}{'/'.join(path_components)}/"
        page = self.get_descendants().filter(url_path=path, live=True).first()
        if page is None:
            raise Http404
        return RouteResult(page.specific)
