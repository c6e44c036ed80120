"""The state of a cohort, set by hand or given back to the dates."""

from django.utils.translation import gettext as _

from lms.cohorts import services
from lms.cohorts.forms import StateForm
from lms.cohorts.views.workbench import overview
from lms.cohorts.views.workbench.frame import Action


def _set(request, cohort, form) -> str:
    cohort = services.override_phase(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("The cohort’s state is now: %(state)s.") % {"state": cohort.phase_label}


def _give_back(request, cohort, form) -> str:
    cohort = services.lift_override(cohort=cohort, by=request.user)
    return _("The dates decide again. The cohort’s state is now: %(state)s.") % {
        "state": cohort.phase_label
    }


ACTIONS = {
    "stato": Action(
        _set,
        "workbench",
        overview.page,
        form=lambda cohort, data: StateForm(data),
        name="state_form",
    ),
    "stato-dalle-date": Action(_give_back, "workbench", overview.page),
}
