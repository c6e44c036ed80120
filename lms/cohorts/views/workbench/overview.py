"""The cohort at a glance: opened, called off, what it teaches."""

from django.db.models import Count
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms import ReasonForm, StateForm
from lms.cohorts.models import Cohort
from lms.cohorts.summary import seats_by_pool, version_in_force
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab


@require_safe
def workbench(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    context = {
        "seats": seats_by_pool(cohort),
        "waiting": cohort.applications.filter(status=ApplicationStatus.SUBMITTED).count(),
        "session_count": cohort.sessions.filter(cancelled_at=None).count(),
        "version": version_in_force(cohort),
        "modules": cohort.modules.annotate(lesson_count=Count("lessons")),
        "reason_form": ReasonForm(),
        "state_form": StateForm(),
        **bound,
    }
    return render_tab(request, cohort, "workbench", status=status, **context)


def _open(request, cohort, form) -> str:
    services.open_cohort(cohort=cohort, by=request.user)
    return _("The cohort is open: its lessons and rules are fixed.")


def _cancel(request, cohort, form) -> str:
    services.cancel_cohort(cohort=cohort, reason=form.cleaned_data["reason"], by=request.user)
    return _("The cohort is cancelled.")


ACTIONS = {
    "apri": Action(_open, "workbench", page),
    "annulla": Action(
        _cancel, "workbench", page, form=lambda cohort, data: ReasonForm(data), name="reason_form"
    ),
}
