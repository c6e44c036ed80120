"""Who works in the cohort, as what, until when."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.forms import StaffForm
from lms.cohorts.models import Cohort
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab


@require_safe
def staff(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    context = {
        "staff": cohort.staff.select_related("user").order_by("function", "user__last_name"),
        "staff_form": StaffForm(),
        **bound,
    }
    return render_tab(request, cohort, "staff", status=status, **context)


def _assign(request, cohort, form) -> str:
    services.assign_staff(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("%(person)s is on the staff.") % {"person": form.cleaned_data["user"]}


ACTIONS = {
    "staff": Action(
        _assign, "staff", page, form=lambda cohort, data: StaffForm(data), name="staff_form"
    ),
}
