"""What the cohort costs, what each learner owes, what came in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.cohorts import services
from lms.cohorts.forms import (
    AmountForm,
    BandForm,
    CorrectionForm,
    FeeForm,
    MissingAmountsForm,
    PaymentForm,
)
from lms.cohorts.models import Cohort, CohortFee, Enrolment
from lms.cohorts.summary import cohort_sums, fee_standing
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.errors import DomainError
from lms.core.typed import number_in


@require_safe
def fees(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    fee = CohortFee.objects.filter(cohort=cohort).first()
    bands = list(cohort.bands.all())
    context = {
        "fee": fee,
        "bands": [{"row": band, "due": band.due_of(fee.cents) if fee else None} for band in bands],
        "sums": cohort_sums(cohort),
        "fee_form": FeeForm(initial={"cents": _typed(fee.cents)} if fee else None),
        "band_form": BandForm(),
        "missing_form": MissingAmountsForm(cohort=cohort),
        **bound,
    }
    return render_tab(request, cohort, "fees", status=status, **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment_fee(request, pk, enrolment_id):
    """One learner: the amount, the payments, their corrections."""
    cohort = cohort_for(request, pk)
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("user"), pk=enrolment_id, cohort=cohort
    )
    forms = _forms(cohort, enrolment, request)
    status = 200
    if request.method == "POST":
        wanted = request.POST.get("do", "")
        run = DEEDS.get(wanted)
        form = forms.get(f"{wanted}_form")
        status = 422
        if run and form.is_valid():
            try:
                messages.success(request, run(request, enrolment, form.cleaned_data))
                return redirect("cohorts_admin:enrolment_fee", cohort.pk, enrolment.pk)
            except DomainError as refusal:
                form.add_error(None, refusal.message)
                status = 409
    context = forms | {
        "cohort": cohort,
        "enrolment": enrolment,
        "standing": fee_standing(enrolment),
        "header_title": str(enrolment.user),
        "header_subtitle": enrolment.code,
        "header_icon": "user",
    }
    return render(request, "cohorts/admin/enrolment_fee.html", context, status=status)


def _forms(cohort: Cohort, enrolment: Enrolment, request) -> dict:
    wanted = request.POST.get("do", "") if request.method == "POST" else ""

    def data(name):
        return request.POST if wanted == name else None

    found = {
        "amount_form": AmountForm(data("amount"), cohort=cohort),
        "payment_form": PaymentForm(data("payment"), initial={"received_on": timezone.localdate()}),
        "correction_form": CorrectionForm(data("correction")),
    }
    for name, form in found.items():
        form.auto_id = f"{name}_%s"
    return found


def _amount(request, enrolment: Enrolment, data: dict) -> str:
    services.set_amount_due(enrolment=enrolment, by=request.user, **data)
    return _("The amount is set.")


def _payment(request, enrolment: Enrolment, data: dict) -> str:
    services.record_payment(enrolment=enrolment, by=request.user, **data)
    return _("The payment is recorded.")


def _correction(request, enrolment: Enrolment, data: dict) -> str:
    payment = enrolment.payments.filter(pk=number_in(data.pop("payment"))).first()
    if payment is None:
        raise DomainError(_("Choose the payment from the list."), "unknown")
    services.correct_payment(payment=payment, by=request.user, **data)
    return _("The correction is recorded: the first row stays in the list.")


DEEDS = {"amount": _amount, "payment": _payment, "correction": _correction}


def _typed(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _set_fee(request, cohort, form) -> str:
    services.set_cohort_fee(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("The fee is set. Amounts that learners were told already stay as they are.")


def _add_band(request, cohort, form) -> str:
    services.add_band(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("The band is added.")


def _remove_band(request, cohort, form) -> str:
    band = cohort.bands.filter(pk=number_in(request.POST.get("band", ""))).first()
    if band is None:
        raise DomainError(_("Choose the band from the list."), "unknown")
    services.remove_band(band=band, by=request.user)
    return _("The band is removed; whoever has it keeps the amount.")


def _set_missing(request, cohort, form) -> str:
    number = services.set_missing_amounts(cohort=cohort, by=request.user, **form.cleaned_data)
    return ngettext(
        "The amount is set for %(number)s person.",
        "The amount is set for %(number)s people.",
        number,
    ) % {"number": number}


ACTIONS = {
    "quota": Action(_set_fee, "fees", page, form=lambda cohort, data: FeeForm(data), name="fee_form"),
    "fascia": Action(
        _add_band, "fees", page, form=lambda cohort, data: BandForm(data), name="band_form"
    ),
    "togli-fascia": Action(_remove_band, "fees", page),
    "quote-mancanti": Action(
        _set_missing, "fees", page,
        form=lambda cohort, data: MissingAmountsForm(data, cohort=cohort), name="missing_form",
    ),
}  # fmt: skip
