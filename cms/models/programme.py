"""What the hub learns and tells: action-research, good practice, news."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.choices import ProjectStatus
from cms.models.base import BodyPage
from cms.models.people import Partner


class ResearchIndexPage(BodyPage):
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ResearchProjectPage"]
    template = "cms/research_index_page.html"

    class Meta:
        verbose_name = _("list of research projects")


class ResearchProjectPage(BodyPage):
    """A research path or controlled experiment: its question, how it is answered, what came out."""

    question = models.TextField(_("research question"), max_length=400)
    status = models.CharField(
        _("status"), max_length=10, choices=ProjectStatus, default=ProjectStatus.RUNNING
    )
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)
    measures = models.TextField(
        _("what is measured"), blank=True, help_text=_("One measure per line.")
    )
    partners = ParentalManyToManyField(Partner, verbose_name=_("partners"), blank=True)

    parent_page_types = ["cms.ResearchIndexPage"]
    subpage_types: list[str] = []
    template = "cms/research_project_page.html"
    content_panels = BodyPage.content_panels[:-1] + [
        FieldPanel("question"),
        FieldRowPanel([FieldPanel("status"), FieldPanel("started_on"), FieldPanel("ended_on")]),
        FieldPanel("body"),
        FieldPanel("measures"),
        FieldPanel("partners"),
    ]

    class Meta:
        verbose_name = _("research project")
        verbose_name_plural = _("research projects")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="a_project_ends_after_it_begins",
                violation_error_message=_("A project ends after it begins."),
            )
        ]

    def clean(self):
        super().clean()
        if self.started_on and self.ended_on and self.ended_on < self.started_on:
            raise ValidationError({"ended_on": _("A project ends after it begins.")})

    @property
    def measure_list(self) -> list[str]:
        return [line.strip() for line in self.measures.splitlines() if line.strip()]


class GoodPracticeIndexPage(BodyPage):
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GoodPracticePage"]
    template = "cms/good_practice_index_page.html"

    class Meta:
        verbose_name = _("list of good practices")


class GoodPracticePage(BodyPage):
    """A case told so that others may try it: where, who, what held and what did not."""

    place = models.CharField(_("place"), max_length=120)
    promoter = models.CharField(_("promoted by"), max_length=150)
    since = models.PositiveSmallIntegerField(_("since (year)"), null=True, blank=True)
    takeaway = models.TextField(_("what to take away"), max_length=400)

    parent_page_types = ["cms.GoodPracticeIndexPage"]
    subpage_types: list[str] = []
    template = "cms/good_practice_page.html"
    content_panels = BodyPage.content_panels[:-1] + [
        FieldRowPanel([FieldPanel("place"), FieldPanel("promoter"), FieldPanel("since")]),
        FieldPanel("takeaway"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")


class NewsIndexPage(BodyPage):
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    template = "cms/news_index_page.html"

    class Meta:
        verbose_name = _("list of news")


class NewsPage(BodyPage):
    date = models.DateField(_("date"), default=timezone.localdate)
    byline = models.CharField(_("written by"), max_length=120, blank=True)

    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news_page.html"
    content_panels = BodyPage.content_panels[:-1] + [
        FieldRowPanel([FieldPanel("date"), FieldPanel("byline")]),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")
