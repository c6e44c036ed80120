"""Banks, questions, quizzes and attempts in the Wagtail admin, within what each person may see.

Wagtail's generic views ask the permission policy about the model, hardly ever about the row. `Scoped`
closes that: it stands before every view of these viewsets, lists and choosers included.
"""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views import chooser, snippets
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from assessment.forms import AssessmentForm, BankForm, QuestionForm, QuestionSearchForm
from assessment.marking import points_text, review_of
from assessment.models import Assessment, Attempt, Question, QuestionBank
from assessment.rules import Authored, in_use
from cms.viewsets import ChooseOnlyViewSet
from curriculum.models import Course
from lms.cohorts.models import Cohort


class Scoped:
    """Mixed in before every view: a row that the person may not see does not exist for them."""

    def dispatch(self, request, *args, **kwargs):
        if "pk" not in kwargs:
            return super().dispatch(request, *args, **kwargs)
        row = self._row_in_reach(kwargs["pk"])
        action = getattr(self, "permission_required", None)
        if action == "delete" and isinstance(row, Authored) and in_use(row):
            messages.error(
                request,
                _("“%(name)s” is in use and is kept: attempts and quizzes rest on it.")
                % {"name": row},
            )
            return redirect(self.index_url_name)
        if action and not self.permission_policy.user_has_permission_for_instance(
            request.user, action, row
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def _row_in_reach(self, pk):
        policy = self.permission_policy
        rows = policy.instances_user_has_any_permission_for(self.request.user, ["view"])
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def get_base_queryset(self):
        # The history and usage views list something else than rows of the model.
        rows = super().get_base_queryset()
        return rows.visible_to(self.request.user) if rows.model is self.model else rows


class RowsInReach:
    """The choosing window lists the rows that the person may see."""

    def get_object_list(self):
        return self.model_class.objects.visible_to(self.request.user)

    def get_object(self, pk):
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks):
        return self.get_object_list().filter(pk__in=pks)


class ChooseView(RowsInReach, chooser.ChooseView):
    pass


class ChooseResultsView(RowsInReach, chooser.ChooseResultsView):
    pass


class ChosenView(RowsInReach, chooser.SnippetChosenView):
    pass


class ChosenMultipleView(RowsInReach, chooser.SnippetChosenMultipleView):
    pass


class ScopedChooserViewSet(ChooseOnlyViewSet):
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView


class QuestionsInReach(RowsInReach):
    filter_form_class = QuestionSearchForm

    def get_object_list(self):
        return super().get_object_list().select_related("bank")


class ChooseQuestionView(QuestionsInReach, chooser.ChooseView):
    pass


class ChooseQuestionResultsView(QuestionsInReach, chooser.ChooseResultsView):
    pass


class QuestionChooserViewSet(ScopedChooserViewSet):
    choose_view_class = ChooseQuestionView
    choose_results_view_class = ChooseQuestionResultsView


class ScopedViewSet(SnippetViewSet):
    copy_view_enabled = False
    chooser_viewset_class = ScopedChooserViewSet

    def construct_view(self, view_class, **kwargs):
        scoped = type(view_class.__name__, (Scoped, view_class), {})
        return super().construct_view(scoped, **kwargs)


def with_course_title(rows, path: str):
    """The rows with `course_title`: the Italian title of the course that `path` leads to."""
    course = Course.objects.filter(
        translation_key=OuterRef(path), locale__language_code="it"
    ).values("title")[:1]
    return rows.annotate(course_title=Subquery(course))


class BankIndexView(snippets.IndexView):
    def get_base_queryset(self):
        return with_course_title(super().get_base_queryset(), "course_key")


class BankViewSet(ScopedViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("Question banks")
    index_view_class = BankIndexView
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


class AssessmentIndexView(snippets.IndexView):
    def get_base_queryset(self):
        return with_course_title(super().get_base_queryset(), "course_key")


class AssessmentViewSet(ScopedViewSet):
    model = Assessment
    icon = "tasks"
    menu_label = _("Quizzes")
    index_view_class = AssessmentIndexView
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


def visible_cohorts(request):
    reach = Attempt.objects.visible_to(request.user).values("enrolment__cohort")
    return Cohort.objects.filter(pk__in=reach)


def visible_assessments(request):
    reach = Attempt.objects.visible_to(request.user).values("assessment")
    return Assessment.objects.filter(pk__in=reach)


class AttemptFilters(WagtailFilterSet):
    enrolment__cohort = django_filters.ModelChoiceFilter(
        label=_("Cohort"), queryset=visible_cohorts
    )
    assessment = django_filters.ModelChoiceFilter(label=_("Quiz"), queryset=visible_assessments)

    class Meta:
        model = Attempt
        fields = ["enrolment__cohort", "assessment", "passed", "ended_by"]


class AttemptIndexView(snippets.IndexView):
    def get_base_queryset(self):
        rows = super().get_base_queryset().select_related("enrolment__user", "enrolment__cohort")
        return rows.select_related("assessment").defer("snapshot")


class AttemptInspectView(snippets.InspectView):
    """The facts of an attempt and, once it is handed in, question by question."""

    template_name = "assessment/admin/attempt_inspect.html"

    def get_page_subtitle(self):
        return f"{self.object.enrolment} · {self.object.number}"

    def get_context_data(self, **kwargs):
        attempt, questions = self.object, []
        if not attempt.is_open:
            questions = review_of(attempt, attempt.answers.all())
        return super().get_context_data(
            questions=questions,
            points=points_text(attempt.score or 0),
            max_points=points_text(attempt.max_score or 0),
            **kwargs,
        )


class AttemptViewSet(ScopedViewSet):
    model = Attempt
    icon = "clipboard-list"
    menu_label = _("Attempts")
    index_view_class = AttemptIndexView
    inspect_view_enabled = True
    inspect_view_class = AttemptInspectView
    inspect_template_name = "assessment/admin/attempt_inspect.html"
    list_display = [
        "enrolment",
        Column("assessment", label=_("Quiz")),
        Column("number", label=_("Attempt"), sort_key="number"),
        DateColumn("started_at", label=_("Started"), sort_key="started_at"),
        Column("percent", label="%", sort_key="percent"),
        BooleanColumn("passed", label=_("Passed")),
    ]
    filterset_class = AttemptFilters
    search_fields = ["enrolment__user__last_name", "enrolment__user__email", "enrolment__code"]
    export_filename = "tentativi"


class DeleteWithinReach(DeleteBulkAction):
    """Wagtail's action names, in its confirmation, the rows that may not be deleted: only those in reach."""

    models = [QuestionBank, Question, Assessment, Attempt]

    def get_actionable_objects(self):
        rows, rest = super().get_actionable_objects()
        named = [row.pk for row in rest["items_with_no_access"]]
        reach = self.model.objects.visible_to(self.request.user).filter(pk__in=named)
        return rows, {"items_with_no_access": list(reach)}


class AssessmentGroup(SnippetViewSetGroup):
    menu_label = _("Quizzes")
    menu_icon = "tasks"
    menu_order = 220
    items = (AssessmentViewSet, QuestionViewSet, BankViewSet, AttemptViewSet)
