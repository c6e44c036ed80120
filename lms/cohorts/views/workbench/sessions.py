"""The cohort's sessions: planned, moved, called off."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.cohorts import services
from lms.cohorts.choices import Mode
from lms.cohorts.forms import PlanForm, ReasonForm, SessionForm
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.summary import too_small
from lms.cohorts.views.workbench.frame import Action, cohort_for, render_tab
from lms.core.errors import DomainError


@require_safe
def sessions(request, pk):
    return page(request, cohort_for(request, pk))


def page(request, cohort: Cohort, *, status: int = 200, **bound):
    context = {
        "sessions": cohort.sessions.select_related("module").order_by("starts_at"),
        "planned": [] if cohort.opened_at else list(cohort.planned_sessions.all()),
        "plan_form": PlanForm(cohort=cohort, initial={"weeks": 1, "mode": cohort.mode}),
        **bound,
    }
    return render_tab(request, cohort, "sessions", status=status, **context)


def session(request, pk, session_id):
    """Move or call off one session."""
    cohort = cohort_for(request, pk)
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
                    return redirect("cohorts_admin:sessions", pk=cohort.pk)
            else:
                form = _session_form(row, request.POST)
                if form.is_valid():
                    moments = form.moments()
                    services.move_session(
                        session=row,
                        starts_at=moments["starts_at"],
                        ends_at=moments["ends_at"],
                        by=request.user,
                        **form.place(),
                    )
                    _warn_of_a_small_room(request, cohort, form)
                    messages.success(request, _("The session is changed and everyone told."))
                    return redirect("cohorts_admin:sessions", pk=cohort.pk)
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


def _session_form(row: ClassSession, data) -> SessionForm:
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    initial = {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "mode": row.mode,
        "venue": row.venue_id,
        "room": "" if row.venue_id else row.room,
        "link": row.link,
    }
    form = SessionForm(data, initial=initial)
    # A break keeps its distance from the start: it is not typed again.
    del form.fields["break_starts"], form.fields["break_minutes"]
    return form


def _warn_of_a_small_room(request, cohort: Cohort, form: SessionForm) -> None:
    room = form.cleaned_data["venue"]
    if form.cleaned_data["mode"] != Mode.REMOTE and too_small(room, cohort):
        words = {"room": room.name, "capacity": room.capacity, "seats": cohort.seats}
        messages.warning(
            request,
            _("%(room)s holds %(capacity)s people, the cohort has %(seats)s seats.") % words,
        )


def _plan(request, cohort, form) -> str:
    data = form.cleaned_data
    sessions = services.schedule_weekly(
        cohort=cohort,
        times=data["weeks"],
        module=data["module"],
        topic=data["topic"],
        teachers=data["teachers"],
        by=request.user,
        **form.place(),
        **form.moments(),
    )
    _warn_of_a_small_room(request, cohort, form)
    return _("Sessions planned: %(number)s.") % {"number": len(sessions)}


ACTIONS = {
    "incontri": Action(
        _plan,
        "sessions",
        page,
        form=lambda cohort, data: PlanForm(data, cohort=cohort),
        name="plan_form",
    ),
}
