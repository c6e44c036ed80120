"""Laying sessions on days, without a database: what must hold whatever is asked."""

from datetime import date, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.summary.days_off import public_holidays
from lms.cohorts.summary.plan import (
    Need,
    NoDaysLeft,
    Pause,
    Skipped,
    Slot,
    later,
    next_days,
    plan_sessions,
    same_rhythm,
    true_minutes,
)

EVENING = time(18)


def need(number: int, minutes: int) -> Need:
    return Need(UUID(int=number), f"Modulo {number}", minutes)


def slot(weekday: int, starts: time = EVENING, minutes: int = 130) -> Slot:
    first = starts.hour * 60 + starts.minute + minutes
    return Slot(weekday, starts, time(first // 60, first % 60))


needs = st.lists(st.integers(1, 900), min_size=1, max_size=6).map(
    lambda minutes: [need(number, much) for number, much in enumerate(minutes, start=1)]
)
slots = st.lists(
    st.builds(
        slot,
        st.integers(0, 6),
        st.sampled_from([time(9), time(14, 30), EVENING]),
        st.sampled_from([45, 60, 120, 130, 240]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: (row.weekday, row.starts),
)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
pauses = st.builds(Pause, st.integers(0, 150), st.sampled_from([0, 10, 30]))


@st.composite
def asked(draw):
    first = draw(days)
    off = draw(st.sets(st.integers(0, 60), max_size=25))
    return {
        "needs": draw(needs),
        "slots": draw(slots),
        "first_day": first,
        "days_off": {first + timedelta(days=number): "Chiuso" for number in off},
        "pause": draw(pauses),
    }


@given(asked())
def test_each_module_gets_its_minutes_in_order_on_days_that_are_not_off(question):
    plan = plan_sessions(**question)
    laid: dict = {}
    for row in plan.sessions:
        laid[row.module.key] = laid.get(row.module.key, 0) + row.minutes
    assert laid == {row.key: row.minutes for row in question["needs"]}
    order = [row.module.key for row in plan.sessions]
    assert order == sorted(order, key=lambda key: key.int)
    starts = [row.starts_at for row in plan.sessions]
    assert starts == sorted(set(starts))
    assert all(row.day >= question["first_day"] for row in plan.sessions)
    assert not {row.day for row in plan.sessions} & set(question["days_off"])


@given(asked())
def test_a_session_stays_within_its_hours_with_its_break_inside(question):
    hours = {(row.weekday, row.starts): row for row in question["slots"]}
    for row in plan_sessions(**question).sessions:
        slot = hours[row.day.weekday(), row.starts_at.time()]
        assert row.ends_at.time() <= slot.ends
        length = true_minutes(row.starts_at, row.ends_at)
        assert length == row.minutes + row.break_minutes
        for first, last in row.breaks:
            assert row.starts_at <= first < last <= row.ends_at


@given(asked())
def test_the_same_question_has_the_same_answer(question):
    assert plan_sessions(**question) == plan_sessions(**question)
    turned = question | {"slots": list(reversed(question["slots"]))}
    assert plan_sessions(**turned) == plan_sessions(**question)


@given(asked())
def test_what_is_left_out_is_a_day_off_on_a_day_of_meeting(question):
    weekdays = {row.weekday for row in question["slots"]}
    plan = plan_sessions(**question)
    last = max(row.day for row in plan.sessions)
    expected = [
        day for day in sorted(question["days_off"]) if day.weekday() in weekdays and day <= last
    ]
    assert [row.day for row in plan.skipped] == expected


@pytest.mark.parametrize(
    ("first", "change"),
    [(date(2026, 3, 26), 29), (date(2026, 10, 22), 25), (date(2027, 3, 25), 28)],
)
def test_the_hour_on_the_wall_stays_when_the_clocks_change(first, change):
    plan = plan_sessions([need(1, 360)], [slot(first.weekday())], first, {}, Pause(60, 10))
    assert [
        (row.starts_at.hour, row.ends_at.hour, row.ends_at.minute) for row in plan.sessions
    ] == [(18, 20, 10)] * 3
    offsets = [row.starts_at.utcoffset() for row in plan.sessions]
    assert offsets[0] != offsets[1] == offsets[2]
    assert plan.sessions[0].day < date(first.year, first.month, change) < plan.sessions[1].day


def test_a_session_in_the_night_of_the_change_keeps_its_true_length():
    night = Slot(6, time(1), time(4))
    plan = plan_sessions([need(1, 180)], [night], date(2026, 10, 25), {})
    row = plan.sessions[0]
    assert (true_minutes(row.starts_at, row.ends_at), row.ends_at.hour) == (180, 3)


def test_the_last_session_of_a_module_is_no_stump():
    plan = plan_sessions([need(1, 250)], [slot(1, minutes=120)], date(2026, 9, 1), {})
    assert [row.minutes for row in plan.sessions] == [120, 100, 30]


def test_who_leaves_before_the_break_has_none():
    plan = plan_sessions([need(1, 160)], [slot(1)], date(2026, 9, 1), {}, Pause(60, 10))
    assert [(row.minutes, row.break_minutes) for row in plan.sessions] == [(120, 10), (40, 0)]


def test_days_that_never_come_are_refused():
    every = {date(2026, 1, 1) + timedelta(days=number): "Chiuso" for number in range(1200)}
    with pytest.raises(NoDaysLeft):
        plan_sessions([need(1, 60)], [slot(0)], date(2026, 1, 1), every)
    with pytest.raises(NoDaysLeft):
        next_days([], date(2026, 1, 1), {}, 1)


def test_christmas_and_saint_ambrose_are_left_out():
    off = public_holidays(date(2026, 12, 1), date(2027, 1, 31), "it")
    plan = plan_sessions([need(1, 720)], [slot(0)], date(2026, 11, 30), off, Pause(60, 10))
    assert [f"{row.day:%d/%m}" for row in plan.sessions] == [
        "30/11", "14/12", "21/12", "28/12", "04/01", "11/01",
    ]  # fmt: skip
    assert plan.skipped == (Skipped(date(2026, 12, 7), "Sant'Ambrogio"),)


@pytest.mark.parametrize(
    ("day", "italian", "english"),
    [
        (date(2026, 12, 7), "Sant'Ambrogio", "Saint Ambrose's Day"),
        (date(2026, 4, 6), "Lunedì dell'Angelo", "Easter Monday"),
        (date(2027, 3, 29), "Lunedì dell'Angelo", "Easter Monday"),
        (date(2026, 6, 2), "Festa della Repubblica", "Republic Day"),
    ],
)
def test_holidays_of_italy_and_milan_by_name(day, italian, english):
    assert [public_holidays(day, day, language) for language in ("it", "en")] == [
        {day: italian}, {day: english},
    ]  # fmt: skip


def test_holidays_of_other_towns_are_ours_to_work():
    rome, turin = date(2026, 6, 29), date(2026, 6, 24)
    assert public_holidays(turin, rome) == {}


# --- The same rhythm -------------------------------------------------------------------------
weekly = st.builds(
    lambda first, steps: [first + timedelta(days=sum(steps[:n])) for n in range(len(steps) + 1)],
    days,
    st.lists(st.integers(0, 21), max_size=12),
)


@given(weekly, days, st.sets(st.integers(0, 300), max_size=30))
def test_a_rhythm_keeps_number_order_and_weekdays_and_meets_on_no_day_off(meetings, first, off):
    # Days off of the new year only, so that no old meeting stands on one.
    first += timedelta(days=4000)
    days_off = {first + timedelta(days=number): "Chiuso" for number in off}
    moved, _skipped = same_rhythm(meetings, first, days_off)
    assert len(moved) == len(meetings)
    assert moved == sorted(moved)
    assert moved[0] >= first
    assert not set(moved) & set(days_off)
    shift = (first - meetings[0]).days
    assert {day.weekday() for day in moved} <= {(day.weekday() + shift) % 7 for day in meetings}
    same_day = [a == b for a, b in zip(meetings, meetings[1:], strict=False)]
    assert [a == b for a, b in zip(moved, moved[1:], strict=False)] == same_day


@given(weekly)
def test_without_days_off_every_distance_stays(meetings):
    moved, skipped = same_rhythm(meetings, meetings[0] + timedelta(weeks=3), {})
    assert [b - a for a, b in zip(meetings, moved, strict=True)] == [timedelta(weeks=3)] * len(
        moved
    )
    assert skipped == ()


def test_a_gap_made_by_a_holiday_closes_and_one_made_on_purpose_stays():
    tuesday = date(2026, 11, 24)
    off = {date(2026, 12, 8): "Immacolata", date(2027, 4, 20): "Chiuso"}
    # 8 December fell out; the week of the 22nd was left free on purpose.
    old = [tuesday + timedelta(weeks=number) for number in (0, 1, 3, 5)]
    moved, skipped = same_rhythm(old, date(2027, 4, 6), off)
    assert [f"{day:%d/%m}" for day in moved] == ["06/04", "13/04", "27/04", "11/05"]
    assert skipped == (Skipped(date(2027, 4, 20), "Chiuso"),)


def test_two_meetings_a_week_move_to_other_weekdays_in_their_order():
    old = [date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 8), date(2026, 9, 10)]  # Tue, Thu
    moved, _skipped = same_rhythm(old, date(2027, 2, 3), {})
    assert moved == [date(2027, 2, 3), date(2027, 2, 5), date(2027, 2, 10), date(2027, 2, 12)]


def test_no_meetings_have_no_rhythm():
    assert same_rhythm([], date(2027, 1, 1), {}) == ([], ())


def test_later_counts_true_minutes():
    from lms.cohorts.summary.plan import at

    start = at(date(2026, 3, 29), time(1, 30))
    assert later(start, 60).hour == 3
