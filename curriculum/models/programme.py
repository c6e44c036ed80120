from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.blocks import StreamBlock
from wagtail.models import Orderable
from wagtail.search import index

from cms.blocks import BodyBlock, FaqBlock
from cms.models import BasePage
from curriculum.choices import Audience
from curriculum.models.reviewed import Reviewed
from lms.core.fields import KeysField, LeanStreamField


class Programme(Reviewed, BasePage):
    """Courses taken one after the other, towards an aim of its own."""

    co_title = models.CharField(
        _("title with co-"), max_length=60, blank=True, help_text=_("For the card: “co-munità”.")
    )
    audience = KeysField(_("audience"), allowed=Audience.choices)
    introduction = LeanStreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)
    fee_text = models.TextField(
        _("about the fee"), blank=True, help_text=_("What it covers, how it is paid.")
    )
    faq = LeanStreamField(
        StreamBlock([("question", FaqBlock())]), verbose_name=_("questions and answers"), blank=True
    )

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

    @property
    def audience_labels(self) -> list[str]:
        labels = dict(Audience.choices)
        return [labels[key] for key in self.audience if key in labels]


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
