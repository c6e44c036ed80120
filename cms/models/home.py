from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.url_routing import RouteResult

from cms.models.base import BodyPage, below_a_draft


class HomePage(BodyPage):
    """The front door of one language."""

    headline = models.CharField(
        _("headline"), max_length=120, blank=True, help_text=_("“co-” is set in colour.")
    )
    primary_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("first button leads to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    primary_label = models.CharField(_("first button"), max_length=40, blank=True)
    secondary_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("second button leads to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    secondary_label = models.CharField(_("second button"), max_length=40, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home_page.html"
    content_panels = BodyPage.content_panels[:-1] + [
        FieldPanel("headline"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("primary_page"), FieldPanel("primary_label")]),
                FieldRowPanel([FieldPanel("secondary_page"), FieldPanel("secondary_label")]),
            ],
            _("Buttons"),
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")

    def route(self, request, path_components):
        """Find the page below in one step: level by level, a lesson's address alone costs ten queries."""
        if not path_components:
            return super().route(request, path_components)
        path = f"{self.url_path}{'/'.join(path_components)}/"
        page = (
            self.get_descendants().filter(url_path=path, live=True).filter(~below_a_draft()).first()
        )
        if page is None:
            raise Http404
        return RouteResult(page.specific)
