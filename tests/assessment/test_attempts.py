from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from assessment import services
from assessment.choices import EndedBy
from assessment.models import Answer, Assessment, Attempt
from lms.cohorts import services as cohort_services
from lms.core.errors import DomainError
from tests.factories import cohorts, people
from tests.factories.assessment import attempt, quiz, right_choices

pytestmark = pytest.mark.django_db


def refused(call, **arguments) -> str:
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    assert str(refusal.value)
    return refusal.value.code


def start(enrolment, assessment, at=None):
    return services.start_attempt(enrolment=enrolment, assessment=assessment, at=at)


# --- Start ----------------------------------------------------------------------------------


def test_start_freezes_questions_and_rule(enrolment, assessment):
    at = timezone.now()
    opened = start(enrolment, assessment, at)
    assert (opened.number, opened.started_at) == (1, at)
    assert opened.deadline_at == at + timedelta(minutes=30)
    assert opened.rule == {
        "pass_mark": 60,
        "multiple": "all_or_nothing",
        "time_limit_minutes": 30,
        "attempts_allowed": 3,
    }
    assert [question["key"] for question in opened.questions] == [
        f"prova-quiz-q{number:02}" for number in range(1, 9)
    ]
    assert opened.questions[0]["text"] == {"it": "Domanda numero 1?", "en": "Question number 1?"}
    entry = ModelLogEntry.objects.get(action="assessment.start")
    assert (entry.user, entry.data) == (enrolment.user, {"number": 1})


def test_a_later_edit_does_not_touch_an_open_attempt(enrolment, assessment):
    opened = start(enrolment, assessment)
    quiz(enrolment.cohort.course, questions=1, pass_mark=100)
    opened.refresh_from_db()
    assert len(opened.questions) == 8
    assert opened.rule["pass_mark"] == 60


def test_start_again_returns_the_open_attempt(enrolment, assessment):
    assert start(enrolment, assessment) == start(enrolment, assessment)
    assert Attempt.objects.count() == 1


def test_start_after_the_hand_in_is_the_next_attempt(enrolment, assessment):
    attempt(enrolment, assessment)
    assert start(enrolment, assessment).number == 2


def test_start_after_an_expired_attempt_closes_that_one_first(enrolment, assessment):
    past = timezone.now() - timedelta(hours=2)
    first = start(enrolment, assessment, past)
    second = start(enrolment, assessment)
    first.refresh_from_db()
    assert (first.ended_by, first.submitted_at) == (EndedBy.CLOCK, first.deadline_at)
    assert second.number == 2


def test_the_expired_attempt_stays_closed_though_none_are_left(enrolment):
    only = quiz(enrolment.cohort.course, attempts_allowed=1)
    first = start(enrolment, only, timezone.now() - timedelta(hours=2))
    assert refused(start, enrolment=enrolment, assessment=only) == "no_attempts_left"
    first.refresh_from_db()
    assert first.submitted_at is not None


def test_start_without_attempts_left_is_refused(enrolment):
    only = quiz(enrolment.cohort.course, attempts_allowed=1)
    attempt(enrolment, only)
    assert refused(start, enrolment=enrolment, assessment=only) == "no_attempts_left"
    assert Attempt.objects.count() == 1


def test_start_of_another_courses_quiz_is_refused(enrolment, assessment):
    Assessment.objects.update(course_key=uuid4())
    assessment.refresh_from_db()
    assert refused(start, enrolment=enrolment, assessment=assessment) == "foreign_assessment"


def test_start_of_an_unpublished_quiz_is_refused(enrolment, assessment):
    assessment.published = False
    assert refused(start, enrolment=enrolment, assessment=assessment) == "not_published"


def test_start_of_an_empty_quiz_is_refused(enrolment, assessment):
    assessment.question_rows.all().delete()
    assert refused(start, enrolment=enrolment, assessment=assessment) == "no_questions"


