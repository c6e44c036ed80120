from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index

from cms.models import BasePage
from curriculum.models.introduced import Introduced
from curriculum.models.reviewed import Reviewed


class Programme(Reviewed, Introduced, BasePage):
    """Courses taken one after the other, towards an aim of its own."""

    parent_page_types = ["curriculum.Catalogue"]
    subpage_types: list[str] = []
    template = "curriculum/programme.html"
    content_panels = BasePage.content_panels + [
        FieldPanel("co_title"),
        FieldPanel("audience"),
        FieldPanel("introduction"),
        InlinePanel(
            "course_rows",
            heading=_("Courses, in the order in which they are taken"),
            label=_("Course"),
            min_num=2,
        ),
        FieldPanel("fee_text"),
        FieldPanel("faq"),
    ]
    search_fields = BasePage.search_fields + [
        index.SearchField("summary"),
        index.SearchField("introduction"),
    ]

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")


class ProgrammeCourse(Orderable):
    """The place of a course in a programme. The reader sees the course in their language, where it is open."""

    programme = ParentalKey(Programme, on_delete=models.CASCADE, related_name="course_rows")
    course = models.ForeignKey(
        "curriculum.Course",
        verbose_name=_("course"),
        on_delete=models.CASCADE,
        related_name="programme_rows",
    )

    panels = [PageChooserPanel("course")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "course"],
                name="a_course_stands_once_in_a_programme",
                violation_error_message=_("This course is already in the programme."),
            )
        ]
