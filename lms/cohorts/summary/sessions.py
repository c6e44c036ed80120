"""What people read of a session: when its link opens, what it was before a change, whether the room is small."""

import datetime

from django.utils import timezone
from django.utils.formats import time_format

from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Cohort, Room
from lms.core.dates import day_in_words

# Issue «Cohorts run well», 4: the link is shown to the cohort alone, from 15 minutes before.
DOORS_OPEN = datetime.timedelta(minutes=15)


def has_link(session: ClassSession) -> bool:
    """Whether one can take part from afar at all."""
    return bool(session.link and session.mode != Mode.HOUSE and not session.cancelled_at)


def opens_at(session: ClassSession) -> datetime.datetime:
    """The moment from which the cohort gets the link."""
    return session.starts_at - DOORS_OPEN


def joinable(session: ClassSession, at: datetime.datetime | None = None) -> bool:
    """Whether the cohort gets the link of a remote or hybrid session now: from 15 minutes before to the end."""
    at = at or timezone.now()
    return has_link(session) and opens_at(session) <= at < session.ends_at


def opens_today(
    session: ClassSession, at: datetime.datetime | None = None
) -> datetime.datetime | None:
    """When the link opens, if that is later today (Europe/Rome)."""
    at = at or timezone.now()
    opens = opens_at(session)
    soon = at < opens and timezone.localdate(opens) == timezone.localdate(at)
    return opens if soon and has_link(session) else None


def was_before(session: ClassSession, at: datetime.datetime | None = None) -> str:
    """Day, hours, mode and place that the last change replaced, in words; empty once the session is over."""
    before = session.before
    if not before or session.cancelled_at or session.ends_at <= (at or timezone.now()):
        return ""
    words = []
    if "starts_at" in before or "ends_at" in before:
        starts, ends = (
            timezone.localtime(
                datetime.datetime.fromisoformat(before[name])
                if name in before
                else getattr(session, name)
            )
            for name in ("starts_at", "ends_at")
        )
        hours = f"{time_format(starts, 'H:i')}–{time_format(ends, 'H:i')}"
        words += [day_in_words(starts, "weekday"), hours]
    if "mode" in before:
        words.append(str(Mode(before["mode"]).label).lower())
    if before.get("room"):
        words.append(before["room"])
    return ", ".join(words)


def too_small(room: Room | None, cohort: Cohort) -> bool:
    """Whether the room holds fewer people than the cohort has seats: a warning, since not all may come."""
    return room is not None and room.capacity < cohort.seats