def test_start_after_withdrawing_is_refused(enrolment, assessment):
    stale = cohorts.Enrolment.objects.select_related("cohort__course").get(pk=enrolment.pk)
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    enrolment.refresh_from_db()
    for row in (enrolment, stale):  # also when the row in hand is older than the database
        assert refused(start, enrolment=row, assessment=assessment) == "enrolment_not_active"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (-31, "cohort_not_started"),
        (-30, None),
        (60 + services.refusals.GRACE_DAYS, None),
        (60 + services.refusals.GRACE_DAYS + 1, "cohort_closed"),
    ],
)
def test_a_quiz_is_taken_from_the_first_day_to_the_grace_after_the_last(
    enrolment, assessment, day, code
):
    rome = ZoneInfo("Europe/Rome")
    when = timezone.localdate() + timedelta(days=day)
    at = datetime(when.year, when.month, when.day, 23, 59, tzinfo=rome)
    if code:
        assert refused(start, enrolment=enrolment, assessment=assessment, at=at) == code
    else:
        assert start(enrolment, assessment, at).is_open


def test_start_in_a_cancelled_cohort_is_refused(enrolment, assessment):
    cohort_services.cancel_cohort(cohort=enrolment.cohort, by=None, reason="pochi iscritti")
    assert refused(start, enrolment=enrolment, assessment=assessment) == "cohort_closed"


def test_the_deadline_is_never_later_than_the_closing(enrolment, assessment):
    _opens, closes = services.taking_window(enrolment.cohort)
    opened = start(enrolment, assessment, closes - timedelta(minutes=5))
    assert opened.deadline_at == closes


def test_without_a_limit_the_deadline_is_the_closing(enrolment):
    slow = quiz(enrolment.cohort.course, time_limit_minutes=None)
    assert start(enrolment, slow).deadline_at == services.taking_window(enrolment.cohort)[1]


def test_shuffling_is_kept_and_differs_between_learners(enrolment):
    mixed = quiz(enrolment.cohort.course, questions=12, shuffle=True)
    other = cohorts.learner(enrolment.cohort)
    orders = [
        [question["key"] for question in start(row, mixed).questions] for row in (enrolment, other)
    ]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    for question in start(enrolment, mixed).questions:
        if question["kind"] == "true_false":
            assert [choice["key"] for choice in question["choices"]] == ["true", "false"]


# --- Save -----------------------------------------------------------------------------------


def save(opened, key="prova-quiz-q01", choices=("a",), **fields):
    return services.save_answer(attempt=opened, question_key=key, choices=list(choices), **fields)


def test_save_keeps_the_latest_answer(enrolment, assessment):
    opened = start(enrolment, assessment)
    save(opened, choices="b")
    answer = save(opened, choices="a")
    assert (answer.choices, answer.revision) == (["a"], 2)
    assert Answer.objects.count() == 1


def test_save_of_the_same_again_changes_nothing(enrolment, assessment):
    opened = start(enrolment, assessment)
    first = save(opened)
    again = save(opened, at=timezone.now() + timedelta(minutes=1))
    assert (again.pk, again.revision, again.saved_at) == (first.pk, 1, first.saved_at)


def test_save_can_take_an_answer_back(enrolment, assessment):
    opened = start(enrolment, assessment)
    save(opened)
    assert save(opened, choices="").choices == []


def test_save_orders_the_choices_as_the_paper_does(enrolment, assessment):
    opened = start(enrolment, assessment)
    answer = save(opened, "prova-quiz-q02", ["b", "a", "b"])
    assert answer.choices == ["a", "b"]


def test_save_over_a_newer_answer_is_refused_and_overwrites_nothing(enrolment, assessment):
    opened = start(enrolment, assessment)
    save(opened, choices="b", revision=0)
    assert refused(save, opened=opened, choices="c", revision=0) == "conflict"
    assert Answer.objects.get().choices == ["b"]
    assert save(opened, choices="c", revision=1).revision == 2
    # Saying the same thing twice is no conflict: the reply to the first may have been lost.
    assert save(opened, choices="c", revision=1).revision == 2


