"""Who takes part, who came without an application, who left."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.forms import EnrolForm, WithdrawForm
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab


@require_safe
def enrolments(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    context = {
        "enrolments": cohort.enrolments.select_related("user", "organisation"),
        "enrol_form": EnrolForm(),
        **bound,
    }
    return render_tab(request, cohort, "enrolments", status=status, **context)


def withdrawal(request, pk, enrolment_id):
    """Record that a learner left."""
    cohort = cohort_for(request, pk)
    enrolment = get_object_or_404(Enrolment, pk=enrolment_id, cohort=cohort)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(enrolment=enrolment, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(person)s has left the cohort.") % {"person": enrolment.user})
        return redirect("cohorts_admin:enrolments", pk=cohort.pk)
    context = {
        "cohort": cohort,
        "enrolment": enrolment,
        "form": form,
        "header_title": str(enrolment.user),
        "header_subtitle": cohort.code,
        "header_icon": "user",
    }
    return render(request, "cohorts/admin/withdrawal.html", context)


def _enrol(request, cohort, form) -> str:
    user = form.cleaned_data["user"]
    services.enrol(
        cohort=cohort, user=user, joined_on=form.cleaned_data["joined_on"], by=request.user
    )
    return _("%(person)s is enrolled.") % {"person": user}


ACTIONS = {
    "iscrivi": Action(
        _enrol, "enrolments", page, form=lambda cohort, data: EnrolForm(data), name="enrol_form"
    ),
}
