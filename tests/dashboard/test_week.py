"""A learner's week: Monday to Sunday of Europe/Rome, this one and the next when it is over."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.dashboard.summary.week import WeekItem, weeks_of

ROME = ZoneInfo("Europe/Rome")


def moment(day: date, hour: int = 18) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ROME)


def item(day: date, *, now: datetime, hour: int = 18) -> WeekItem:
    at = moment(day, hour)
    return WeekItem(at=at, title=str(day), past=at + timedelta(hours=2) <= now)


def days(week) -> list[tuple[date, int]]:
    return [(day.date, len(day.items)) for day in week.days if day.items or day.today]


def test_week_runs_from_monday_to_sunday_with_today_marked():
    now = moment(date(2026, 11, 25), 9)
    [week] = weeks_of([item(date(2026, 11, 29), now=now), item(date(2026, 11, 30), now=now)], now)
    assert (week.first, week.last, week.current) == (date(2026, 11, 23), date(2026, 11, 29), True)
    assert days(week) == [(date(2026, 11, 25), 0), (date(2026, 11, 29), 1)]
    assert [day.today for day in week.days] == [False, False, True, False, False, False, False]


def test_next_week_is_shown_when_nothing_of_this_one_is_to_come():
    now = moment(date(2026, 11, 25), 21)
    this, following = weeks_of(
        [item(date(2026, 11, 25), now=now), item(date(2026, 12, 2), now=now)], now
    )
    assert (this.current, following.current) == (True, False)
    assert days(following) == [(date(2026, 12, 2), 1)]


def test_next_week_alone_is_shown_when_this_one_had_nothing():
    now = moment(date(2026, 11, 25), 9)
    [week] = weeks_of([item(date(2026, 12, 2), now=now)], now)
    assert week.current is False


def test_week_without_anything_is_this_one():
    now = moment(date(2026, 11, 25), 9)
    [week] = weeks_of([], now)
    assert (week.current, week.items) == (True, [])


@pytest.mark.parametrize(
    ("sunday", "monday"),
    [
        (date(2026, 3, 29), date(2026, 3, 23)),
        (date(2026, 10, 25), date(2026, 10, 19)),
        (date(2027, 3, 28), date(2027, 3, 22)),
    ],
)
def test_week_in_which_the_clock_changes_has_seven_days(sunday, monday):
    now = moment(sunday, 1)
    late = datetime(sunday.year, sunday.month, sunday.day, 23, 30, tzinfo=ROME)
    [week] = weeks_of([WeekItem(at=late, title="Sera")], now)
    assert [day.date for day in week.days] == [monday + timedelta(days=n) for n in range(7)]
    assert days(week) == [(sunday, 1)]


def test_item_after_midnight_in_rome_belongs_to_the_new_day():
    """23:30 UTC of Sunday is 00:30 of Monday in Rome."""
    now = moment(date(2026, 11, 25), 9)
    at = datetime(2026, 11, 29, 23, 30, tzinfo=ZoneInfo("UTC"))
    [week] = weeks_of([WeekItem(at=at, title="Notte")], now)
    assert week.current is False
    assert week.days[0].date == date(2026, 11, 30)
    assert len(week.days[0].items) == 1
