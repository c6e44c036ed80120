"""What planning asks of a cohort: the minutes still to lay, and where its sessions would go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from curriculum.outline import course_outline
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.summary.days_off import days_off
from lms.cohorts.summary.plan import (
    LONGEST,
    Need,
    Skipped,
    Slot,
    at,
    later,
    next_days,
    same_rhythm,
    true_minutes,
)


@dataclass(frozen=True, slots=True)
class Shift:
    """A session where it is and where it would go; both moments aware, in Rome."""

    session: ClassSession
    starts_at: datetime
    ends_at: datetime

    @property
    def changed(self) -> bool:
        return self.starts_at != self.session.starts_at or self.ends_at != self.session.ends_at


@dataclass(frozen=True, slots=True)
class Shifted:
    rows: tuple[Shift, ...]
    skipped: tuple[Skipped, ...]

    @property
    def last_day(self) -> date | None:
        return max((row.starts_at.date() for row in self.rows), default=None)


def needs_of(cohort: Cohort) -> list[Need]:
    """The modules in teaching order with the minutes in class that no session teaches yet; 1 to 3 queries.

    Of an opened cohort those of its syllabus less the sessions that it has, of a draft those of the course.
    Modules that need nothing are left out.
    """
    if not cohort.opened_at:
        outline = course_outline(cohort.course)
        rows = [Need(m.translation_key, m.title, m.minutes) for m in outline.modules]
        return [row for row in rows if row.minutes]
    laid: dict[int, int] = {}
    sessions = cohort.sessions.filter(cancelled_at=None).prefetch_related("breaks")
    for session in sessions:
        if session.module_id:
            laid[session.module_id] = laid.get(session.module_id, 0) + taught_minutes(session)
    return [
        Need(module.translation_key, module.title, left)
        for module in cohort.modules.order_by("position")
        if (left := module.minutes - laid.get(module.pk, 0)) > 0
    ]


def taught_minutes(session: ClassSession) -> int:
    """Minutes from start to end without the breaks; needs `breaks`."""
    pauses = sum(true_minutes(row.starts_at, row.ends_at) for row in session.breaks.all())
    return true_minutes(session.starts_at, session.ends_at) - pauses


def movable(cohort: Cohort, now: datetime | None = None) -> list[ClassSession]:
    """The sessions that have not begun and are not cancelled, in order of time; 2 queries."""
    return list(
        cohort.sessions.filter(cancelled_at=None, starts_at__gt=now or timezone.now())
        .select_related("module")
        .prefetch_related("teachers")
        .order_by("starts_at", "number")
    )


def off_around(first: date, last: date) -> dict[date, str]:
    """Days off from `first` to as far as anybody plans after `last`; 1 query."""
    return days_off(first, last + LONGEST)


def shifted_to(sessions: Sequence[ClassSession], first_day: date) -> Shifted:
    """The sessions, the first of them on `first_day`, the others in the same rhythm and at the same hours.

    Days off are left out, the gaps that they made before close (`same_rhythm`). Raises `NoDaysLeft`.
    """
    if not sessions:
        return Shifted((), ())
    days = [_rome(session.starts_at).date() for session in sessions]
    first, last = min(days[0], first_day), max(days[-1], first_day)
    new_days, skipped = same_rhythm(days, first_day, off_around(first, last))
    rows = (_on(session, day) for session, day in zip(sessions, new_days, strict=True))
    return Shifted(tuple(rows), skipped)


def moved_onto(sessions: Sequence[ClassSession], slots: Sequence[Slot], first_day: date) -> Shifted:
    """The sessions, in their order, at the beginnings of other slots; each keeps its length. `NoDaysLeft`."""
    off: Mapping[date, str] = off_around(first_day, first_day)
    places, skipped = next_days(slots, first_day, off, len(sessions))
    rows = tuple(
        _at(session, at(day, slot.starts))
        for session, (day, slot) in zip(sessions, places, strict=True)
    )
    return Shifted(rows, skipped)


@dataclass(frozen=True, slots=True)
class Rerun:
    """The days of a new cohort after the model of an old one."""

    applications_open_on: date
    applications_close_on: date
    starts_on: date
    ends_on: date
    archives_on: date | None
    sessions: Shifted


def rerun_of(source: Cohort, starts_on: date) -> Rerun:
    """All days of `source` moved by the same distance; sessions keep their rhythm; 4 queries.

    The last day comes as long after the last session as it did. Raises `NoDaysLeft`.
    """
    distance = starts_on - source.starts_on
    sessions = list(
        source.sessions.filter(cancelled_at=None)
        .select_related("module", "venue")
        .prefetch_related("breaks", "teachers")
        .order_by("starts_at", "number")
    )
    ends_on = source.ends_on + distance
    shifted = Shifted((), ())
    if sessions:
        first = _rome(sessions[0].starts_at).date()
        shifted = shifted_to(sessions, first + distance)
        rest = source.ends_on - _rome(sessions[-1].starts_at).date()
        ends_on = max(starts_on, (shifted.last_day or ends_on) + max(rest, timedelta(0)))
    return Rerun(
        applications_open_on=source.applications_open_on + distance,
        applications_close_on=source.applications_close_on + distance,
        starts_on=starts_on,
        ends_on=ends_on,
        archives_on=source.archives_on and ends_on + (source.archives_on - source.ends_on),
        sessions=shifted,
    )


def module_key(session: ClassSession) -> UUID | None:
    """The translation key of what the session teaches; needs `module`."""
    return session.module.translation_key if session.module else None


def _on(session: ClassSession, day: date) -> Shift:
    hour = _rome(session.starts_at).time()
    return _at(session, at(day, hour))


def _at(session: ClassSession, starts_at: datetime) -> Shift:
    return Shift(
        session, starts_at, later(starts_at, true_minutes(session.starts_at, session.ends_at))
    )


def _rome(moment: datetime) -> datetime:
    return timezone.localtime(moment)
