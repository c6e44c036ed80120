"""Where learners stand, and one attempt gone through; what a person's data are."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from assessment import services
from assessment.marking import points_text, review_of
from assessment.models import Answer, Attempt
from assessment.summary import results_of, results_of_cohort
from lms.core.registries import registries
from tests.factories import cohorts
from tests.factories.assessment import attempt, quiz

pytestmark = pytest.mark.django_db


def facts(result):
    return (
        result.title,
        result.required,
        result.attempts_used,
        result.attempts_allowed,
        result.attempts_left,
        result.best_percent,
        result.passed,
        result.open_attempt,
    )


def test_results_before_the_first_attempt(enrolment):
    quiz(enrolment.cohort.course)
    assert [facts(row) for row in results_of(enrolment)] == [
        ("Quiz di prova", True, 0, 3, 3, None, False, None)
    ]


def test_the_best_attempt_counts_and_a_pass_stays(enrolment):
    made = quiz(enrolment.cohort.course)
    attempt(enrolment, made, right=6)
    attempt(enrolment, made, right=1)
    opened = attempt(enrolment, made, submit=False)
    assert [facts(row) for row in results_of(enrolment)] == [
        ("Quiz di prova", True, 3, 3, 0, 75, True, opened)
    ]


def test_a_pass_stays_when_the_pass_mark_rises(enrolment):
    made = quiz(enrolment.cohort.course)
    attempt(enrolment, made, right=6)
    quiz(enrolment.cohort.course, pass_mark=90)
    assert results_of(enrolment)[0].passed is True


@pytest.mark.slow
def test_only_the_published_quizzes_of_the_course_in_their_order(enrolment):
    course = enrolment.cohort.course
    quiz(course, key="seconda", position=2)
    quiz(course, key="prima", position=1)
    hidden = quiz(course, key="bozza")
    hidden.published = False
    hidden.save()
    other = cohorts.cohort("MC-ALTRO-2026-1", course=cohorts.curriculum.course("MC-ALTRO"))
    quiz(other.course, key="altrui")
    assert [row.assessment.key for row in results_of(enrolment)] == ["prima", "seconda"]


def test_the_title_speaks_the_readers_language(enrolment):
    quiz(enrolment.cohort.course)
    with translation.override("en"):
        assert results_of(enrolment)[0].title == "Trial quiz"


@pytest.mark.parametrize("learners", [1, 3])
def test_results_of_a_cohort_cost_three_queries(django_assert_num_queries, learners):
    cohort = cohorts.cohort()
    made = quiz(cohort.course)
    people = [cohorts.learner(cohort) for _ in range(learners)]
    for enrolment in people:
        attempt(enrolment, made, right=5)
    with django_assert_num_queries(3):
        results = results_of_cohort(cohort)
    assert {pk: [facts(row) for row in rows] for pk, rows in results.items()} == {
        enrolment.pk: [("Quiz di prova", True, 1, 3, 2, 62, True, None)] for enrolment in people
    }
    with django_assert_num_queries(2):
        assert facts(results_of(people[0])[0]) == facts(results[people[0].pk][0])


def test_review_tells_what_was_chosen_right_and_earned(enrolment):
    made = quiz(enrolment.cohort.course, questions=2, multiple_rule="partial")
    opened = services.start_attempt(enrolment=enrolment, assessment=made)
    services.save_answer(attempt=opened, question_key="prova-quiz-q02", choices=["a"])
    done = services.submit_attempt(attempt=opened)
    first, second = review_of(done, done.answers.all())
    assert (first.state, first.points, first.max_points) == ("unanswered", "0", "1")
    assert second.state == "partial"
    assert [(one.key, one.chosen, one.correct) for one in second.choices] == [
        ("a", True, True),
        ("b", False, True),
        ("c", False, False),
        ("d", False, False),
    ]
    with translation.override("it"):
        assert second.points == "0,5"


def test_an_open_attempt_is_not_reviewed(enrolment):
    opened = attempt(enrolment, submit=False)
    with pytest.raises(ValueError, match="open attempt"):
        review_of(opened, [])


@pytest.mark.parametrize(
    ("hundredths", "text"), [(0, "0"), (100, "1"), (150, "1,5"), (66, "0,66"), (1000, "10")]
)
def test_points_are_written_as_people_do(hundredths, text):
    with translation.override("it"):
        assert points_text(hundredths) == text


# --- Personal data ---------------------------------------------------------------------------


def test_a_person_gets_their_attempts_and_answers_and_nobody_elses(enrolment):
    made = quiz(enrolment.cohort.course, questions=2)
    at = timezone.now() - timedelta(minutes=5)
    attempt(enrolment, made, at=at)
    attempt(cohorts.learner(enrolment.cohort), made)
    attempts = registries.personal_data["assessment.Attempt"].export(enrolment.user)
    answers = registries.personal_data["assessment.Answer"].export(enrolment.user)
    assert attempts == [
        {
            "cohort": "MC-PROVA-2026-1",
            "assessment": "Quiz di prova",
            "number": 1,
            "started_at": at.isoformat(),
            "submitted_at": at.isoformat(),
            "ended_by": "learner",
            "score": 200,
            "max_score": 200,
            "percent": 100,
            "passed": True,
        }
    ]
    assert [(row["question"], row["answer"]) for row in answers] == [
        ("Domanda numero 1?", ["Scelta a di 1"]),
        ("Domanda numero 2?", ["Scelta a di 2", "Scelta b di 2"]),
    ]
    json.dumps([attempts, answers])


def test_erasing_takes_the_answers_and_keeps_the_marks(enrolment):
    made = quiz(enrolment.cohort.course, questions=2)
    done = attempt(enrolment, made)
    other = attempt(cohorts.learner(enrolment.cohort), made)
    assert registries.personal_data["assessment.Answer"].erase(enrolment.user) == 2
    assert registries.personal_data["assessment.Answer"].erase(enrolment.user) == 0
    assert Answer.objects.filter(attempt=other).count() == 2
    done.refresh_from_db()
    assert (done.percent, done.passed) == (100, True)
    assert registries.personal_data["assessment.Attempt"].erase is None
    assert registries.personal_data["assessment.Attempt"].kept
    assert Attempt.objects.count() == 2


def test_the_clock_knows_the_work():
    work = registries.due_work["assessment.close_expired_attempts"]
    assert work.run() == 0
