"""The attempts: listed and read here, never written."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.snippets.views import snippets

from assessment.marking import points_text, review_of
from assessment.models import Assessment, Attempt
from assessment.viewsets.scoped import ScopedViewSet
from lms.cohorts.models import Cohort


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
