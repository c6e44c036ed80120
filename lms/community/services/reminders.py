"""What the clock reminds people of: sessions on the evening before, deadlines some days before; each once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language

from lms.accounts.models import User
from lms.cohorts.models import ClassSession, Enrolment
from lms.community.models import Reminder
from lms.core.dates import day_in_words
from lms.core.registries import Deadline, registries
from lms.core.services import queue_mail

ROME = ZoneInfo(settings.TIME_ZONE)
SESSIONS, DEADLINES = "cohorts.session_reminders", "cohorts.deadlines"
# An evening before is at most a day and a half away, whatever daylight saving does in between.
HORIZON = timedelta(hours=50)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a session is reminded of: `evening` before it, or some `hours` before it."""

    name: str
    due: datetime


def evening_before(moment: datetime, days: int = 1) -> datetime:
    """The hour of reminders (Europe/Rome, on the wall) some days before the day of `moment`."""
    day = moment.astimezone(ROME).date() - timedelta(days=days)
    return datetime.combine(day, time.fromisoformat(settings.REMINDERS_AT), tzinfo=ROME)


def occasions_of(session: ClassSession) -> list[Occasion]:
    found = [Occasion("evening", evening_before(session.starts_at))]
    if settings.SESSION_REMINDER_HOURS:
        before = timedelta(hours=settings.SESSION_REMINDER_HOURS)
        found.append(Occasion("hours", session.starts_at - before))
    return found


def remind_of_sessions(*, at: datetime | None = None) -> int:
    """Due work: remind everybody enrolled of the sessions whose hour of reminding has come; how many mails.

    One mail for all that a person has on a day. Who was told of a change after that hour has just read the new
    time, and is told nothing more. A session moved to another day is reminded of before that day.
    """
    at = at or timezone.now()
    return sum(
        _remind(user, occasion, day, rows)
        for occasion, sessions in _due_sessions(at).items()
        for (user, day), rows in _still_to_tell(occasion, sessions).items()
    )


def _due_sessions(at: datetime) -> dict[str, list[ClassSession]]:
    coming = ClassSession.objects.filter(
        starts_at__gt=at, starts_at__lte=at + HORIZON, cancelled_at=None, cohort__cancelled_at=None
    ).order_by("starts_at", "pk")
    found: dict[str, list[ClassSession]] = defaultdict(list)
    for session in coming:
        for occasion in occasions_of(session):
            told = session.sequence and session.updated_at >= occasion.due
            if occasion.due <= at and not told:
                found[occasion.name].append(session)
    return found


def _key(session: ClassSession, occasion: str) -> str:
    day = timezone.localdate(session.starts_at, ROME)
    return f"session:{session.pk}:{day.isoformat()}:{occasion}"


def _still_to_tell(
    occasion: str, sessions: Sequence[ClassSession]
) -> dict[tuple[User, date], list[ClassSession]]:
    """The sessions by person and day, without those that the person was reminded of: two queries."""
    by_cohort: dict[int, list[ClassSession]] = defaultdict(list)
    for session in sessions:
        by_cohort[session.cohort_id].append(session)
    keys = [_key(session, occasion) for session in sessions]
    told = set(Reminder.objects.filter(key__in=keys).values_list("user_id", "key"))
    found: dict[tuple[User, date], list[ClassSession]] = defaultdict(list)
    enrolments = Enrolment.objects.active().filter(cohort__in=by_cohort, user__is_active=True)
    for enrolment in enrolments.select_related("user").order_by("user", "pk"):
        for session in by_cohort[enrolment.cohort_id]:
            if (enrolment.user_id, _key(session, occasion)) not in told:
                day = timezone.localdate(session.starts_at, ROME)
                found[enrolment.user, day].append(session)
    return found


def _remind(user: User, occasion: str, day: date, sessions: Sequence[ClassSession]) -> int:
    ordered = sorted(sessions, key=lambda s: (s.starts_at, s.pk))
    by_key = {_key(session, occasion): session for session in ordered}
    with transaction.atomic():
        fresh = _claim(user, list(by_key))
        if not fresh:
            return 0
        mine = [by_key[key] for key in fresh]
        first = mine[0]
        queue_mail(
            key=f"community.sessions:{user.pk}:{day.isoformat()}:{occasion}:{first.pk}",
            kind=SESSIONS,
            recipient=user.email,
            language=user.language,
            template="community/sessions_reminder",
            context={
                "name": user.get_short_name(),
                "sessions": [[s.pk, s.sequence] for s in mine],
            },
        )
    return 1


