"""When a register cannot be written, each with its sentence and code."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from lms.attendance.models import RegisterSheet
from lms.attendance.services.entries import Entry
from lms.cohorts.models import ClassSession, Enrolment
from lms.core.errors import DomainError

# People arrive before the start; a register for another day is a mistake.
OPENS_BEFORE = timedelta(minutes=30)
# How far from the timetable a real start, end, entry or exit is believed.
TOLERANCE = timedelta(hours=2)


def refuse_cancelled(session: ClassSession) -> None:
    if session.cancelled_at:
        raise DomainError(_("This session was cancelled: it has no register."), "session_cancelled")


def refuse_session(session: ClassSession, at: datetime) -> None:
    refuse_cancelled(session)
    if at < session.starts_at - OPENS_BEFORE:
        raise DomainError(
            _("The register opens %(minutes)s minutes before the session.")
            % {"minutes": OPENS_BEFORE.seconds // 60},
            "too_early",
        )


def refuse_entries(session: ClassSession, entries: Sequence[Entry]) -> None:
    if len({entry.enrolment.pk for entry in entries}) < len(entries):
        raise DomainError(_("A learner appears twice."), "marked_twice")
    for entry in entries:
        _refuse_times(session, entry)


def _refuse_times(session: ClassSession, entry: Entry) -> None:
    values = {"name": entry.enrolment.user, "start": _clock(session.starts_at)}
    values["end"] = _clock(session.ends_at)
    last = None
    for presence in sorted(entry.presences, key=lambda p: p.in_at):
        if presence.out_at <= presence.in_at:
            raise DomainError(
                _("%(name)s: the exit comes before the entry.") % values, "times_reversed"
            )
        if not _believable(session, presence.in_at, presence.out_at):
            raise DomainError(
                _("%(name)s: the session goes from %(start)s to %(end)s.") % values,
                "outside_session",
            )
        if last is not None and presence.in_at < last:
            raise DomainError(
                _("%(name)s: comes back in before going out.") % values, "intervals_overlap"
            )
        last = presence.out_at


def _believable(session: ClassSession, start: datetime, end: datetime) -> bool:
    """Near the timetable, and touching it."""
    near = session.starts_at - TOLERANCE <= start and end <= session.ends_at + TOLERANCE
    return near and start < session.ends_at and end > session.starts_at


def refuse_strangers(session: ClassSession, entries: Sequence[Entry]) -> None:
    day = timezone.localdate(session.starts_at)
    pks = [entry.enrolment.pk for entry in entries]
    known = dict(
        Enrolment.objects.filter(pk__in=pks, cohort=session.cohort_id).values_list(
            "pk", "withdrawn_on"
        )
    )
    for entry in entries:
        name = {"name": entry.enrolment.user}
        if entry.enrolment.pk not in known:
            raise DomainError(_("%(name)s is not in this cohort.") % name, "not_in_cohort")
        left = known[entry.enrolment.pk]
        if left is not None and left < day:
            raise DomainError(_("%(name)s withdrew before this session.") % name, "withdrawn")


def refuse_sealed(sheet: RegisterSheet) -> None:
    if sheet.is_sealed:
        raise DomainError(
            _("%(name)s signed this register: it takes no more changes.")
            % {"name": sheet.signed_by},
            "signed",
        )


def refuse_stale(sheet: RegisterSheet, version: int | None) -> None:
    if version is not None and version != sheet.version:
        raise DomainError(
            _("%(name)s saved this register at %(time)s, after you opened it. Look at it again.")
            % {
                "name": sheet.saved_by or "–",
                "time": _clock(sheet.saved_at) if sheet.saved_at else "–",
            },
            "conflict",
        )


def refuse_signature(session: ClassSession, start: datetime, end: datetime, at: datetime) -> None:
    if end <= start:
        raise DomainError(_("The real end comes before the real start."), "times_reversed")
    if not _believable(session, start, end):
        raise DomainError(
            _("The session goes from %(start)s to %(end)s: these times are too far from it.")
            % {"start": _clock(session.starts_at), "end": _clock(session.ends_at)},
            "outside_session",
        )
    if at < end:
        raise DomainError(_("You can sign when the session has ended."), "too_early")


def _clock(moment: datetime) -> str:
    return time_format(timezone.localtime(moment), "H:i")
