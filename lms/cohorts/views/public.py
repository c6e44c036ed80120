"""A cohort's public page."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curriculum.models import Course
from lms.accounts.models import User
from lms.cohorts.choices import ApplicationStatus, Phase
from lms.cohorts.models import Application, Cohort, Enrolment
from lms.cohorts.outline import cohort_syllabus
from lms.cohorts.rules import may_see_archived
from lms.cohorts.summary import public_cohort, seats_by_pool
from lms.core.navigation import Link, page_address


def public_cohort_of(code: str, user: User | AnonymousUser) -> Cohort:
    """Drafts answer like codes that do not exist; so do archived ones, but to who took part and to the staff."""
    cohort = get_object_or_404(
        Cohort.objects.exclude(opened_at=None).select_related("course__locale"), code=code
    )
    if cohort.phase == Phase.ARCHIVED and not may_see_archived(user, cohort):
        raise Http404
    return cohort


def course_page(cohort: Cohort) -> Course:
    """The course in the reader's language where it is published, else the Italian page."""
    pages = Course.objects.live().filter(translation_key=cohort.course.translation_key)
    return pages.filter(locale__language_code=get_language()).first() or cohort.course


def cohort_crumbs(course: Course, cohort: Cohort | None = None) -> list[Link]:
    crumbs = [Link(course.title, page_address(course.locale.language_code, course.url_path))]
    return crumbs + ([Link(cohort.code, cohort.get_absolute_url())] if cohort else [])


def standing_of(request, cohort: Cohort) -> dict:
    """The reader's enrolment and application (a draft too), if any."""
    if not request.user.is_authenticated:
        return {"enrolment": None, "application": None}
    mine = {"cohort": cohort, "user": request.user}
    return {
        "enrolment": Enrolment.objects.active().filter(**mine).first(),
        "application": Application.objects.exclude(status=ApplicationStatus.WITHDRAWN)
        .filter(**mine)
        .first(),
    }


@never_cache
@require_safe
def detail(request, code):
    cohort = public_cohort_of(code, request.user)
    course = course_page(cohort)
    seats = seats_by_pool(cohort)
    state = public_cohort(cohort, seats.taken + seats.held)
    context = standing_of(request, cohort) | {
        "cohort": cohort,
        "course": course,
        "crumbs": cohort_crumbs(course),
        "state": state,
        "syllabus": cohort_syllabus(cohort),
        "sessions": list(cohort.sessions.select_related("module", "venue").order_by("starts_at")),
        "seats_left": state.seats_left,
        "seats": seats,
        "inside": request.user.is_authenticated
        and request.user.has_perm("cohorts.read_inside", cohort),
    }
    return render(request, "cohorts/detail.html", context)
