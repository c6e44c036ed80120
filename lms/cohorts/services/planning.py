"""Many sessions at once: laid by the planner, kept with a draft, moved together. All of them or none."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Cohort, PlannedSession, Room, SessionBreak
from lms.cohorts.services.letters import send_moves_letters, session_facts
from lms.cohorts.services.sessions import (
    Interval,
    refuse_begun,
    refuse_times,
    replaced,
    schedule_session,
)
from lms.core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session to lay: `module_key` is the module's translation key."""

    starts_at: datetime
    ends_at: datetime
    module_key: UUID | None = None
    module_title: str = ""
    topic: str = ""
    mode: str = Mode.HOUSE
    venue: Room | None = None
    room: str = ""
    link: str = ""
    teachers: tuple[User, ...] = ()
    breaks: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """New times of a session; `sequence` is that of the session as it was seen."""

    session_id: int
    sequence: int
    starts_at: datetime
    ends_at: datetime


def lay_sessions(
    *, cohort: Cohort, meetings: Sequence[Meeting], by: User | None, stretch: bool = False
) -> int:
    """Plan all these meetings, or none; returns how many.

    An opened cohort gets sessions beside those that it has; of a draft they become the plan, instead of the one
    before, which turns into sessions at the opening. `stretch` moves the cohort's first and last day
    outwards to hold them. Refused with `cohort_cancelled`, `nothing_to_plan`, and as `schedule_session` does.
    """
    if not meetings:
        raise DomainError(_("There is no session to plan."), "nothing_to_plan")
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        if cohort.cancelled_at:
            raise DomainError(_("This cohort was cancelled."), "cohort_cancelled")
        if stretch:
            _stretch(cohort, [row.starts_at for row in meetings])
        if cohort.opened_at:
            _schedule(cohort, meetings, by)
        else:
            _keep(cohort, meetings)
        days = [timezone.localdate(row.starts_at) for row in meetings]
        data = {
            "sessions": len(meetings),
            "first": min(days).isoformat(),
            "last": max(days).isoformat(),
        }
        log(cohort, "cohorts.lay_sessions", user=by, data=data)
    return len(meetings)


def lay_draft_plan(cohort: Cohort, by: User | None) -> int:
    """Turn the plan of a cohort that has just opened into sessions, inside the caller's transaction.

    A module that left the course since leaves its session without one; a room out of use leaves its name.
    """
    rows = list(cohort.planned_sessions.select_related("venue").prefetch_related("teachers"))
    _schedule(cohort, [_meeting(row) for row in rows], by)
    cohort.planned_sessions.all().delete()
    return len(rows)


def move_sessions(
    *,
    cohort: Cohort,
    moves: Sequence[Move],
    by: User | None,
    stretch: bool = False,
    at: datetime | None = None,
) -> list[ClassSession]:
    """Move many sessions of a cohort and tell everyone enrolled once, of all of them; or move none.

    Each keeps its number and uid; its sequence grows; breaks keep their distance from the start. What is
    where it was already is left alone. `stretch` as in `lay_sessions`. Refused with `session_begun`, `session_cancelled`, `times_reversed`,
    `session_changed` when somebody changed one since it was seen.
    """
    at = at or timezone.now()
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        rows = _held(cohort, moves)
        changed, before = [], {}
        for move in moves:
            session = rows[move.session_id]
            if (session.starts_at, session.ends_at) == (move.starts_at, move.ends_at):
                continue
            _refuse_move(session, move, at)
            before[session.pk] = {
                lang: session_facts(session, lang) for lang, _n in settings.LANGUAGES
            }
            _move(session, move)
            changed.append(session)
        if not changed:
            return []
        if stretch:
            _stretch(cohort, [move.starts_at for move in moves])
        data = {
            "sessions": [
                {
                    "number": session.number,
                    "sequence": session.sequence,
                    "starts_at": session.starts_at.isoformat(),
                    "before": session.before["starts_at"]
                    if "starts_at" in session.before
                    else session.starts_at.isoformat(),
                }
                for session in changed
            ]
        }
        log(cohort, "cohorts.move_sessions", user=by, data=data)
        send_moves_letters(cohort, changed, before, key=_occasion(changed))
    return changed


