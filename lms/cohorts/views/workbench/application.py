"""One application whole, for administrators: answers, files, where it stands."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from curriculum.models import Course
from lms.cohorts import summary
from lms.cohorts.models import CourseInterest
from lms.cohorts.views.workbench.frame import cohort_for, require_administrator


@require_safe
def application(request, pk, application_id):
    """A draft answers like an application that does not exist: it is its author's."""
    cohort = cohort_for(request, pk)
    rows = cohort.applications.sent().select_related("user", "decided_by", "pool", "organisation")
    row = get_object_or_404(rows, pk=application_id)
    context = {
        "cohort": cohort,
        "application": row,
        "answers": summary.answered(row),
        "header_title": str(row.user),
        "header_subtitle": cohort.code,
        "header_icon": "mail",
    }
    return render(request, "cohorts/admin/application.html", context)


@require_safe
def interests(request):
    """How many wait for each course; who they are is nobody's business."""
    require_administrator(request)
    waiting = CourseInterest.objects.waiting().values("course").annotate(number=Count("pk"))
    numbers = dict(waiting.values_list("course", "number"))
    courses = Course.objects.filter(pk__in=numbers).order_by("title")
    context = {
        "rows": [(course, numbers[course.pk]) for course in courses],
        "header_title": CourseInterest._meta.verbose_name_plural,
        "header_icon": "mail",
    }
    return render(request, "cohorts/admin/interests.html", context)
