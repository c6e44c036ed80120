"""Who works in the cohort, as what, until when."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.forms import EndStaffForm, StaffForm
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


def staff_row(request, pk, row_id):
    """Say the last day of somebody's function, or take it away."""
    cohort = cohort_for(request, pk)
    row = get_object_or_404(cohort.staff.select_related("user"), pk=row_id)
    until = row.until or timezone.localdate()
    form = EndStaffForm(request.POST if "end" in request.POST else None, initial={"until": until})
    if "remove" in request.POST:
        services.remove_staff(row=row, by=request.user)
        messages.success(request, _("%(person)s: taken away.") % {"person": row.user})
        return redirect("cohorts_admin:staff", pk=cohort.pk)
    if form.is_bound and form.is_valid():
        services.end_staff(row=row, until=form.cleaned_data["until"], by=request.user)
        messages.success(request, _("%(person)s: saved.") % {"person": row.user})
        return redirect("cohorts_admin:staff", pk=cohort.pk)
    context = {
        "cohort": cohort,
        "form": form,
        "header_title": str(row.user),
        "header_subtitle": f"{row.get_function_display()} · {cohort.code}",
        "header_icon": "user",
    }
    status = 422 if form.errors else 200
    return render(request, "cohorts/admin/staff_row.html", context, status=status)


def _assign(request, cohort, form) -> str:
    services.assign_staff(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("%(person)s is on the staff.") % {"person": form.cleaned_data["user"]}


ACTIONS = {
    "staff": Action(
        _assign, "staff", page, form=lambda cohort, data: StaffForm(data), name="staff_form"
    ),
}
