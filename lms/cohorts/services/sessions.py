"""The calendar of a cohort: sessions planned, moved, called off."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Cohort, Room, SessionBreak, SyllabusModule
from lms.cohorts.services.letters import send_session_letters, session_facts
from lms.core.errors import DomainError

ROME = ZoneInfo(settings.TIME_ZONE)
Interval = tuple[datetime, datetime]


class Unchanged(Enum):
    """What is not said: None says that a session has no room."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


def schedule_session(
    *,
    cohort: Cohort,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    module: SyllabusModule | None = None,
    topic: str = "",
    mode: str = Mode.HOUSE,
    venue: Room | None = None,
    room: str = "",
    link: str = "",
    teachers: Iterable[User] = (),
    breaks: Sequence[Interval] = (),
) -> ClassSession:
    """Plan one session; `breaks` are intervals inside it, whose minutes are not credited.

    With a `venue` its name is printed, whatever `room` says; a remote session has none. A room smaller
    than the cohort's seats is no refusal (`summary.too_small`). Refused with `cohort_not_open`,
    `times_reversed`, `break_outside`, `needs_link`, `room_out_of_use`.
    """
    refuse_times(starts_at, ends_at, breaks)
    venue = None if mode == Mode.REMOTE else venue
    _refuse_out_of_use(venue)
    _refuse_without_link(mode, link)
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        if not cohort.opened_at or cohort.cancelled_at:
            raise DomainError(_("This cohort is not open."), "cohort_not_open")
        last = cohort.sessions.aggregate(last=Max("number"))["last"] or 0
        session = ClassSession.objects.create(
            cohort=cohort,
            number=last + 1,
            module=module,
            topic=topic,
            starts_at=starts_at,
            ends_at=ends_at,
            mode=mode,
            venue=venue,
            room=venue.name if venue else room,
            link=link,
        )
        session.teachers.set(teachers)
        _set_breaks(session, breaks)
        log(session, "cohorts.schedule_session", user=by, data={"number": session.number})
    return session


def schedule_weekly(
    *, times: int, starts_at: datetime, ends_at: datetime, **fields: Any
) -> list[ClassSession]:
    """Plan `times` sessions a week apart, at the same hour of Europe/Rome across daylight-saving changes."""
    if not 1 <= times <= 60:
        raise DomainError(_("Between 1 and 60 weeks, please."), "weeks_out_of_range")
    breaks = fields.pop("breaks", ())
    with transaction.atomic():
        return [
            schedule_session(
                starts_at=_weeks_later(starts_at, week),
                ends_at=_weeks_later(ends_at, week),
                breaks=[(_weeks_later(a, week), _weeks_later(b, week)) for a, b in breaks],
                **fields,
            )
            for week in range(times)
        ]


def move_session(
    *,
    session: ClassSession,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    mode: str | None = None,
    venue: Room | Unchanged | None = UNCHANGED,
    room: str | None = None,
    link: str | None = None,
    at: datetime | None = None,
) -> ClassSession:
    """Change a session's time or place and tell everyone enrolled; the same values again tell nobody.

    A `venue` brings its name; another name in `room` leaves the venue. Breaks keep their distance from the
    start. Refused with `session_cancelled`, `session_begun`, `times_reversed`, `break_outside`, `needs_link`,
    `room_out_of_use`.
    """
    with transaction.atomic():
        session = _locked(session)
        refuse_begun(session, at or timezone.now())
        venue, room = _place(session, mode or session.mode, venue, room)
        changed: dict[str, Any] = {
            name: value
            for name, value in {
                "starts_at": starts_at, "ends_at": ends_at, "mode": mode, "room": room, "link": link,
            }.items()
            if value is not None and value != getattr(session, name)
        }  # fmt: skip
        if venue != session.venue:
            _refuse_out_of_use(venue)
            changed["venue"] = venue
        if not changed:
            return session
        if changed.keys() & {"mode", "link"}:
            _refuse_without_link(mode or session.mode, session.link if link is None else link)
        shift = starts_at - session.starts_at
        breaks = [(b.starts_at + shift, b.ends_at + shift) for b in session.breaks.all()]
        refuse_times(starts_at, ends_at, breaks)
        before = {lang: session_facts(session, lang) for lang, _name in settings.LANGUAGES}
        session.before = replaced(session, changed) or session.before
        for name, value in changed.items():
            setattr(session, name, value)
        session.sequence += 1
        session.save()
        _set_breaks(session, breaks)
        log(session, "cohorts.move_session", user=by, data={"fields": sorted(changed)})
        send_session_letters(session, "changed", before=before)
    return session


def _place(
    session: ClassSession, mode: str, venue: Room | Unchanged | None, room: str | None
) -> tuple[Room | None, str | None]:
    """The venue and the text that is printed; None for a text that stays."""
    if isinstance(venue, Unchanged):
        named = room is None or (session.venue is not None and room == session.venue.name)
        venue = session.venue if named else None
    elif venue is None and room is None and session.venue:
        room = ""
    if mode == Mode.REMOTE:
        venue, room = None, "" if session.venue else room
    return venue, venue.name if venue else room


def replaced(session: ClassSession, changed: dict[str, Any]) -> dict[str, str]:
    """What the page of the cohort says was before; nothing of the link."""
    before = {name: getattr(session, name) for name in ("starts_at", "ends_at", "mode", "room")}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in before.items()
        if name in changed
    }


def cancel_session(
    *, session: ClassSession, reason: str, by: User | None, at: datetime | None = None
) -> ClassSession:
    """Call a session off and tell everyone enrolled; it leaves every total. Again changes nothing."""
    at = at or timezone.now()
    with transaction.atomic():
        session = ClassSession.objects.select_for_update().get(pk=session.pk)
        if session.cancelled_at:
            return session
        refuse_begun(session, at)
        session.cancelled_at = at
        session.cancel_reason = reason
        session.sequence += 1
        session.save()
        log(session, "cohorts.cancel_session", user=by, data={"reason": reason})
        send_session_letters(session, "cancelled")
    return session


def _locked(session: ClassSession) -> ClassSession:
    session = ClassSession.objects.select_for_update().get(pk=session.pk)
    if session.cancelled_at:
        raise DomainError(_("This session was cancelled."), "session_cancelled")
    return session


def refuse_begun(session: ClassSession, at: datetime) -> None:
    if session.starts_at <= at:
        raise DomainError(
            _("This session has begun: what happened is written in the register."), "session_begun"
        )


def _refuse_without_link(mode: str, link: str) -> None:
    if mode != Mode.HOUSE and not link:
        raise DomainError(_("A remote or hybrid session needs a link."), "needs_link")


def _refuse_out_of_use(venue: Room | None) -> None:
    if venue is not None and not venue.active:
        raise DomainError(
            _("%(room)s is no longer in use.") % {"room": venue.name}, "room_out_of_use"
        )


def refuse_times(starts_at: datetime, ends_at: datetime, breaks: Sequence[Interval]) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("The end comes before the start."), "times_reversed")
    for first, last in breaks:
        if not starts_at <= first < last <= ends_at:
            raise DomainError(_("A break lies outside the session."), "break_outside")


def _set_breaks(session: ClassSession, breaks: Sequence[Interval]) -> None:
    session.breaks.all().delete()
    SessionBreak.objects.bulk_create(
        SessionBreak(session=session, starts_at=first, ends_at=last) for first, last in breaks
    )


def _weeks_later(moment: datetime, weeks: int) -> datetime:
    wall = moment.astimezone(ROME).replace(tzinfo=None) + timedelta(weeks=weeks)
    return wall.replace(tzinfo=ROME)
