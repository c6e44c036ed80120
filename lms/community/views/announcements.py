"""A cohort's announcements as its people read them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.rules import may_inspect
from lms.community import services
from lms.community.forms import ReadForm
from lms.community.rules import may_announce
from lms.community.summary import announcement_board


def cohort_and_enrolment(request: HttpRequest, code: str) -> tuple[Cohort, Enrolment | None]:
    """Who is or was enrolled, and the cohort's staff; for everybody else it does not exist."""
    cohort = get_object_or_404(
        Cohort.objects.exclude(opened_at=None).select_related("course"), code=code
    )
    enrolment = Enrolment.objects.filter(cohort=cohort, user=request.user).first()
    if enrolment is None and not may_inspect(request.user, cohort):
        raise Http404
    if enrolment and enrolment.withdrawn_on and may_inspect(request.user, cohort):
        enrolment = None  # who left as a learner and came back as staff
    return cohort, enrolment


@never_cache
@login_required
@require_safe
def announcements(request: HttpRequest, code: str) -> HttpResponse:
    cohort, enrolment = cohort_and_enrolment(request, code)
    writes = may_announce(request.user, cohort)
    board = announcement_board(cohort, enrolment, language=get_language() or "it", writes=writes)
    active = enrolment if enrolment and not enrolment.withdrawn_on else None
    context = {
        "cohort": cohort,
        "board": board,
        "writes": writes,
        "marks": bool(active and (board.unread or any(r.corrected_since for r in board.rows))),
        "withdrawn": bool(enrolment and enrolment.withdrawn_on),
        "until": timezone.now().isoformat(),
    }
    return render(request, "community/announcements.html", context)


@never_cache
@login_required
@require_POST
def mark_read(request: HttpRequest, code: str) -> HttpResponse:
    """“I have read them”: by the page's script when it was seen, or with the button."""
    enrolment = get_object_or_404(
        Enrolment.objects.active(),
        cohort__code=code,
        cohort__opened_at__isnull=False,
        user=request.user,
    )
    form = ReadForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None
    services.mark_announcements_read(enrolment=enrolment, until=until)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("community:announcements", code)
