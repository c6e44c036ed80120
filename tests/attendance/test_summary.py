"""The rules of domain, Attendance, one example each; and the constant queries of a cohort."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from lms.attendance import services
from lms.attendance.choices import Channel, SheetStatus, State
from lms.attendance.summary import (
    Exemption,
    Facts,
    Policy,
    Presence,
    attendance_at,
    attendance_of,
    attendance_of_cohort,
    summarise,
)
from lms.cohorts import services as cohort_services
from lms.cohorts.choices import Denominator
from tests.factories import cohorts, people
from tests.factories.attendance import (
    Module,
    ended,
    minutes_in,
    moment,
    signed,
    sitting,
    taken,
)


def stay(start: int, end: int, channel=Channel.HOUSE) -> Presence:
    return Presence(moment(start), moment(end), channel)


@pytest.mark.parametrize(
    ("presences", "facts", "state", "credited"),
    [
        ([stay(0, 180)], {}, State.PRESENT, 180),
        ([stay(10, 180)], {}, State.PRESENT, 170),
        ([stay(11, 180)], {}, State.LATE, 169),
        ([stay(0, 170)], {}, State.PRESENT, 170),
        ([stay(0, 169)], {}, State.EARLY, 169),
        ([stay(30, 100)], {}, State.LATE, 70),
        ([stay(0, 180, Channel.REMOTE)], {}, State.REMOTE, 180),
        ([stay(0, 90), stay(90, 180, Channel.REMOTE)], {}, State.PRESENT, 180),
        ([], {}, State.ABSENT, 0),
        ([], {"excuse": "Visita medica"}, State.EXCUSED, 0),
        ([], {"exempt": True}, State.EXEMPT, 0),
        ([], {"exempt": True, "excuse": "Visita medica"}, State.EXEMPT, 0),
        ([], {"make_up": 120}, State.MADE_UP, 120),
        ([stay(0, 100)], {"make_up": 120}, State.MADE_UP, 180),
        ([], {"withdrawn": True}, State.WITHDRAWN, 0),
        ([stay(180, 200)], {}, State.ABSENT, 0),
    ],
)
def test_a_state_is_derived_from_minutes_and_facts(presences, facts, state, credited):
    row = attendance_at(sitting(), presences=presences, grace=10, **facts)
    assert (row.state, row.credited) == (state, credited)


def test_a_session_without_a_register_says_nothing_of_anyone():
    row = attendance_at(sitting(status=SheetStatus.PLANNED), excuse="Visita medica")
    assert (row.state, row.planned, row.delivered, row.missed) == (State.PLANNED, 180, 0, 0)


def test_a_cancelled_session_has_no_minutes():
    row = attendance_at(sitting(cancelled=True), presences=[stay(0, 180)])
    assert (row.state, row.planned, row.delivered, row.credited) == (State.CANCELLED, 0, 0, 0)


def test_time_in_a_break_credits_nothing():
    row = attendance_at(sitting(breaks=[(80, 100)]), presences=[stay(80, 100)])
    assert (row.state, row.credited) == (State.ABSENT, 0)


def test_a_mixed_presence_keeps_both_channels():
    row = attendance_at(sitting(), presences=[stay(0, 90), stay(60, 180, Channel.REMOTE)])
    assert (row.channel, row.credited, row.remote, row.intervals) == ("mixed", 180, 90, 2)


def three_sessions(**extra):
    return [sitting(n, 1000 * n, 1000 * n + 180, module=n, **extra) for n in (1, 2, 3)]


def at_all_but_the_last(**extra) -> Facts:
    return Facts(presences={n: [stay(1000 * n, 1000 * n + 180)] for n in (1, 2)}, **extra)


def test_the_percentage_is_cut_and_never_rounded_up():
    summary = summarise(three_sessions(), at_all_but_the_last(), Policy(threshold=67))
    assert (summary.percent, summary.percent_int, summary.reached) == ("66.66", 66, False)


def test_the_threshold_is_inclusive():
    sittings = [sitting(n, 1000 * n, 1000 * n + 180) for n in range(4)]
    facts = Facts(presences={n: [stay(1000 * n, 1000 * n + 180)] for n in range(3)})
    assert summarise(sittings, facts, Policy(threshold=75)).reached
    assert not summarise(sittings, facts, Policy(threshold=76)).reached


def test_an_excused_absence_leaves_the_total_only_where_the_policy_says_so():
    facts = at_all_but_the_last(excuses={3: "Visita medica"})
    counted = summarise(three_sessions(), facts, Policy())
    left = summarise(three_sessions(), facts, Policy(excused_leave=True))
    assert (counted.total, counted.excused, counted.percent) == (540, 0, "66.66")
    assert (left.total, left.excused, left.percent) == (360, 180, "100.00")
    assert counted.absences == left.absences == left.excused_absences == 1


def test_a_credit_leaves_the_total_and_exempts_its_module():
    credit = Exemption(Module(3), 3, 180, "Già svolto")
    summary = summarise(three_sessions(), at_all_but_the_last(exemptions=[credit]), Policy())
    assert (summary.total, summary.credit, summary.percent) == (360, 180, "100.00")
    assert [row.state for row in summary.rows] == [State.PRESENT, State.PRESENT, State.EXEMPT]
    assert summary.absences == 0


def test_a_credit_of_more_than_the_module_counts_for_the_module():
    credit = Exemption(Module(3), 3, 900)
    summary = summarise(three_sessions(), at_all_but_the_last(exemptions=[credit]), Policy())
    assert [(row.minutes, row.counted) for row in summary.credits] == [(900, 180)]


def test_a_late_joiner_is_judged_on_the_whole_cohort():
    facts = Facts(presences={3: [stay(3000, 3180)]})
    summary = summarise(three_sessions(), facts, Policy())
    assert (summary.total, summary.percent, summary.absences) == (540, "33.33", 2)


def test_delivered_and_planned_denominators_differ_when_a_session_ended_early():
    short = [sitting(status=SheetStatus.SIGNED, actual=(0, 150))]
    facts = Facts(presences={1: [stay(0, 150)]})
    delivered = summarise(short, facts, Policy())
    planned = summarise(short, facts, Policy(on_planned=True))
    assert (delivered.attended, delivered.total, delivered.percent) == (150, 150, "100.00")
    assert (planned.attended, planned.total, planned.percent) == (150, 180, "83.33")


def test_each_module_must_reach_the_threshold_where_the_basis_is_the_module():
    policy = Policy(threshold=50, by_module=True)
    summary = summarise(three_sessions(), at_all_but_the_last(), policy)
    assert [m.figure.percent for m in summary.modules] == ["100.00", "100.00", "0.00"]
    assert (summary.percent, summary.reached, summary.earned) == ("66.66", False, False)


def test_the_point_of_no_return_is_told_before_it_comes():
    """Four sessions of 180': threshold 75 % asks 540; one held and attended, three to come."""
    sittings = [sitting(0)] + [
        sitting(n, 1000 * n, 1000 * n + 180, status=SheetStatus.PLANNED) for n in (1, 2, 3)
    ]
    there = summarise(sittings, Facts(presences={0: [stay(0, 180)]}), Policy())
    assert (there.still_possible, there.can_miss, there.reachable) == (540, 180, True)
    assert (there.percent, there.reached, there.earned, there.final) == (
        "100.00",
        True,
        False,
        False,
    )
    missed = summarise(sittings, Facts(), Policy())
    assert (missed.can_miss, missed.reachable, missed.short_of) == (0, True, 540)
    late = summarise([sitting(0), sitting(1, 1000, 1180), *sittings[2:]], Facts(), Policy())
    assert (late.can_miss, late.reachable) == (0, False)


