from datetime import timedelta

import pytest
from django.utils import timezone

from lms.core.registries import registries
from lms.progress.models import LessonProgress
from lms.progress.services import complete_lesson, visit_lesson
from lms.progress.summary import progress_of, progress_of_cohort, progress_of_enrolments
from tests.factories import cohorts, curriculum
from tests.factories.cohorts import lessons_of

pytestmark = pytest.mark.django_db


def test_progress_of_who_has_done_nothing(enrolment):
    summary = progress_of(enrolment)
    assert (summary.done, summary.total, summary.required_total) == (0, 4, 4)
    assert summary.resume == lessons_of(enrolment.cohort)[0]
    assert not summary.started


def test_progress_counts_modules_and_required(enrolment):
    lessons = lessons_of(enrolment.cohort)
    lessons[1].required = False
    lessons[1].save()
    for lesson in lessons[:2]:
        complete_lesson(enrolment=enrolment, lesson=lesson)
    summary = progress_of(enrolment)
    assert [(m.done, m.total, m.complete) for m in summary.modules] == [
        (2, 2, True),
        (0, 2, False),
    ]
    assert (summary.done, summary.required_done, summary.required_total) == (2, 1, 3)
    assert summary.percent == 50
    assert set(summary.completed) == {lessons[0].pk, lessons[1].pk}


def test_resume_is_the_lesson_left_half_way(enrolment):
    lessons = lessons_of(enrolment.cohort)
    visit_lesson(enrolment=enrolment, lesson=lessons[2], position=420)
    summary = progress_of(enrolment)
    assert (summary.resume, summary.position) == (lessons[2], 420)


def test_resume_goes_on_after_the_lesson_done_last(enrolment):
    lessons = lessons_of(enrolment.cohort)
    now = timezone.now()
    visit_lesson(enrolment=enrolment, lesson=lessons[0], at=now - timedelta(hours=2))
    complete_lesson(enrolment=enrolment, lesson=lessons[2], at=now)
    assert progress_of(enrolment).resume == lessons[3]


def test_resume_comes_back_to_what_was_skipped(enrolment):
    lessons = lessons_of(enrolment.cohort)
    for lesson in lessons[1:]:
        complete_lesson(enrolment=enrolment, lesson=lesson)
    assert progress_of(enrolment).resume == lessons[0]


def test_resume_is_nothing_when_all_is_done(enrolment):
    for lesson in lessons_of(enrolment.cohort):
        complete_lesson(enrolment=enrolment, lesson=lesson)
    summary = progress_of(enrolment)
    assert summary.resume is None
    assert summary.required_complete


@pytest.mark.slow
@pytest.mark.parametrize(("people", "lessons"), [(1, 1), (3, 10)])
def test_progress_queries_are_constant(django_assert_num_queries, people, lessons):
    cohort = cohorts.cohort(course=curriculum.course(modules=2, lessons=lessons))
    enrolments = [cohorts.learner(cohort) for _ in range(people)]
    for enrolment in enrolments:
        complete_lesson(enrolment=enrolment, lesson=cohort.lessons.first())
    with django_assert_num_queries(3):
        found = progress_of_cohort(cohort)
    assert {pk: summary.done for pk, summary in found.items()} == {e.pk: 1 for e in enrolments}


def test_progress_of_several_cohorts_is_two_queries(django_assert_num_queries):
    first = cohorts.cohort()
    user = cohorts.learner(first).user
    second = cohorts.cohort("MC-PROVA-2026-2", course=first.course)
    cohorts.learner(second, user)
    enrolments = list(user.enrolments.select_related("cohort"))
    with django_assert_num_queries(2):
        assert [s.total for s in progress_of_enrolments(enrolments).values()] == [4, 4]


def test_progress_is_given_and_erased_as_personal_data(enrolment):
    lessons = lessons_of(enrolment.cohort)
    complete_lesson(enrolment=enrolment, lesson=lessons[0])
    visit_lesson(enrolment=enrolment, lesson=lessons[1], position=500)
    entry = registries.personal_data["progress.LessonProgress"]
    assert [row["lesson"] for row in entry.export(enrolment.user)] == ["1.1", "1.2"]
    assert entry.export(cohorts.learner(enrolment.cohort).user) == []
    assert entry.erase(enrolment.user) == 2
    row = LessonProgress.objects.get()
    assert row.last_opened_at == row.first_opened_at == row.completed_at
