"""A cohort's sessions as an iCalendar file (RFC 5545): VTIMEZONE, stable UID, SEQUENCE, status."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from lms.cohorts.models import ClassSession, Cohort

ROME = ZoneInfo(settings.TIME_ZONE)


def cohort_calendar(cohort: Cohort, sessions: Iterable[ClassSession], *, inside: bool) -> bytes:
    """The file's bytes. Only those `inside` the cohort get the link of remote sessions."""
    sessions = list(sessions)
    calendar = Calendar()
    calendar.add("prodid", "-//Cohub Milano//Master Civici//IT")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{cohort.title} · {cohort.code}")
    first = min((s.starts_at for s in sessions), default=None)
    if first:
        last = max(s.ends_at for s in sessions)
        calendar.add_component(
            Timezone.from_tzinfo(
                ROME,
                first_date=(first - timedelta(days=366)).date(),
                last_date=(last + timedelta(days=366)).date(),
            )
        )
    for session in sessions:
        calendar.add_component(_event(cohort, session, inside=inside))
    return calendar.to_ical()


def _event(cohort: Cohort, session: ClassSession, *, inside: bool) -> Event:
    event = Event()
    event.add("uid", f"{session.uid}@cohub")
    event.add("dtstamp", session.updated_at.astimezone(ZoneInfo("UTC")))
    event.add("dtstart", _local(session.starts_at))
    event.add("dtend", _local(session.ends_at))
    event.add("sequence", session.sequence)
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    event.add("summary", f"{cohort.title} · {session.heading}")
    place = ", ".join(part for part in (session.room, cohort.place) if part)
    if place and session.mode != "remote":
        event.add("location", place)
    if inside and session.link:
        event.add("url", session.link)
    return event


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ROME)
