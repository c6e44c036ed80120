"""Several cohorts read at once say what each learner's own summary says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lms.attendance import services
from lms.attendance.choices import Channel
from lms.attendance.summary import (
    Standing,
    attendance_of,
    attendance_of_cohort,
    read_ledgers,
)
from lms.cohorts.choices import Denominator, ThresholdBasis
from lms.cohorts.models import Enrolment
from tests.factories import cohorts, curriculum
from tests.factories.attendance import ended, minutes_in, signed, taken

pytestmark = pytest.mark.django_db


def world(code: str = "MC-PROVA-2026-1", **policy):
    """A cohort in which every kind of fact is known of somebody, and who has only come."""
    course = curriculum.course(code.removesuffix("-2026-1"), title=f"Corso {code}")
    cohort = cohorts.cohort(code, course=course, **policy)
    teacher = cohorts.teacher(cohort)
    learners = [cohorts.learner(cohort, joined_on=cohort.starts_on) for _ in range(6)]
    modules = list(cohort.modules.all())
    now = timezone.now().replace(second=0, microsecond=0)
    first, second = (
        cohorts.session(
            cohort, starts_at=now - timedelta(days=days), break_minutes=20, module=module
        )
        for days, module in ((9, modules[0]), (6, modules[1]))
    )
    cohorts.session(cohort, starts_at=now + timedelta(days=3), module=modules[1], minutes=90)
    taken(first, by=teacher)
    services.mark_register(
        session=first,
        entries=[
            services.between(learners[1], minutes_in(first, 25), first.ends_at, Channel.REMOTE),
            services.between(learners[2], first.starts_at, minutes_in(first, 95), Channel.HOUSE),
            services.absent(learners[3]),
            services.absent(learners[4]),
        ],
        by=teacher,
        at=ended(first),
    )
    signed(second, by=teacher)
    services.record_excuse(enrolment=learners[3], session=first, reason="Lutto", by=teacher)
    services.record_credit(
        enrolment=learners[5], module=modules[0], minutes=60, reason="Esame", by=teacher
    )
    return cohort, learners, teacher, first


@pytest.mark.parametrize("basis", ThresholdBasis.values)
@pytest.mark.parametrize("denominator", Denominator.values)
@pytest.mark.parametrize("excused", [True, False])
def test_ledgers_say_what_each_summary_says(basis, denominator, excused):
    cohort, learners, teacher, first = world(
        threshold_basis=basis, denominator=denominator, excused_leave_denominator=excused
    )
    other = cohorts.cohort("MC-ALTRO-1", course=curriculum.course("MC-ALTRO", title="Altro"))
    elsewhere = cohorts.session(other, minutes=200, break_minutes=30)
    services.record_make_up(
        enrolment=learners[4], missed=first, held_in=elsewhere, in_at=elsewhere.starts_at,
        out_at=elsewhere.ends_at, by=teacher,
    )  # fmt: skip
    ledgers = read_ledgers([cohort], Enrolment.objects.filter(cohort=cohort))
    every = attendance_of_cohort(cohort)
    for learner in learners:
        assert ledgers.summary_of(learner) == attendance_of(learner)
    counted = [every[learner.pk] for learner in learners]
    shares = [summary.figure.hundredths for summary in counted if summary.total]
    assert ledgers.standing_of(cohort, [learner.pk for learner in learners]) == Standing(
        people=6,
        percent=sum(shares) // len(shares) // 100,
        low=sum(summary.is_low or not summary.reachable for summary in counted),
        lost=sum(not summary.reachable for summary in counted),
    )


def test_standing_of_nobody_and_of_a_cohort_without_sessions():
    cohort = cohorts.cohort()
    learner = cohorts.learner(cohort)
    ledgers = read_ledgers([cohort], cohort.enrolments.all())
    assert ledgers.standing_of(cohort, []) == Standing(0, None, 0, 0)
    assert ledgers.standing_of(cohort, [learner.pk]) == Standing(1, None, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3])
def test_ledgers_cost_the_same_queries_whatever_their_number(django_assert_num_queries, number):
    made = [world(f"MC-N{position}-2026-1") for position in range(number)]
    known = [cohort for cohort, *_rest in made]
    with django_assert_num_queries(2):
        ledgers = read_ledgers(known, Enrolment.objects.filter(cohort__in=known))
        for cohort, learners, *_rest in made:
            ledgers.standing_of(cohort, [learner.pk for learner in learners])
            ledgers.summary_of(learners[0])


def test_ledgers_hold_no_presence_of_who_was_not_asked_for():
    cohort, learners, *_rest = world()
    ledgers = read_ledgers([cohort], Enrolment.objects.filter(pk=learners[0].pk))
    assert set(ledgers.intervals) == {learners[0].pk}
    assert ledgers.others == {}