def test_sessions_after_a_withdrawal_are_neither_absences_nor_possible():
    sittings = [
        sitting(1, day=date(2026, 3, 2)),
        sitting(2, 2000, 2180, day=date(2026, 3, 9)),
        sitting(3, 3000, 3180, day=date(2026, 3, 16), status=SheetStatus.PLANNED),
    ]
    facts = Facts(presences={1: [stay(0, 180)]}, withdrawn_on=date(2026, 3, 2))
    summary = summarise(sittings, facts, Policy())
    assert [r.state for r in summary.rows] == [State.PRESENT, State.WITHDRAWN, State.WITHDRAWN]
    assert (summary.absences, summary.still_possible, summary.total) == (0, 0, 360)


def test_nothing_held_yet_is_not_a_threshold_reached():
    summary = summarise([sitting(status=SheetStatus.PLANNED)], Facts(), Policy())
    assert (summary.total, summary.percent, summary.reached) == (0, "0.00", False)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 3), (date(2026, 10, 25), 5)], ids=["spring", "autumn"]
)
@pytest.mark.django_db
def test_a_session_across_a_clock_change_keeps_its_true_length(day, hours):
    """From midnight to four on the clock: three hours in spring, five in autumn."""
    rome = ZoneInfo("Europe/Rome")
    start = datetime(day.year, day.month, day.day, 0, 0, tzinfo=rome)
    end = datetime(day.year, day.month, day.day, 4, 0, tzinfo=rome)
    cohort = cohorts.cohort(starts_on=day, ends_on=day)
    enrolment = cohorts.learner(cohort, joined_on=day)
    session = cohort_services.schedule_session(cohort=cohort, starts_at=start, ends_at=end, by=None)
    taken(session, at=end + timedelta(minutes=1))
    summary = attendance_of(enrolment)
    assert (summary.planned, summary.attended) == (hours * 60, hours * 60)


