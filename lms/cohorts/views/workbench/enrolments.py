"""Who takes part, page by page; who came without an application, who left; the list as a file."""

import csv
import hashlib

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.log_actions import log

from lms.cohorts import services
from lms.cohorts.choices import EnrolmentStatus, PaymentState, PoolKind
from lms.cohorts.forms import EnrolForm, WithdrawForm
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.summary import EnrolmentFilter, enrolments_page, export_rows
from lms.cohorts.summary.enrolments import OPEN_SEATS, organisation_choices
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab


@require_safe
def enrolments(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    sifted = EnrolmentFilter.read(request.GET)
    shown = enrolments_page(cohort, sifted, request.GET.get("page", 1))
    context = {
        "enrolments": shown.page.object_list,
        "page_obj": shown.page,
        "taken": shown.taken,
        "sifted": sifted,
        "filters": _filters(sifted, shown.organisations),
        "enrol_form": EnrolForm(),
        **bound,
    }
    return render_tab(request, cohort, "enrolments", status=status, **context)


def _filters(sifted: EnrolmentFilter, organisations) -> list[dict]:
    """The menus above the list: name in the address, label, choices, what is chosen."""
    everything = ("", _("All"))
    pools = [everything, (OPEN_SEATS, pgettext("seats", "Open to all")), *PoolKind.choices]
    return [
        {"name": "stato", "label": _("State"), "value": sifted.status,
         "choices": [everything, *EnrolmentStatus.choices]},
        {"name": "ente", "label": _("Organisation"), "value": sifted.organisation,
         "choices": organisation_choices(organisations)},
        {"name": "posti", "label": pgettext("seats", "Seats"), "value": sifted.pool,
         "choices": pools},
        {"name": "quota", "label": _("Fee"), "value": sifted.payment,
         "choices": [everything, *PaymentState.choices]},
    ]  # fmt: skip


@never_cache
@require_safe
def export(request, pk):
    """The list as it is sifted, row by row; what was given out is in the log."""
    cohort = cohort_for(request, pk)
    sifted = EnrolmentFilter.read(request.GET)
    response = StreamingHttpResponse(
        _lines(cohort, sifted, request.user), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{cohort.code}-iscrizioni.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(cohort: Cohort, sifted: EnrolmentFilter, by):
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    total, count = hashlib.sha256(), -1  # the headings are no row
    for cells in export_rows(cohort, sifted):
        line = writer.writerow(cells).encode()
        total.update(line)
        count += 1
        yield line
    data = {"rows": count, "sha256": total.hexdigest()}
    log(cohort, "cohorts.export_enrolments", user=by, data=data)


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