def test_save_of_several_leaves_the_conflicting_ones(enrolment, assessment):
    opened = start(enrolment, assessment)
    save(opened, choices="b")
    saved = services.save_answers(
        attempt=opened,
        answers={"prova-quiz-q01": (["a"], 0), "prova-quiz-q03": (["true"], 0)},
    )
    assert saved.conflicts == ("prova-quiz-q01",)
    assert dict(Answer.objects.values_list("question_key", "choices")) == {
        "prova-quiz-q01": ["b"],
        "prova-quiz-q03": ["true"],
    }


@pytest.mark.parametrize(
    ("key", "choices", "code"),
    [
        ("altra", ["a"], "unknown_question"),
        ("prova-quiz-q01", ["z"], "unknown_choice"),
        ("prova-quiz-q01", ["a", "b"], "one_choice_only"),
        ("prova-quiz-q03", ["true", "false"], "one_choice_only"),
    ],
)
def test_save_of_what_is_not_asked_is_refused(enrolment, assessment, key, choices, code):
    opened = start(enrolment, assessment)
    assert refused(save, opened=opened, key=key, choices=choices) == code
    assert not Answer.objects.exists()


def test_save_of_several_is_all_or_nothing(enrolment, assessment):
    opened = start(enrolment, assessment)
    answers = {"prova-quiz-q01": (["a"], None), "prova-quiz-q02": (["z"], None)}
    assert refused(services.save_answers, attempt=opened, answers=answers) == "unknown_choice"
    assert not Answer.objects.exists()


def test_save_after_the_deadline_is_refused_but_for_the_networks_grace(enrolment, assessment):
    opened = start(enrolment, assessment)
    grace = services.refusals.SAVE_GRACE
    assert save(opened, at=opened.deadline_at + grace).choices == ["a"]
    late = opened.deadline_at + grace + timedelta(seconds=1)
    assert refused(save, opened=opened, choices="b", at=late) == "too_late"
    assert Answer.objects.get().choices == ["a"]


def test_save_after_the_hand_in_is_refused(enrolment, assessment):
    opened = start(enrolment, assessment)
    services.submit_attempt(attempt=opened)
    assert refused(save, opened=opened) == "already_submitted"  # the row in hand is stale
    opened.refresh_from_db()
    assert refused(save, opened=opened) == "already_submitted"


def test_save_after_withdrawing_is_refused(enrolment, assessment):
    opened = start(enrolment, assessment)
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    fresh = Attempt.objects.select_related("enrolment").get(pk=opened.pk)
    assert refused(save, opened=fresh) == "enrolment_not_active"


# --- Hand in --------------------------------------------------------------------------------


def test_submit_marks(enrolment, assessment):
    at = timezone.now()
    done = attempt(enrolment, assessment, right=5, at=at)
    assert (done.score, done.max_score, done.percent, done.passed) == (500, 800, 62, True)
    assert (done.submitted_at, done.ended_by) == (at, EndedBy.LEARNER)
    entry = ModelLogEntry.objects.get(action="assessment.submit")
    assert entry.data == {"percent": 62, "passed": True, "ended_by": "learner"}


def test_submit_of_exactly_the_pass_mark_passes(enrolment):
    five = quiz(enrolment.cohort.course, questions=5)
    assert attempt(enrolment, five, right=3).passed is True
    assert attempt(enrolment, five, right=2).passed is False


def test_submit_twice_gives_the_same_attempt_and_mark(enrolment, assessment):
    opened = attempt(enrolment, assessment, right=4, submit=False)
    first = services.submit_attempt(attempt=opened)
    again = services.submit_attempt(attempt=opened, at=timezone.now() + timedelta(hours=1))
    assert (again.pk, again.submitted_at, again.score) == (
        first.pk,
        first.submitted_at,
        first.score,
    )
    assert ModelLogEntry.objects.filter(action="assessment.submit").count() == 1


def test_submit_without_answers_is_zero(enrolment, assessment):
    done = services.submit_attempt(attempt=start(enrolment, assessment))
    assert (done.score, done.percent, done.passed) == (0, 0, False)


