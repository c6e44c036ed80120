"""A cohort's public page, the application, the calendar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curriculum.models import Course
from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms import ApplicationForm
from lms.cohorts.ical import cohort_calendar
from lms.cohorts.models import Application, Cohort, Enrolment
from lms.cohorts.outline import cohort_syllabus
from lms.cohorts.summary import public_cohort, seats_by_pool
from lms.core.errors import DomainError
from lms.core.navigation import Link, page_address


def _public_cohort(code: str) -> Cohort:
    """Drafts answer like codes that do not exist."""
    return get_object_or_404(
        Cohort.objects.exclude(opened_at=None).select_related("course__locale"), code=code
    )


def _course_page(cohort: Cohort) -> Course:
    """The course in the reader's language where it is published, else the Italian page."""
    pages = Course.objects.live().filter(translation_key=cohort.course.translation_key)
    return pages.filter(locale__language_code=get_language()).first() or cohort.course


def _crumbs(course: Course, cohort: Cohort | None = None) -> list[Link]:
    crumbs = [Link(course.title, page_address(course.locale.language_code, course.url_path))]
    return crumbs + ([Link(cohort.code, cohort.get_absolute_url())] if cohort else [])


def _mine(request, cohort: Cohort) -> dict:
    """The reader's enrolment and application, if any."""
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
    cohort = _public_cohort(code)
    course = _course_page(cohort)
    seats = seats_by_pool(cohort)
    state = public_cohort(cohort, seats.taken)
    context = _mine(request, cohort) | {
        "cohort": cohort,
        "course": course,
        "crumbs": _crumbs(course),
        "state": state,
        "syllabus": cohort_syllabus(cohort),
        "sessions": list(cohort.sessions.select_related("module").order_by("starts_at")),
        "seats_left": state.seats_left,
        "seats": seats,
        "inside": request.user.is_authenticated
        and request.user.has_perm("cohorts.read_inside", cohort),
    }
    return render(request, "cohorts/detail.html", context)


@never_cache
@login_required
def apply(request, code):
    cohort = _public_cohort(code)
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.apply(
                cohort=cohort,
                user=request.user,
                motivation=form.cleaned_data["motivation"],
                organisation=form.organisation(),
                organisation_name=form.cleaned_data["organisation_name"],
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Sent. You will find a confirmation in your mail."))
            return redirect("cohorts:detail", code=cohort.code)
    course = _course_page(cohort)
    context = _mine(request, cohort) | {
        "cohort": cohort,
        "course": course,
        "form": form,
        "withdrawn": Application.objects.filter(
            cohort=cohort, user=request.user, status=ApplicationStatus.WITHDRAWN
        ).exists(),
        "crumbs": _crumbs(course, cohort),
        "closed": _("Applications to %(code)s are not open now.") % {"code": cohort.code},
    }
    return render(request, "cohorts/apply.html", context, status=422 if form.errors else 200)


@require_safe
def calendar(request, code):
    cohort = _public_cohort(code)
    if cohort.cancelled_at:
        raise Http404
    inside = request.user.is_authenticated and request.user.has_perm("cohorts.read_inside", cohort)
    response = HttpResponse(
        cohort_calendar(
            cohort, cohort.sessions.select_related("module").order_by("starts_at"), inside=inside
        ),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{cohort.code}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
