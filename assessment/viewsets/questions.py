"""The banks and the questions in them, with the window in which a quiz chooses its questions."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets

from assessment.forms import BankForm, QuestionForm, QuestionSearchForm
from assessment.models import Question, QuestionBank
from assessment.viewsets.scoped import (
    OfCourseIndexView,
    RowsInReach,
    ScopedChooserViewSet,
    ScopedViewSet,
    with_course_title,
)


class BankViewSet(ScopedViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("Question banks")
    index_view_class = OfCourseIndexView
    list_display = ["name", Column("course_title", label=_("Course"))]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("course_key")], base_form_class=BankForm
    )


def visible_banks(request):
    return QuestionBank.objects.visible_to(request.user)


class QuestionFilters(WagtailFilterSet):
    bank = django_filters.ModelChoiceFilter(label=_("Bank"), queryset=visible_banks)
    outcome = django_filters.AllValuesFilter(label=_("Outcome"))

    class Meta:
        model = Question
        fields = ["bank", "kind", "outcome"]


class QuestionIndexView(snippets.IndexView):
    def get_base_queryset(self):
        rows = super().get_base_queryset().select_related("bank")
        return with_course_title(rows, "bank__course_key")

    def search_queryset(self, queryset):
        return queryset.containing(self.search_query) if self.is_searching else queryset


class QuestionsInReach(RowsInReach):
    filter_form_class = QuestionSearchForm

    def get_object_list(self):
        return super().get_object_list().select_related("bank")


class QuestionChooserViewSet(ScopedChooserViewSet):
    reach = QuestionsInReach


class QuestionViewSet(ScopedViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    index_view_class = QuestionIndexView
    chooser_viewset_class = QuestionChooserViewSet
    inspect_view_enabled = True
    list_display = [
        "__str__",
        Column("course_title", label=_("Course")),
        "bank",
        "kind",
        "outcome",
        "points",
    ]
    filterset_class = QuestionFilters
    search_fields = ["key"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("key"), FieldPanel("kind")]),
            FieldRowPanel([FieldPanel("bank"), FieldPanel("outcome"), FieldPanel("points")]),
            FieldPanel("text"),
            InlinePanel(
                "choices",
                heading=_("Choices"),
                label=_("Choice"),
                help_text=_(
                    "Tick the right ones. In a true-or-false question the keys are “true” and “false”."
                ),
                min_num=2,
                panels=[
                    FieldRowPanel([FieldPanel("key"), FieldPanel("correct")]),
                    FieldPanel("text"),
                    FieldPanel("feedback"),
                ],
            ),
            FieldPanel("feedback"),
        ],
        base_form_class=QuestionForm,
    )
