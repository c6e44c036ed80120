"""Sessions as iCalendar files (RFC 5545, RFC 7986): VTIMEZONE, stable UID, SEQUENCE, status.

No file holds the link of a remote session: it names the page that opens the link at its hour.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText

from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.summary import has_link, opens_at

ROME = ZoneInfo(settings.TIME_ZONE)
# How often a calendar is asked to look again.
REFRESH = timedelta(hours=1)


def cohort_calendar(cohort: Cohort, sessions: Iterable[ClassSession]) -> bytes:
    """The cohort's own sessions, with `module` and `venue`: public facts only, in the active language."""
    return _calendar(f"{cohort.title} · {cohort.code}", list(sessions), inside=False)


def personal_calendar(sessions: list[ClassSession]) -> bytes:
    """One person's sessions, in the active language; needs `cohort__course`, `module` and `venue`."""
    return _calendar(_("My sessions at Cohub Milano"), sessions, inside=True)


def _calendar(name: str, sessions: list[ClassSession], *, inside: bool) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Cohub Milano//Master Civici//IT")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    days = [s.starts_at.year for s in sessions] or [timezone.localdate().year]
    calendar.add_component(time_zone(min(days) - 1, max(days) + 1))
    for session in sessions:
        calendar.add_component(_event(session, inside=inside))
    return calendar.to_ical()


def _event(session: ClassSession, *, inside: bool) -> Event:
    cohort, venue = session.cohort, session.venue
    off = bool(session.cancelled_at or cohort.cancelled_at)
    moments = (session.updated_at, venue and venue.updated_at, cohort.cancelled_at)
    changed = max(moment for moment in moments if moment).astimezone(UTC)
    summary = f"{cohort.title} · {session.heading}"
    event = Event()
    event.add("uid", f"{session.uid}@cohub")
    # No moment of making the file: a feed that nothing changed keeps its bytes.
    event.add("dtstamp", changed)
    event.add("created", session.created_at.astimezone(UTC))
    event.add("last-modified", changed)
    event.add("dtstart", _moment(session.starts_at))
    event.add("dtend", _moment(session.ends_at))
    event.add("sequence", session.sequence + bool(cohort.cancelled_at))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    # Some calendars show a cancelled session like any other.
    event.add("summary", _("Cancelled: %(summary)s") % {"summary": summary} if off else summary)
    place = venue.place if venue else ", ".join(filter(None, (session.room, cohort.place)))
    if place and session.mode != Mode.REMOTE:
        event.add("location", place)
        if venue and venue.latitude is not None and venue.longitude is not None:
            event.add("geo", (float(venue.latitude), float(venue.longitude)))
    event.add("url", whole(cohort.get_absolute_url()))
    event.add("description", "\n".join(_lines(session, inside=inside)))
    return event


def _moment(moment: datetime) -> datetime:
    """By the clocks of Rome; in UTC within the hour that they show twice, which no TZID can tell apart."""
    local = moment.astimezone(ROME)
    twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return moment.astimezone(UTC) if twice else local


def _lines(session: ClassSession, *, inside: bool) -> Iterable[str]:
    cohort = session.cohort
    yield f"{cohort.code} · {session.get_mode_display()}"
    reason = session.cancel_reason or (cohort.cancelled_at and cohort.cancel_reason)
    if reason:
        yield _("Reason:") + f" {reason}"
    if inside and has_link(session) and not cohort.cancelled_at:
        hour = time_format(timezone.localtime(opens_at(session)), "H:i")
        address = whole(reverse("cohorts:join", args=[session.pk]))
        yield _("To join remotely, from %(hour)s: %(address)s") % {"hour": hour, "address": address}
    if session.venue and session.mode != Mode.REMOTE:
        address = whole(session.venue.get_absolute_url())
        yield _("How to get there: %(address)s") % {"address": address}
    yield _("The cohort’s page: %(address)s") % {"address": whole(cohort.get_absolute_url())}


def whole(path: str) -> str:
    """An address of ours with scheme and host."""
    return f"{settings.SITE_URL}{path}"


@lru_cache(maxsize=32)
def time_zone(first: int, last: int) -> Timezone:
    """Europe/Rome from the year `first` to the end of `last`, with every change of the hour that tzdata knows.

    One component for each change and no recurrence rule: what every reader understands (RFC 5545, 3.6.5).
    """
    zone = Timezone()
    zone.add("tzid", settings.TIME_ZONE)
    begin = datetime(first, 1, 1, tzinfo=UTC)
    zone.add_component(_observance(begin, begin.astimezone(ROME).utcoffset()))
    day, end = begin, datetime(last + 1, 1, 1, tzinfo=UTC)
    while day < end:
        before, after = (d.astimezone(ROME).utcoffset() for d in (day, day + timedelta(days=1)))
        if before != after:
            zone.add_component(_observance(_change_in(day, before), before))
        day += timedelta(days=1)
    return zone


def _change_in(day: datetime, before: timedelta | None) -> datetime:
    """The first minute of that day (UTC) with another offset."""
    minutes = (day + timedelta(minutes=number) for number in range(1, 1441))
    return next(m for m in minutes if m.astimezone(ROME).utcoffset() != before)


def _observance(moment: datetime, before: timedelta | None) -> TimezoneDaylight | TimezoneStandard:
    """What holds from `moment` on; its start is told by the clocks of before."""
    local = moment.astimezone(ROME)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (moment + (before or timedelta())).replace(tzinfo=None))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", local.utcoffset())
    part.add("tzname", local.tzname())
    return part
