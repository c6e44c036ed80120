from datetime import timedelta

import pytest
from django.utils import timezone

from lms.cohorts.services import withdraw
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.models import LessonProgress
from tests.factories import cohorts
from tests.factories.cohorts import lessons_of

pytestmark = pytest.mark.django_db


def test_complete_lesson_keeps_the_first_moment(enrolment):
    lesson = lessons_of(enrolment.cohort)[0]
    first = timezone.now() - timedelta(days=2)
    services.complete_lesson(enrolment=enrolment, lesson=lesson, at=first)
    again = services.complete_lesson(enrolment=enrolment, lesson=lesson)
    assert again.completed_at == first
    assert LessonProgress.objects.count() == 1


def test_visit_lesson_moves_forward_only(enrolment):
    lesson = lessons_of(enrolment.cohort)[0]
    now = timezone.now()
    services.visit_lesson(enrolment=enrolment, lesson=lesson, position=300, at=now)
    late = services.visit_lesson(
        enrolment=enrolment, lesson=lesson, position=5000, at=now - timedelta(hours=1)
    )
    assert (late.last_opened_at, late.first_opened_at, late.position) == (now, now, 1000)


def test_visit_lesson_without_position_keeps_it(enrolment):
    lesson = lessons_of(enrolment.cohort)[0]
    services.visit_lesson(enrolment=enrolment, lesson=lesson, position=300)
    assert services.visit_lesson(enrolment=enrolment, lesson=lesson).position == 300


def test_reopen_lesson_takes_back_done(enrolment):
    lesson = lessons_of(enrolment.cohort)[0]
    services.complete_lesson(enrolment=enrolment, lesson=lesson)
    assert services.reopen_lesson(enrolment=enrolment, lesson=lesson).completed_at is None
    assert services.reopen_lesson(enrolment=enrolment, lesson=lesson).completed_at is None


def test_reopen_lesson_never_opened_changes_nothing(enrolment):
    assert (
        services.reopen_lesson(enrolment=enrolment, lesson=lessons_of(enrolment.cohort)[0]) is None
    )
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("verb", ["visit_lesson", "complete_lesson", "reopen_lesson"])
def test_lesson_of_another_cohort_is_refused(enrolment, verb):
    other = cohorts.cohort("MC-PROVA-2026-2", course=enrolment.cohort.course)
    with pytest.raises(DomainError) as refusal:
        getattr(services, verb)(enrolment=enrolment, lesson=other.lessons.first())
    assert refusal.value.code == "foreign_lesson"
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("verb", ["visit_lesson", "complete_lesson", "reopen_lesson"])
def test_who_withdrew_is_refused_even_with_a_stale_page(enrolment, verb):
    lesson = lessons_of(enrolment.cohort)[0]
    services.complete_lesson(enrolment=enrolment, lesson=lesson)
    withdraw(enrolment=enrolment, on=timezone.localdate(), reason="Lavoro", by=None)
    assert enrolment.status == "active"  # the caller's object is older than the withdrawal
    with pytest.raises(DomainError) as refusal:
        getattr(services, verb)(enrolment=enrolment, lesson=lesson)
    assert refusal.value.code == "not_enrolled"


def test_a_cancelled_cohort_is_refused(enrolment):
    enrolment.cohort.cancelled_at = timezone.now()
    enrolment.cohort.save()
    with pytest.raises(DomainError) as refusal:
        services.complete_lesson(enrolment=enrolment, lesson=lessons_of(enrolment.cohort)[0])
    assert refusal.value.code == "cohort_cancelled"


def test_a_finished_cohort_still_takes_lessons():
    today = timezone.localdate()
    cohort = cohorts.cohort(
        applications_open_on=today - timedelta(days=200),
        applications_close_on=today - timedelta(days=150),
        starts_on=today - timedelta(days=140),
        ends_on=today - timedelta(days=10),
    )
    enrolment = cohorts.learner(cohort)
    lesson = cohort.lessons.first()
    assert services.complete_lesson(enrolment=enrolment, lesson=lesson).done


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_complete_lesson_at_once_makes_one_row(run_together):
    enrolment = cohorts.learner(cohorts.cohort())
    lesson = lessons_of(enrolment.cohort)[0]
    calls = [lambda: services.complete_lesson(enrolment=enrolment, lesson=lesson)] * 4
    moments = {row.completed_at for row in run_together(calls)}
    assert len(moments) == 1
    assert LessonProgress.objects.count() == 1