def test_submit_after_the_deadline_is_closed_by_the_clock_at_the_deadline(enrolment, assessment):
    opened = attempt(enrolment, assessment, submit=False)
    done = services.submit_attempt(attempt=opened, at=opened.deadline_at + timedelta(minutes=1))
    assert (done.submitted_at, done.ended_by) == (opened.deadline_at, EndedBy.CLOCK)
    assert done.percent == 100


def test_the_clock_closes_what_has_expired_and_nothing_else(enrolment, assessment):
    other = cohorts.learner(enrolment.cohort)
    past = timezone.now() - timedelta(hours=1)
    expired = attempt(enrolment, assessment, right=6, submit=False, at=past)
    still_open = start(other, assessment)
    assert services.close_expired_attempts() == 1
    assert services.close_expired_attempts() == 0
    expired.refresh_from_db()
    still_open.refresh_from_db()
    assert (expired.percent, expired.ended_by) == (75, EndedBy.CLOCK)
    assert still_open.is_open


def test_the_clock_waits_for_saves_on_their_way(enrolment, assessment):
    opened = start(enrolment, assessment)
    assert services.close_expired_attempts(opened.deadline_at + timedelta(seconds=5)) == 0
    assert services.close_expired_attempts(opened.deadline_at + timedelta(seconds=16)) == 1


# --- What the database itself refuses -----------------------------------------------------------


def test_the_database_refuses_a_second_open_attempt(enrolment, assessment):
    first = start(enrolment, assessment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            enrolment=enrolment, assessment=assessment, number=2, started_at=first.started_at
        )


def test_the_database_refuses_a_hand_in_without_a_mark(enrolment, assessment):
    first = start(enrolment, assessment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=first.pk).update(submitted_at=timezone.now())


# --- Races ------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_make_one_attempt(run_together):
    enrolment = cohorts.learner(cohorts.cohort())
    made = quiz(enrolment.cohort.course)
    results = run_together([lambda: start(enrolment, made) for _ in range(4)])
    assert {row.pk for row in results} == {Attempt.objects.get().pk}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_submitting_twice_at_once_marks_once(run_together):
    enrolment = cohorts.learner(cohorts.cohort())
    opened = attempt(enrolment, submit=False)
    results = run_together([lambda: services.submit_attempt(attempt=opened) for _ in range(4)])
    assert {(row.pk, row.submitted_at, row.percent) for row in results} == {
        (opened.pk, Attempt.objects.get().submitted_at, 100)
    }
    assert ModelLogEntry.objects.filter(action="assessment.submit").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_answer_acknowledged_before_the_hand_in_is_in_the_mark(run_together):
    enrolment = cohorts.learner(cohorts.cohort())
    made = quiz(enrolment.cohort.course, questions=1)
    opened = start(enrolment, made)

    def save_now():
        try:
            return save(opened, opened.questions[0]["key"], right_choices(opened.questions[0]))
        except DomainError as refusal:
            return refusal.code

    saved, done = run_together([save_now, lambda: services.submit_attempt(attempt=opened)])
    assert (done.percent == 100) == (saved != "already_submitted")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_do_not_overwrite_each_other(run_together):
    enrolment = cohorts.learner(cohorts.cohort())
    opened = start(enrolment, quiz(enrolment.cohort.course))

    def save_as(choice):
        try:
            return save(opened, choices=choice, revision=0).choices
        except DomainError as refusal:
            return refusal.code

    results = run_together([lambda: save_as("a"), lambda: save_as("b")])
    assert "conflict" in results
    assert [Answer.objects.get().choices] == [row for row in results if row != "conflict"]


def test_attempts_are_seen_by_their_learner_and_administrators_only(enrolment, assessment):
    done = attempt(enrolment, assessment)
    classmate = cohorts.learner(enrolment.cohort).user
    seers = [people.administrator(), enrolment.user, classmate, people.person(), people.committee()]
    assert [list(Attempt.objects.visible_to(user)) for user in seers] == [
        [done],
        [done],
        [],
        [],
        [],
    ]