def _claim(user: User, keys: list[str]) -> list[str]:
    """The keys of which this person has not been reminded yet, in order; they are now.

    Locked by person: two clocks at once write one mail.
    """
    User.objects.select_for_update().get(pk=user.pk)
    known = set(Reminder.objects.filter(user=user, key__in=keys).values_list("key", flat=True))
    fresh = [key for key in keys if key not in known]
    Reminder.objects.bulk_create(Reminder(user=user, key=key) for key in fresh)
    return fresh


def refresh_sessions(context: dict) -> dict | None:
    """The sessions of a reminder as it leaves: those that are still as they were queued, and still to come."""
    if "sessions" not in context:
        return context  # another package's reminder, which carries its own words
    wanted = dict(context["sessions"])
    now = timezone.now()
    rows = (
        ClassSession.objects.filter(pk__in=wanted, starts_at__gt=now, cancelled_at=None)
        .filter(cohort__cancelled_at=None)
        .select_related("cohort__course", "module")
        .order_by("starts_at", "pk")
    )
    language = get_language() or "it"
    shown = [_in_words(row, language) for row in rows if wanted[row.pk] == row.sequence]
    if not shown:
        return None
    return context | {"items": shown, "day": shown[0]["day"], "many": len(shown) > 1}


def _in_words(session: ClassSession, language: str) -> dict:
    starts, ends = (m.astimezone(ROME) for m in (session.starts_at, session.ends_at))
    return {
        "course": session.cohort.title_in(language),
        "code": session.cohort.code,
        "topic": session.heading,
        "day": day_in_words(starts, "weekday").replace("\u00a0", " "),
        "time": f"{starts:%H:%M}–{ends:%H:%M}",
        "mode": session.get_mode_display(),
        "room": session.room if session.mode != "remote" else "",
        "online": bool(session.link) and session.mode != "house",
        "path": reverse("cohorts:detail", args=[session.cohort.code]),
    }


def remind_of_deadlines(*, at: datetime | None = None) -> int:
    """Due work: remind people of what closes in `DEADLINE_REMINDER_DAYS` days; one mail for each person; how many."""
    return sum(_warn(user, mine) for user, mine in _due_deadlines(at or timezone.now()).items())


def _due_deadlines(at: datetime) -> dict[User, dict[str, Deadline]]:
    """By person, and by what names the deadline and its day; without those that they were reminded of."""
    days = settings.DEADLINE_REMINDER_DAYS
    found: dict[User, dict[str, Deadline]] = defaultdict(dict)
    for deadlines in registries.deadlines.values():
        for deadline in deadlines(at, at + timedelta(days=days + 1)):
            if evening_before(deadline.at, days) <= at < deadline.at:
                key = f"deadline:{deadline.key}:{deadline.at.astimezone(ROME).date()}"
                found[deadline.user][key] = deadline
    keys = {key for mine in found.values() for key in mine}
    told = set(Reminder.objects.filter(key__in=keys).values_list("user_id", "key"))
    left = {
        user: {key: row for key, row in mine.items() if (user.pk, key) not in told}
        for user, mine in found.items()
    }
    return {user: mine for user, mine in left.items() if mine}


def _warn(user: User, by_key: dict[str, Deadline]) -> int:
    with transaction.atomic():
        fresh = _claim(user, sorted(by_key, key=lambda key: (by_key[key].at, key)))
        if not fresh:
            return 0
        queue_mail(
            key=f"community.deadlines:{user.pk}:{fresh[0]}",
            kind=DEADLINES,
            recipient=user.email,
            language=user.language,
            template="community/deadlines_reminder",
            context={
                "name": user.get_short_name(),
                "deadlines": [_deadline(by_key[key], user.language) for key in fresh],
            },
        )
    return 1


def _deadline(deadline: Deadline, language: str) -> dict:
    local = deadline.at.astimezone(ROME)
    with translation.override(language):
        return {
            "title": deadline.title,
            "detail": deadline.detail,
            "at": deadline.at.isoformat(),
            "day": day_in_words(local, "weekday").replace("\u00a0", " "),
            "time": f"{local:%H:%M}",
            "path": deadline.path,
        }


def refresh_deadlines(context: dict) -> dict | None:
    """The deadlines of a reminder as it leaves: those still to come."""
    if "deadlines" not in context:
        return context
    now = timezone.now()
    coming = [row for row in context["deadlines"] if datetime.fromisoformat(row["at"]) > now]
    return context | {"items": coming, "many": len(coming) > 1} if coming else None


def forget_reminders(*, at: datetime | None = None) -> int:
    """Due work: what people were reminded of half a year ago is nobody's business any more."""
    at = at or timezone.now()
    old = Q(created_at__lt=at - timedelta(days=180))
    return Reminder.objects.filter(old).delete()[0]
