"""A learner's week, Monday to Sunday: the sessions and the deadlines of all their cohorts. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.summary import joinable

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeekItem:
    """A session, or a deadline in words. `url` leads to what it is about; `past` when it is over."""

    at: datetime.datetime
    title: str
    cohort: Cohort | None = None
    session: ClassSession | None = None
    url: str = ""
    words: str = ""
    joinable: bool = False
    past: bool = False

    @property
    def off(self) -> bool:
        return bool(self.session and self.session.cancelled_at)


@dataclass(frozen=True, slots=True)
class WeekDay:
    date: datetime.date
    today: bool
    past: bool
    items: tuple[WeekItem, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """`current` is false for the week after."""

    days: tuple[WeekDay, ...]
    current: bool

    @property
    def items(self) -> list[WeekItem]:
        return [item for day in self.days for item in day.items]

    @property
    def first(self) -> datetime.date:
        return self.days[0].date

    @property
    def last(self) -> datetime.date:
        return self.days[-1].date


def session_item(session: ClassSession, cohort: Cohort, at: datetime.datetime) -> WeekItem:
    return WeekItem(
        at=session.starts_at,
        title=session.heading,
        cohort=cohort,
        session=session,
        joinable=joinable(session, at),
        past=session.ends_at <= at,
    )


def weeks_of(items: Iterable[WeekItem], at: datetime.datetime) -> tuple[Week, ...]:
    """This week; and the next one where nothing of this one is still to come but something of that is.

    Days are those of Europe/Rome, also in the weeks in which the clock changes.
    """
    rows = sorted(items, key=lambda item: item.at)
    today = timezone.localdate(at)
    monday = today - today.weekday() * ONE_DAY
    this = _week(rows, monday, today, current=True)
    following = _week(rows, monday + 7 * ONE_DAY, today, current=False)
    if following.items and all(item.past or item.off for item in this.items):
        return (this, following) if this.items else (following,)
    return (this,)


def _week(
    rows: list[WeekItem], monday: datetime.date, today: datetime.date, *, current: bool
) -> Week:
    by_day: dict[datetime.date, list[WeekItem]] = {}
    for item in rows:
        by_day.setdefault(timezone.localdate(item.at), []).append(item)
    days = [monday + number * ONE_DAY for number in range(7)]
    return Week(
        days=tuple(
            WeekDay(day, day == today, day < today, tuple(by_day.get(day, ()))) for day in days
        ),
        current=current,
    )
