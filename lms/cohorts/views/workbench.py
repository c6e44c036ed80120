"""The administrator's page of one cohort in the Wagtail admin; every action is one service."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus, EnrolmentStatus
from lms.cohorts.forms import (
    EnrolForm,
    PlanForm,
    ReasonForm,
    SessionForm,
    StaffForm,
    WithdrawForm,
)
from lms.cohorts.models import Application, ClassSession, Cohort, Enrolment
from lms.cohorts.summary import version_in_force
from lms.core.errors import DomainError
from lms.core.typed import number_in


def _cohort(request: HttpRequest, pk: int) -> Cohort:
    # Asked before looking: who may not is told the same of every number.
    if not request.user.has_perm("cohorts.administer"):
        raise PermissionDenied
    return get_object_or_404(Cohort.objects.select_related("course"), pk=pk)


@require_safe
def workbench(request, pk):
    return _page(request, _cohort(request, pk))


def _page(request, cohort: Cohort, *, status: int = 200, **bound):
    enrolments = cohort.enrolments.select_related("user", "organisation")
    taken = sum(1 for e in enrolments if e.status == EnrolmentStatus.ACTIVE)
    context = {
        "cohort": cohort,
        "header_title": cohort.code,
        "header_subtitle": cohort.title,
        "header_icon": "group",
        "applications": cohort.applications.select_related("user").exclude(
            status=ApplicationStatus.WITHDRAWN
        ),
        "enrolments": enrolments,
        "taken": taken,
        "free": max(cohort.seats - taken, 0),
        "sessions": cohort.sessions.select_related("module").order_by("starts_at"),
        "staff": cohort.staff.select_related("user").order_by("function", "user__last_name"),
        "version": version_in_force(cohort),
        "modules": cohort.modules.annotate(lesson_count=Count("lessons")),
        "plan_form": PlanForm(cohort=cohort, initial={"weeks": 1, "mode": cohort.mode}),
        "enrol_form": EnrolForm(),
        "staff_form": StaffForm(),
        "reason_form": ReasonForm(),
        **bound,
    }
    for name in ("plan_form", "enrol_form", "staff_form", "reason_form"):
        # Two of them have a field `user`: one page, one element for each id.
        context[name].auto_id = f"{name}_%s"
    return render(request, "cohorts/admin/workbench.html", context, status=status)


@require_POST
def act(request, pk, action):
    """Carry out one of `ACTIONS`; a refusal comes back as a message beside what was typed."""
    cohort = _cohort(request, pk)
    if action not in ACTIONS:
        raise Http404
    form_class, name, run = ACTIONS[action]
    form = None
    if form_class:
        extra = {"cohort": cohort} if form_class is PlanForm else {}
        form = form_class(request.POST, **extra)
        if not form.is_valid():
            return _page(request, cohort, status=422, **{name: form})
    try:
        message = run(request, cohort, form)
    except DomainError as refusal:
        if form is None:
            messages.error(request, refusal.message)
            return redirect("cohorts_admin:workbench", pk=cohort.pk)
        form.add_error(None, refusal.message)
        return _page(request, cohort, status=409, **{name: form})
    messages.success(request, message)
    return redirect("cohorts_admin:workbench", pk=cohort.pk)


def session(request, pk, session_id):
    """Move or call off one session."""
    cohort = _cohort(request, pk)
    row = get_object_or_404(ClassSession, pk=session_id, cohort=cohort)
    form, reason_form = _session_form(row, None), ReasonForm()
    status = 200
    if request.method == "POST":
        try:
            if "cancel" in request.POST:
                reason_form = ReasonForm(request.POST)
                if reason_form.is_valid():
                    services.cancel_session(
                        session=row, reason=reason_form.cleaned_data["reason"], by=request.user
                    )
                    messages.success(request, _("The session is cancelled and everyone told."))
                    return redirect("cohorts_admin:workbench", pk=cohort.pk)
            else:
                form = _session_form(row, request.POST)
                if form.is_valid():
                    moments = form.moments()
                    services.move_session(
                        session=row,
                        starts_at=moments["starts_at"],
                        ends_at=moments["ends_at"],
                        mode=form.cleaned_data["mode"],
                        room=form.cleaned_data["room"],
                        link=form.cleaned_data["link"],
                        by=request.user,
                    )
                    messages.success(request, _("The session is changed and everyone told."))
                    return redirect("cohorts_admin:workbench", pk=cohort.pk)
            status = 422
        except DomainError as refusal:
            messages.error(request, refusal.message)
            status = 409
    context = {
        "cohort": cohort,
        "session": row,
        "form": form,
        "reason_form": reason_form,
        "header_title": f"{cohort.code} · {row.number}",
        "header_subtitle": row.topic,
        "header_icon": "date",
    }
    return render(request, "cohorts/admin/session.html", context, status=status)


def withdrawal(request, pk, enrolment_id):
    """Record that a learner left."""
    cohort = _cohort(request, pk)
    enrolment = get_object_or_404(Enrolment, pk=enrolment_id, cohort=cohort)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(enrolment=enrolment, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(person)s has left the cohort.") % {"person": enrolment.user})
        return redirect("cohorts_admin:workbench", pk=cohort.pk)
    context = {
        "cohort": cohort,
        "enrolment": enrolment,
        "form": form,
        "header_title": str(enrolment.user),
        "header_subtitle": cohort.code,
        "header_icon": "user",
    }
    return render(request, "cohorts/admin/withdrawal.html", context)


def _session_form(row: ClassSession, data) -> SessionForm:
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    initial = {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "mode": row.mode,
        "room": row.room,
        "link": row.link,
    }
    form = SessionForm(data, initial=initial)
    # A break keeps its distance from the start: it is not typed again.
    del form.fields["break_starts"], form.fields["break_minutes"]
    return form


def _open(request, cohort, form) -> str:
    services.open_cohort(cohort=cohort, by=request.user)
    return _("The cohort is open: its lessons and rules are fixed.")


def _cancel(request, cohort, form) -> str:
    services.cancel_cohort(cohort=cohort, reason=form.cleaned_data["reason"], by=request.user)
    return _("The cohort is cancelled.")


def _chosen(request, cohort: Cohort) -> list[Application]:
    pks = {number_in(text) for text in request.POST.getlist("application")} - {None}
    chosen = list(cohort.applications.filter(pk__in=pks).order_by("submitted_at", "pk"))
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


def _enrol(request, cohort, form) -> str:
    user = form.cleaned_data["user"]
    services.enrol(
        cohort=cohort, user=user, joined_on=form.cleaned_data["joined_on"], by=request.user
    )
    return _("%(person)s is enrolled.") % {"person": user}


def _staff(request, cohort, form) -> str:
    services.assign_staff(cohort=cohort, by=request.user, **form.cleaned_data)
    return _("%(person)s is on the staff.") % {"person": form.cleaned_data["user"]}


def _plan(request, cohort, form) -> str:
    data = form.cleaned_data
    sessions = services.schedule_weekly(
        cohort=cohort,
        times=data["weeks"],
        module=data["module"],
        topic=data["topic"],
        mode=data["mode"],
        room=data["room"],
        link=data["link"],
        teachers=data["teachers"],
        by=request.user,
        **form.moments(),
    )
    return _("Sessions planned: %(number)s.") % {"number": len(sessions)}


# action → (form, its name in the page, what it does)
ACTIONS: dict[str, tuple[type[forms.Form] | None, str, Callable]] = {
    "apri": (None, "", _open),
    "annulla": (ReasonForm, "reason_form", _cancel),
    "ammetti": (None, "", _admit),
    "declina": (None, "", _decline),
    "iscrivi": (EnrolForm, "enrol_form", _enrol),
    "staff": (StaffForm, "staff_form", _staff),
    "incontri": (PlanForm, "plan_form", _plan),
}