@pytest.mark.django_db
def test_a_cohort_is_summed_up_from_its_rows():
    cohort = cohorts.cohort(denominator=Denominator.DELIVERED)
    teacher = cohorts.teacher(cohort)
    there, late = cohorts.learner(cohort), cohorts.learner(cohort)
    first = cohorts.session(cohort, break_minutes=20)
    cohorts.session(cohort, starts_at=timezone.now() + timedelta(days=3))
    taken(first, by=teacher)
    services.mark_register(
        session=first,
        entries=[services.between(late, minutes_in(first, 30), first.ends_at, Channel.REMOTE)],
        by=teacher,
    )
    summaries = attendance_of_cohort(cohort)
    assert {
        key: (s.attended, s.remote, s.total, s.full_total, s.percent, s.rows[0].state)
        for key, s in summaries.items()
    } == {
        there.pk: (160, 0, 160, 340, "100.00", State.PRESENT),
        late.pk: (130, 130, 160, 340, "81.25", State.LATE),
    }
    assert attendance_of(late) == summaries[late.pk]


@pytest.mark.django_db
def test_a_make_up_fills_what_was_missed_and_no_more():
    cohort, other = cohorts.cohort(), cohorts.cohort("MC-PROVA-2026-2", course=another_course())
    teacher = cohorts.teacher(cohort)
    enrolment = cohorts.learner(cohort)
    missed, elsewhere = cohorts.session(cohort, minutes=120), cohorts.session(other, minutes=180)
    services.mark_register(session=missed, entries=[services.absent(enrolment)], by=teacher)
    services.record_make_up(
        enrolment=enrolment,
        missed=missed,
        held_in=elsewhere,
        in_at=elsewhere.starts_at,
        out_at=elsewhere.ends_at,
        by=teacher,
    )
    row = attendance_of(enrolment).rows[0]
    assert (row.state, row.credited, row.make_up) == (State.MADE_UP, 120, 120)


def another_course():
    from tests.factories import curriculum

    return curriculum.course("MC-ALTRO")


def fill(learners: int):
    cohort = cohorts.cohort(seats=50)
    teacher = cohorts.teacher(cohort)
    people_there = [cohorts.learner(cohort, user=people.person()) for _ in range(learners)]
    for _ in range(learners):
        session = cohorts.session(cohort, break_minutes=10)
        signed(session, by=teacher)
    for enrolment in people_there:
        services.record_excuse(enrolment=enrolment, session=session, reason="Lutto", by=teacher)
        services.record_credit(enrolment=enrolment, minutes=10, reason="Esame", by=teacher)
    return cohort, people_there


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.django_db
def test_a_cohort_costs_the_same_queries_whatever_its_size(size, django_assert_num_queries):
    cohort, learners = fill(size)
    with django_assert_num_queries(7):
        summaries = attendance_of_cohort(cohort)
    assert len(summaries) == size
    assert ended(cohort.sessions.first())
    learners[0].cohort  # noqa: B018
    with django_assert_num_queries(6):
        attendance_of(learners[0])
