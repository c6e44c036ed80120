"""Registers taken through the services, and sittings without a database for the pure functions."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from lms.attendance import services
from lms.attendance.choices import SheetStatus
from lms.attendance.summary import Sitting
from lms.cohorts.models import ClassSession
from tests.factories import cohorts

MIDNIGHT = 1_760_000_400  # a whole minute


class Module:
    """Stands for a syllabus module where no database is wanted."""

    def __init__(self, pk: int):
        self.pk = pk


def sitting(
    key: int = 1,
    start: int = 0,
    end: int = 180,
    *,
    breaks=(),
    module: int | None = None,
    status: str = SheetStatus.OPEN,
    actual=None,
    cancelled: bool = False,
    day: date = date(2026, 3, 2),
) -> Sitting:
    """A session from minute `start` to minute `end`; all times in minutes after a fixed moment."""
    return Sitting(
        session=key,
        key=key,
        module=Module(module) if module else None,
        day=day,
        scheduled=span(start, end),
        breaks=tuple(span(a, b) for a, b in breaks),
        cancelled=cancelled,
        status=status,
        actual=span(*actual) if actual else None,
    )


def span(start: int, end: int) -> tuple[int, int]:
    return (MIDNIGHT + 60 * start, MIDNIGHT + 60 * end)


def moment(minute: int) -> datetime:
    return datetime.fromtimestamp(MIDNIGHT + 60 * minute, tz=timezone.get_default_timezone())


def minutes_in(session: ClassSession, minutes: int) -> datetime:
    return session.starts_at + timedelta(minutes=minutes)


def ended(session: ClassSession) -> datetime:
    return session.ends_at + timedelta(minutes=5)


def taken(session: ClassSession, *, by=None, at=None):
    """The session's register with everyone present."""
    by = by or cohorts.teacher(session.cohort)
    return services.mark_all_present(session=session, by=by, at=at or ended(session))


def signed(session: ClassSession, *, by=None):
    by = by or cohorts.teacher(session.cohort)
    taken(session, by=by)
    return services.sign_register(
        session=session,
        by=by,
        actual_start=session.starts_at,
        actual_end=session.ends_at,
        at=ended(session),
    )
