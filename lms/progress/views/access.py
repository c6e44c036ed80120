"""Who stands before a lesson: a learner of the cohort, its staff, or nobody."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from lms.cohorts.models import Cohort, Enrolment, SyllabusLesson
from lms.cohorts.rules import may_inspect, may_teach


def inside(request, code: str) -> tuple[Cohort, Enrolment | None]:
    """The cohort and the reader's enrolment; None for its staff, who read without progress."""
    enrolment = (
        Enrolment.objects.active()
        .filter(cohort__code=code, cohort__opened_at__isnull=False, user=request.user)
        .select_related("cohort")
        .first()
    )
    if enrolment:
        return enrolment.cohort, enrolment
    cohort = get_object_or_404(Cohort.objects.exclude(opened_at=None), code=code)
    if not may_inspect(request.user, cohort):
        raise Http404
    return cohort, None


def own_lesson(request, code: str, lesson_id: int) -> tuple[Enrolment, SyllabusLesson]:
    enrolment = get_object_or_404(
        Enrolment.objects.active().select_related("cohort", "user"),
        cohort__code=code,
        user=request.user,
    )
    lesson = get_object_or_404(
        SyllabusLesson.objects.select_related("module"),
        cohort=enrolment.cohort_id,
        lesson=lesson_id,
    )
    return enrolment, lesson


def taught(request, code: str) -> Cohort:
    """An opened cohort for who teaches it; anybody else is told the same as of one that does not exist."""
    cohort = get_object_or_404(Cohort.objects.exclude(opened_at=None), code=code)
    if not may_teach(request.user, cohort):
        raise Http404
    return cohort


def by_script(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
