"""Totals against the threshold: of a cohort for its staff, of oneself for a learner."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.attendance import services
from lms.attendance.forms import CreditForm, ExcuseForm, MakeUpForm
from lms.attendance.models import Credit
from lms.attendance.summary import attendance_of, attendance_of_enrolments, sittings_of
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import DomainError
from lms.core.typed import number_in

FORMS = {form.name: form for form in (ExcuseForm, CreditForm, MakeUpForm)}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request, code):
    cohort = Cohort.objects.filter(code=code).select_related("course").first()
    if cohort is None or not request.user.has_perm("attendance.read_overview", cohort):
        raise Http404
    records = request.user.has_perm("attendance.record_facts", cohort)
    bound, refusal = None, ""
    if request.method == "POST":
        if not records:
            raise Http404
        if request.POST.get("action") == "remove_credit":
            return _remove_credit(request, cohort)
        bound, refusal = _record(request, cohort)
        if bound is None:
            messages.success(request, _("Recorded."))
            return redirect(request.path)
    return _totals(request, cohort, records=records, bound=bound, refusal=refusal)


def _record(request, cohort: Cohort):
    """(None, "") when the fact was recorded; else the form with its errors, and the refusal."""
    kind = FORMS.get(request.POST.get("action", ""))
    if kind is None:
        raise Http404
    form = kind(request.POST, cohort=cohort)
    if not form.is_valid():
        return form, ""
    verbs = {
        "excuse": services.record_excuse,
        "credit": services.record_credit,
        "make_up": services.record_make_up,
    }
    facts = form.facts() if kind is MakeUpForm else form.cleaned_data
    try:
        verbs[kind.name](by=request.user, **facts)
    except DomainError as refusal:
        return form, refusal.message
    return None, ""


def _remove_credit(request, cohort: Cohort):
    key = number_in(request.POST.get("credit"))
    credit = Credit.objects.filter(enrolment__cohort=cohort, pk=key).first()
    if credit is not None:
        services.remove_credit(credit=credit, by=request.user)
        messages.success(request, _("Credit taken back."))
    return redirect(request.path)


def _totals(request, cohort: Cohort, *, records: bool, bound, refusal: str):
    enrolments = list(
        Enrolment.objects.visible_to(request.user)
        .filter(cohort=cohort)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    sittings = sittings_of(cohort)
    summaries = attendance_of_enrolments(cohort, enrolments, sittings)
    forms = []
    if records:
        forms = [
            bound if bound is not None and bound.name == name else kind(cohort=cohort)
            for name, kind in FORMS.items()
        ]
    context = {
        "cohort": cohort,
        "rows": [(enrolment, summaries[enrolment.pk]) for enrolment in enrolments],
        "sittings": sittings,
        "inspects": request.user.has_perm("cohorts.inspect", cohort),
        "records": records,
        "forms": forms,
        "bound": bound,
        "refusal": refusal,
        "credits": Credit.objects.filter(enrolment__in=enrolments).select_related(
            "enrolment__user", "module"
        )
        if records
        else [],
    }
    return render(request, "attendance/overview.html", context, status=422 if bound else 200)


@never_cache
@login_required
@require_safe
def mine(request, code):
    enrolment = (
        Enrolment.objects.filter(cohort__code=code, user=request.user)
        .select_related("cohort__course")
        .first()
    )
    if enrolment is None:
        raise Http404
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "summary": attendance_of(enrolment),
    }
    return render(request, "attendance/mine.html", context)
