"""A cohort's public page, the application, the calendar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms import ApplicationForm
from lms.cohorts.ical import cohort_calendar
from lms.cohorts.models import Application, Cohort, Enrolment
from lms.cohorts.outline import cohort_syllabus
from lms.core.errors import DomainError


def _public_cohort(code: str) -> Cohort:
    """Drafts answer like codes that do not exist."""
    return get_object_or_404(
        Cohort.objects.exclude(opened_at=None).select_related("course"), code=code
    )


@never_cache
@require_safe
def detail(request, code):
    cohort = _public_cohort(code)
    sessions = cohort.sessions.select_related("module").order_by("starts_at")
    enrolled = cohort.enrolments.active().count()
    context = {
        "cohort": cohort,
        "syllabus": cohort_syllabus(cohort),
        "sessions": sessions,
        "seats_left": max(0, cohort.seats - enrolled),
        "inside": False,
    }
    if request.user.is_authenticated:
        context |= {
            "inside": request.user.has_perm("cohorts.read_inside", cohort),
            "enrolment": Enrolment.objects.active()
            .filter(cohort=cohort, user=request.user)
            .first(),
            "application": Application.objects.exclude(status=ApplicationStatus.WITHDRAWN)
            .filter(cohort=cohort, user=request.user)
            .first(),
        }
    return render(request, "cohorts/detail.html", context)


@never_cache
@login_required
def apply(request, code):
    cohort = _public_cohort(code)
    form = ApplicationForm(request.POST or None)
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
            messages.success(request, _("Your application has arrived: we have written to you."))
            return redirect("cohorts:detail", code=cohort.code)
    return render(
        request,
        "cohorts/apply.html",
        {"cohort": cohort, "form": form},
        status=422 if form.errors else 200,
    )


@require_safe
def calendar(request, code):
    cohort = _public_cohort(code)
    if cohort.cancelled_at:
        raise Http404
    inside = request.user.is_authenticated and request.user.has_perm("cohorts.read_inside", cohort)
    response = HttpResponse(
        cohort_calendar(cohort, cohort.sessions.order_by("starts_at"), inside=inside),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{cohort.code}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