def _held(cohort: Cohort, moves: Sequence[Move]) -> dict[int, ClassSession]:
    rows = (
        ClassSession.objects.select_for_update(of=("self",))
        .filter(cohort=cohort, pk__in=[move.session_id for move in moves])
        .select_related("module")
        .prefetch_related("breaks")
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    for move in moves:
        row = found.get(move.session_id)
        if row is None or row.sequence != move.sequence:
            raise DomainError(
                _("Somebody has changed these sessions in the meantime: look at them again."),
                "session_changed",
            )
    return found


def _refuse_move(session: ClassSession, move: Move, at: datetime) -> None:
    if session.cancelled_at:
        raise DomainError(_("This session was cancelled."), "session_cancelled")
    refuse_begun(session, at)
    if move.starts_at <= at:
        raise DomainError(
            _("Session %(number)s would begin in the past.") % {"number": session.number},
            "starts_in_the_past",
        )
    refuse_times(move.starts_at, move.ends_at, ())


def _move(session: ClassSession, move: Move) -> None:
    shift = move.starts_at - session.starts_at
    changed = {
        name: getattr(move, name)
        for name in ("starts_at", "ends_at")
        if getattr(move, name) != getattr(session, name)
    }
    session.before = replaced(session, changed) or session.before
    session.starts_at, session.ends_at = move.starts_at, move.ends_at
    session.sequence += 1
    session.save(update_fields=["starts_at", "ends_at", "before", "sequence", "updated_at"])
    breaks: Iterable[SessionBreak] = session.breaks.all()
    for row in breaks:
        row.starts_at, row.ends_at = row.starts_at + shift, row.ends_at + shift
        row.save(update_fields=["starts_at", "ends_at"])


def _occasion(changed: Sequence[ClassSession]) -> str:
    """A name of these very changes, so that a second click writes no second letter."""
    facts = [(session.pk, session.sequence) for session in changed]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


def _stretch(cohort: Cohort, moments: Iterable[datetime]) -> None:
    days = [timezone.localdate(moment) for moment in moments]
    first, last = min(cohort.starts_on, *days), max(cohort.ends_on, *days)
    if cohort.archives_on and cohort.archives_on <= last:
        cohort.archives_on = last + timedelta(days=1)
    cohort.starts_on, cohort.ends_on = first, last
    cohort.save(update_fields=["starts_on", "ends_on", "archives_on", "updated_at"])


def _schedule(cohort: Cohort, meetings: Iterable[Meeting], by: User | None) -> None:
    modules = {module.translation_key: module for module in cohort.modules.all()}
    for row in meetings:
        module = modules.get(row.module_key) if row.module_key else None
        schedule_session(
            cohort=cohort,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            module=module,
            topic=row.topic or ("" if module else row.module_title),
            mode=row.mode,
            venue=row.venue,
            room=row.room,
            link=row.link,
            teachers=row.teachers,
            breaks=row.breaks,
            by=by,
        )


def _keep(cohort: Cohort, meetings: Iterable[Meeting]) -> None:
    cohort.planned_sessions.all().delete()
    for position, row in enumerate(meetings, start=1):
        refuse_times(row.starts_at, row.ends_at, row.breaks)
        if row.mode != Mode.HOUSE and not row.link:
            raise DomainError(_("A remote or hybrid session needs a link."), "needs_link")
        first, last = row.breaks[0] if row.breaks else (None, None)
        planned = PlannedSession.objects.create(
            cohort=cohort,
            position=position,
            module_key=row.module_key,
            module_title=row.module_title,
            topic=row.topic,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            break_starts_at=first,
            break_minutes=int((last - first).total_seconds()) // 60 if first and last else 0,
            mode=row.mode,
            venue=row.venue,
            room=row.venue.name if row.venue else row.room,
            link=row.link,
        )
        planned.teachers.set(row.teachers)


def _meeting(row: PlannedSession) -> Meeting:
    breaks: tuple[Interval, ...] = ()
    if row.break_starts_at:
        breaks = (
            (row.break_starts_at, row.break_starts_at + timedelta(minutes=row.break_minutes)),
        )
    return Meeting(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        module_key=row.module_key,
        module_title=row.module_title,
        topic=row.topic,
        mode=row.mode,
        venue=row.venue if row.venue and row.venue.active else None,
        room=row.room,
        link=row.link,
        teachers=tuple(row.teachers.all()),
        breaks=breaks,
    )
