"""Who asked to come, and the answers."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Cohort
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.errors import DomainError
from lms.core.typed import number_in


@require_safe
def applications(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200):
    rows = cohort.applications.sent().exclude(status=ApplicationStatus.WITHDRAWN)
    rows = rows.select_related("user")
    free = max(cohort.seats - cohort.enrolments.active().count(), 0)
    return render_tab(request, cohort, "applications", status=status, applications=rows, free=free)


def _chosen(request, cohort: Cohort) -> list[Application]:
    pks = {number_in(text) for text in request.POST.getlist("application")} - {None}
    chosen = list(cohort.applications.sent().filter(pk__in=pks).order_by("submitted_at", "pk"))
    if not chosen:
        raise DomainError(_("Choose at least one application."), "nothing_chosen")
    return chosen


def _admit(request, cohort, form) -> str:
    chosen = _chosen(request, cohort)
    services.admit_all(applications=chosen, by=request.user)
    return _("Admitted: %(number)s.") % {"number": len(chosen)}


def _decline(request, cohort, form) -> str:
    chosen = _chosen(request, cohort)
    reason = request.POST.get("reason", "").replace("\x00", "")[:300]
    services.decline_all(applications=chosen, by=request.user, reason=reason)
    return _("Declined: %(number)s.") % {"number": len(chosen)}


ACTIONS = {
    "ammetti": Action(_admit, "applications", page),
    "declina": Action(_decline, "applications", page),
}
