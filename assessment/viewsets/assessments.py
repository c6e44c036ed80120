"""The quizzes, with the rule that their attempts begin with."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from assessment.forms import AssessmentForm
from assessment.models import Assessment
from assessment.viewsets.scoped import OfCourseIndexView, ScopedViewSet


class AssessmentViewSet(ScopedViewSet):
    model = Assessment
    icon = "tasks"
    menu_label = _("Quizzes")
    index_view_class = OfCourseIndexView
    list_display = [
        "__str__",
        Column("course_title", label=_("Course")),
        "pass_mark",
        BooleanColumn("required", label=_("Required")),
        BooleanColumn("published", label=_("Published")),
    ]
    list_filter = ["required", "published"]
    search_fields = ["key", "title__it", "title__en"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("course_key"), FieldPanel("key"), FieldPanel("position")]),
            FieldPanel("title"),
            FieldPanel("instructions"),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [
                            FieldPanel("pass_mark"),
                            FieldPanel("attempts_allowed"),
                            FieldPanel("time_limit_minutes"),
                        ]
                    ),
                    FieldPanel("multiple_rule"),
                    FieldRowPanel(
                        [FieldPanel("shuffle"), FieldPanel("required"), FieldPanel("published")]
                    ),
                ],
                heading=_("The rule"),
                help_text=_(
                    "An attempt keeps the questions and the rule that it began with: a change counts "
                    "for those that begin afterwards."
                ),
            ),
            InlinePanel("question_rows", heading=_("Questions"), label=_("Question")),
        ],
        base_form_class=AssessmentForm,
    )
