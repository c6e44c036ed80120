"""The planner: sessions laid, moved, and planned anew for another cohort. First looked at, then carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.cohorts import services
from lms.cohorts.choices import Mode
from lms.cohorts.forms import MoveAllForm, PlannerForm, RerunForm, SeenForm
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.summary.clashes import Wanted
from lms.cohorts.summary.plan import NoDaysLeft, Plan, plan_sessions
from lms.cohorts.summary.previews import Preview, Step, preview_of
from lms.cohorts.summary.replanning import (
    Shift,
    Shifted,
    movable,
    moved_onto,
    needs_of,
    off_around,
    rerun_of,
    shifted_to,
)
from lms.cohorts.views.workbench.frame import cohort_for, render_tab
from lms.core.errors import DomainError


@dataclass(frozen=True)
class Shown:
    """What a form leads to: the preview, and how to carry it out."""

    preview: Preview | None
    carry_out: Callable[[], HttpResponse]
    extra: dict[str, Any] | None = None


def planner(request, pk):
    """Lay the modules that are not planned yet on days and hours."""
    cohort = cohort_for(request, pk)
    needs = needs_of(cohort)
    first = max(cohort.starts_on, timezone.localdate())
    initial = {"first_day": first, "mode": cohort.mode}
    form = PlannerForm(request.POST or None, cohort=cohort, initial=initial)

    def show() -> Shown:
        first_day = form.cleaned_data["first_day"]
        off = off_around(first_day, first_day)
        plan = plan_sessions(needs, form.slots(), first_day, off, form.pause())
        steps = [_step_of(row, form) for row in plan.sessions]
        preview = preview_of(steps, plan.skipped, cohort=cohort)
        return Shown(preview, lambda: _lay(request, cohort, form, plan))

    context = {"needs": needs, "planned": cohort.planned_sessions.count()}
    return _page(request, cohort, form, show, "planner", context)


def move_all(request, pk):
    """Move the sessions that have not begun, from one of them on."""
    cohort = cohort_for(request, pk)
    sessions = movable(cohort)
    form = MoveAllForm(request.POST or None, sessions=sessions)

    def show() -> Shown:
        chosen = form.chosen()
        if form.cleaned_data["how"] == "by":
            day = timezone.localdate(chosen[0].starts_at) + form.distance()
            shifted = shifted_to(chosen, day)
        else:
            shifted = moved_onto(chosen, form.slots(), form.cleaned_data["first_day"])
        steps = [_step_from(row) for row in shifted.rows]
        pks = [row.pk for row in chosen]
        preview = preview_of(steps, shifted.skipped, cohort=cohort, without=pks)
        return Shown(preview, lambda: _move(request, cohort, form, shifted))

    return _page(request, cohort, form, show, "move_all", {"sessions": sessions})


def rerun(request, pk):
    """A new cohort after the model of this one."""
    cohort = cohort_for(request, pk)
    if not cohort.opened_at:
        messages.error(request, _("A draft has no course to repeat yet."))
        return redirect("cohorts_admin:workbench", pk=cohort.pk)
    staff = cohort.staff.current().values_list("pk", flat=True)
    initial = {"starts_on": cohort.starts_on + timedelta(weeks=52), "staff": list(staff)}
    form = RerunForm(request.POST or None, source=cohort, initial=initial)

    def show() -> Shown:
        days = rerun_of(cohort, form.cleaned_data["starts_on"])
        teachers = {row.user_id for row in form.cleaned_data["staff"]}
        steps = [_step_from(row, teachers) for row in days.sessions.rows]
        preview = preview_of(steps, days.sessions.skipped, cohort=None)
        return Shown(preview, lambda: _rerun(request, cohort, form), {"days": days})

    return _page(request, cohort, form, show, "rerun", {})


def _page(
    request: HttpRequest,
    cohort: Cohort,
    form: SeenForm,
    show: Callable[[], Shown],
    template: str,
    context: dict,
) -> HttpResponse:
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            shown = show()
            if "commit" in request.POST and _agreed(form, shown.preview):
                return shown.carry_out()
        except NoDaysLeft:
            form.add_error(None, _("These days do not hold the sessions within three years."))
        except DomainError as refusal:
            form.add_error(None, refusal.message)
    context |= {"form": form, "preview": shown and shown.preview, "shown": shown is not None}
    context |= (shown and shown.extra) or {}
    status = 422 if form.errors else 200
    tab = "workbench" if template == "rerun" else "sessions"
    return render_tab(request, cohort, tab, status=status, template=template, **context)


def _agreed(form: SeenForm, preview: Preview | None) -> bool:
    """Whether the person saw this very plan, clashes and all."""
    seen = form.cleaned_data["seen"]
    if seen != (preview.digest if preview else "-"):
        form.add_error(None, _("The plan is not the one that you saw: look at it again."))
    elif preview and preview.clashing and not form.cleaned_data["accept_clashes"]:
        form.add_error(None, _("Some sessions clash: choose other hours, or say that it is meant."))
    return not form.errors


def _step_of(row, form: PlannerForm) -> Step:
    data = form.cleaned_data
    venue = data["venue"] if data["mode"] != Mode.REMOTE else None
    return Step(
        label=row.module.title,
        now=None,
        then=Wanted(
            row.starts_at,
            row.ends_at,
            venue_id=venue and venue.pk,
            room=venue.name if venue else "",
            teachers=frozenset(user.pk for user in data["teachers"]),
        ),
        key=str(row.module.key),
    )


def _step_from(row: Shift, teachers: set[int] | None = None) -> Step:
    session = row.session
    taught = {user.pk for user in session.teachers.all()}
    remote = session.mode == Mode.REMOTE
    return Step(
        label=f"{session.number} · {session.heading}",
        now=(timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)),
        then=Wanted(
            row.starts_at,
            row.ends_at,
            venue_id=None if remote else session.venue_id,
            room="" if remote else session.room,
            teachers=frozenset(taught if teachers is None else taught & teachers),
        ),
        key=f"{session.pk}/{session.sequence}",
    )


def _lay(request: HttpRequest, cohort: Cohort, form: PlannerForm, plan: Plan) -> HttpResponse:
    data = form.cleaned_data
    meetings = [
        services.Meeting(
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            module_key=row.module.key,
            module_title=row.module.title,
            mode=data["mode"],
            venue=data["venue"],
            link=data["link"],
            teachers=tuple(data["teachers"]),
            breaks=tuple(row.breaks),
        )
        for row in plan.sessions
    ]
    number = services.lay_sessions(
        cohort=cohort, meetings=meetings, by=request.user, stretch=data["stretch"]
    )
    messages.success(request, _("Sessions planned: %(number)s.") % {"number": number})
    return redirect("cohorts_admin:sessions", pk=cohort.pk)


def _move(
    request: HttpRequest, cohort: Cohort, form: MoveAllForm, shifted: Shifted
) -> HttpResponse:
    moves = [
        services.Move(row.session.pk, row.session.sequence, row.starts_at, row.ends_at)
        for row in shifted.rows
    ]
    moved: list[ClassSession] = services.move_sessions(
        cohort=cohort, moves=moves, by=request.user, stretch=form.cleaned_data["stretch"]
    )
    text = ngettext(
        "%(number)s session moved, and everyone told once.",
        "%(number)s sessions moved, and everyone told once.",
        len(moved),
    )
    messages.success(request, text % {"number": len(moved)})
    return redirect("cohorts_admin:sessions", pk=cohort.pk)


def _rerun(request: HttpRequest, cohort: Cohort, form: RerunForm) -> HttpResponse:
    data = form.cleaned_data
    made = services.rerun_cohort(
        source=cohort,
        code=data["code"],
        starts_on=data["starts_on"],
        staff=data["staff"],
        link=data.get("link", ""),
        by=request.user,
    )
    messages.success(
        request, _("%(code)s is a draft: look at it, then open it.") % {"code": made.code}
    )
    return redirect("cohorts_admin:workbench", pk=made.pk)
