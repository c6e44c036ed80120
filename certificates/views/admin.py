"""The administrators' pages in the Wagtail admin; every action is one service."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import ModelLogEntry

from certificates import services
from certificates.choices import Kind, Status
from certificates.forms import RevokeForm, SupersedeForm
from certificates.models import Certificate
from certificates.requirements import explain, standings_of
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import DomainError
from lms.core.models import Job
from lms.core.pdf import pdf_off_message
from lms.core.typed import number_in


def _refuse_others(request: HttpRequest) -> None:
    if not request.user.has_perm("certificates.issue"):
        raise PermissionDenied


def _cohort(request: HttpRequest, pk: int) -> Cohort:
    _refuse_others(request)
    opened = Cohort.objects.exclude(opened_at=None).select_related("course")
    return get_object_or_404(opened, pk=pk)


def _certificate(request: HttpRequest, pk: int) -> Certificate:
    _refuse_others(request)
    rows = Certificate.objects.select_related(
        "enrolment__user",
        "enrolment__cohort",
        "issued_by",
        "revoked_by",
        "supersedes",
        "superseded_by",
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def cohorts(request):
    """The opened cohorts, newest first, with how many learners and certificates they have."""
    _refuse_others(request)
    valid = Q(enrolments__certificates__status=Status.ISSUED)
    rows = (
        Cohort.objects.exclude(opened_at=None)
        .select_related("course")
        .annotate(
            learners=Count("enrolments", filter=Q(enrolments__status=EnrolmentStatus.ACTIVE), distinct=True),
            attendance_count=Count(
                "enrolments__certificates", distinct=True,
                filter=valid & Q(enrolments__certificates__kind=Kind.ATTENDANCE),
            ),
            micro_count=Count(
                "enrolments__certificates", distinct=True,
                filter=valid & Q(enrolments__certificates__kind=Kind.MICROCREDENTIAL),
            ),
        )
    )  # fmt: skip
    context = {"cohorts": rows, "header_title": _("Issue certificates"), "header_icon": "doc-full"}
    return render(request, "certificates/admin/cohorts.html", context)


@require_safe
def cohort(request, pk):
    """Who meets what, and why not yet."""
    row = _cohort(request, pk)
    standings = standings_of(row)
    kinds = [
        {
            "value": kind.value,
            "label": kind.label,
            "due": sum(k.due for s in standings for k in s.kinds if k.kind == kind.value),
        }
        for kind in Kind
    ]
    context = {
        "cohort": row,
        "standings": standings,
        "kinds": kinds,
        "jobs": Job.objects.filter(kind=services.JOB_KIND, data__cohort=row.pk).order_by("-pk")[:5],
        "pdf_off": pdf_off_message(),
        "header_title": row.code,
        "header_subtitle": row.title,
        "header_icon": "doc-full",
    }
    return render(request, "certificates/admin/cohort.html", context)


@require_POST
def issue(request, pk):
    row = _cohort(request, pk)
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("user", "cohort__course"),
        pk=number_in(request.POST.get("enrolment")),
        cohort=row,
    )
    try:
        certificate = services.issue(
            enrolment=enrolment, kind=request.POST.get("kind", ""), by=request.user
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("%(kind)s no. %(number)s issued to %(person)s: the PDF follows in a moment.")
            % {
                "kind": certificate.get_kind_display(),
                "number": certificate.label,
                "person": enrolment.user,
            },
        )
    return redirect("certificates_admin:cohort", pk=row.pk)


@require_POST
def issue_all(request, pk):
    row = _cohort(request, pk)
    try:
        job = services.issue_for_cohort(
            cohort=row, kind=request.POST.get("kind", ""), by=request.user
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("certificates_admin:cohort", pk=row.pk)
    return redirect("certificates_admin:job", pk=job.pk)


@require_safe
def job(request, pk):
    """How far the work for a cohort is."""
    _refuse_others(request)
    row = get_object_or_404(Job, pk=pk, kind=services.JOB_KIND)
    of = get_object_or_404(Cohort, pk=row.data["cohort"])
    context = {
        "job": row,
        "cohort": of,
        "waiting": Certificate.objects.filter(
            enrolment__in=row.data["enrolments"], kind=row.data["kind"], produced_at=None
        ).count(),
        "header_title": of.code,
        "header_subtitle": Kind(row.data["kind"]).label,
        "header_icon": "doc-full",
    }
    return render(request, "certificates/admin/job.html", context)


def certificate(request, pk):
    """One row of the register: what it says, how it was judged, what may still be done."""
    row = _certificate(request, pk)
    forms = {"revoke": RevokeForm(), "supersede": SupersedeForm()}
    status = 200
    action = request.POST.get("action") if request.method == "POST" else None
    if action in ACTIONS:
        form_class, run = ACTIONS[action]
        form = forms[action] = form_class(request.POST) if form_class else None
        status = 422
        try:
            if form is None or form.is_valid():
                after = run(request, row, form)
                return redirect("certificates_admin:certificate", pk=after.pk)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            status = 409
    context = {
        "certificate": row,
        "superseded_by": getattr(row, "superseded_by", None),
        "evidence": explain(row.evidence),
        "revoke_form": forms["revoke"],
        "supersede_form": forms["supersede"],
        "history": ModelLogEntry.objects.for_instance(row).select_related("user"),
        "pdf_off": "" if row.is_produced else pdf_off_message(),
        "header_title": row.label,
        "header_subtitle": row.holder,
        "header_icon": "doc-full",
        "breadcrumbs_items": [{"url": reverse("certificate:index"), "label": _("Register")}],
    }
    return render(request, "certificates/admin/certificate.html", context, status=status)


def _revoke(request, row: Certificate, form: RevokeForm) -> Certificate:
    services.revoke(certificate=row, by=request.user, **form.cleaned_data)
    messages.success(request, _("Certificate %(number)s is revoked.") % {"number": row.label})
    return row


def _supersede(request, row: Certificate, form: SupersedeForm) -> Certificate:
    new = services.supersede(certificate=row, by=request.user, **form.cleaned_data)
    messages.success(
        request,
        _("Certificate %(new)s takes the place of %(old)s.") % {"new": new.label, "old": row.label},
    )
    return new


def _again(request, row: Certificate, form: None) -> Certificate:
    services.request_production(certificate=row)
    messages.success(request, _("The PDF is being made."))
    return row


ACTIONS = {
    "revoke": (RevokeForm, _revoke),
    "supersede": (SupersedeForm, _supersede),
    "produce": (None, _again),
}
