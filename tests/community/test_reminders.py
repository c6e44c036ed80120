"""Reminders: on the evening before, once, right across daylight saving, never of what is no more."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from assessment.deadlines import quizzes_to_pass
from assessment.services.refusals import taking_window
from lms.cohorts import services as cohort_services
from lms.community import services
from lms.community.models import Reminder
from lms.community.services.reminders import evening_before
from lms.core.models import OutboundMail
from lms.core.services import send_mail_once
from tests.factories import assessment, cohorts, people

pytestmark = pytest.mark.django_db

ROME = ZoneInfo("Europe/Rome")


def rome(*parts) -> datetime:
    return datetime(*parts, tzinfo=ROME)


@pytest.fixture
def cohort(db):
    return cohorts.cohort()


def session(cohort, starts_at, **fields):
    return cohorts.session(cohort, starts_at=starts_at, minutes=120, **fields)


def reminders():
    return OutboundMail.objects.filter(kind="cohorts.session_reminders").order_by("pk")


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        # The clocks go forward on 29 March 2026 and 28 March 2027, back on 25 October 2026.
        (rome(2026, 3, 29, 9), datetime(2026, 3, 28, 16, tzinfo=UTC)),
        (rome(2026, 3, 30, 9), datetime(2026, 3, 29, 15, tzinfo=UTC)),
        (rome(2026, 10, 25, 18, 30), datetime(2026, 10, 24, 15, tzinfo=UTC)),
        (rome(2026, 10, 26, 0, 15), datetime(2026, 10, 25, 16, tzinfo=UTC)),
        (rome(2027, 3, 28, 23, 30), datetime(2027, 3, 27, 16, tzinfo=UTC)),
    ],
)
def test_the_hour_is_that_of_the_wall_across_daylight_saving(cohort, starts_at, due):
    cohorts.learner(cohort)
    session(cohort, starts_at)
    assert evening_before(starts_at) == due
    assert services.remind_of_sessions(at=due - timedelta(minutes=1)) == 0
    assert services.remind_of_sessions(at=due) == 1
    assert services.remind_of_sessions(at=due + timedelta(minutes=5)) == 0
    assert reminders().count() == 1


def test_a_clock_that_was_off_reminds_late_and_never_after_the_beginning(cohort):
    cohorts.learner(cohort)
    session(cohort, rome(2027, 5, 10, 9))
    assert services.remind_of_sessions(at=rome(2027, 5, 10, 9)) == 0
    assert services.remind_of_sessions(at=rome(2027, 5, 10, 8)) == 1


def test_several_sessions_of_a_day_are_one_mail(cohort):
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    person = cohorts.learner(cohort).user
    cohorts.learner(other, person)
    rows = [
        session(other, rome(2027, 5, 10, 18)),
        session(cohort, rome(2027, 5, 10, 9)),
        session(cohort, rome(2027, 5, 10, 14)),
    ]
    assert services.remind_of_sessions(at=rome(2027, 5, 9, 17)) == 1
    [mail_row] = reminders()
    assert mail_row.context["sessions"] == [
        [rows[1].pk, 0], [rows[2].pk, 0], [rows[0].pk, 0],
    ]  # fmt: skip
    # One that is planned in the evening has a mail of its own.
    session(cohort, rome(2027, 5, 10, 11))
    assert services.remind_of_sessions(at=rome(2027, 5, 9, 19)) == 1
    assert len(reminders().last().context["sessions"]) == 1


def test_cancelled_ones_and_who_left_are_left_in_peace(cohort):
    gone, called_off = cohorts.learner(cohort), session(cohort, rome(2027, 5, 10, 9))
    cohort_services.cancel_session(session=called_off, reason="Sciopero", by=None)
    session(cohort, rome(2027, 5, 11, 9))
    cohort_services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    for day in (9, 10):
        assert services.remind_of_sessions(at=rome(2027, 5, day, 17)) == 0


def test_a_session_moved_after_its_reminder_gets_the_letter_of_the_change_only(cohort):
    cohorts.learner(cohort)
    row = session(cohort, timezone.localtime() + timedelta(hours=12))
    evening = max(evening_before(row.starts_at), timezone.now())
    assert services.remind_of_sessions(at=evening) == 1
    same_day = row.starts_at + timedelta(minutes=10)
    if timezone.localdate(same_day) == timezone.localdate(row.starts_at):
        cohort_services.move_session(
            session=row, starts_at=same_day, ends_at=same_day + timedelta(hours=2), by=None
        )
        assert services.remind_of_sessions(at=evening + timedelta(minutes=5)) == 0
    later = row.starts_at + timedelta(days=7)
    cohort_services.move_session(
        session=row, starts_at=later, ends_at=later + timedelta(hours=2), by=None
    )
    assert services.remind_of_sessions(at=evening + timedelta(minutes=10)) == 0
    # The new day has its own evening before.
    assert services.remind_of_sessions(at=evening_before(later)) == 1


def test_one_that_was_moved_to_tomorrow_this_evening_was_told_by_the_letter(cohort):
    cohorts.learner(cohort)
    far = timezone.now() + timedelta(days=9)
    row = session(cohort, far)
    near = timezone.now() + timedelta(hours=2)
    cohort_services.move_session(
        session=row, starts_at=near, ends_at=near + timedelta(hours=1), by=None
    )
    assert services.remind_of_sessions(at=near - timedelta(minutes=1)) == 0


def test_a_second_reminder_some_hours_before_is_a_setting(cohort, settings):
    settings.SESSION_REMINDER_HOURS = 2
    cohorts.learner(cohort)
    session(cohort, rome(2027, 5, 10, 9))
    assert services.remind_of_sessions(at=rome(2027, 5, 9, 17)) == 1
    assert services.remind_of_sessions(at=rome(2027, 5, 10, 6, 59)) == 0
    assert services.remind_of_sessions(at=rome(2027, 5, 10, 7)) == 1


def test_who_does_not_want_reminders_gets_none(cohort):
    person = cohorts.learner(cohort).user
    services.choose_mails(user=person, wanted={"cohorts.session_reminders": False})
    session(cohort, rome(2027, 5, 10, 9))
    services.remind_of_sessions(at=rome(2027, 5, 9, 17))
    [row] = reminders()
    assert row.skipped_at


def test_a_reminder_leaves_with_what_is_still_true(cohort):
    cohorts.learner(cohort)
    start = timezone.localtime(timezone.now() + timedelta(days=1)).replace(hour=9, minute=0)
    first = session(cohort, start, topic="La mattina", room="Aula Ringhiera")
    session(cohort, start + timedelta(hours=5), topic="Il pomeriggio")
    services.remind_of_sessions(at=start - timedelta(minutes=30))
    [row] = reminders()
    cohort_services.cancel_session(session=first, reason="Sciopero", by=None)
    assert send_mail_once(mail_id=row.pk)
    [sent] = [m for m in mail.outbox if "Il pomeriggio" in m.body]
    assert "La mattina" not in sent.body + sent.alternatives[0].content


def test_a_reminder_whose_sessions_are_all_gone_does_not_leave(cohort):
    cohorts.learner(cohort)
    start = timezone.now() + timedelta(hours=3)
    row = session(cohort, start)
    services.remind_of_sessions(at=max(timezone.now(), evening_before(start)))
    if not reminders():  # run before 17:00 for a session of tomorrow
        services.remind_of_sessions(at=start - timedelta(minutes=1))
    cohort_services.cancel_session(session=row, reason="Sciopero", by=None)
    assert send_mail_once(mail_id=reminders().get().pk) is False


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_remind_once(run_together):
    cohort = cohorts.cohort()
    for _number in range(3):
        cohorts.learner(cohort)
    session(cohort, rome(2027, 5, 10, 9))
    results = run_together([lambda: services.remind_of_sessions(at=rome(2027, 5, 9, 17))] * 3)
    assert sum(results) == 3
    assert (reminders().count(), Reminder.objects.count()) == (3, 3)


def test_costs_the_same_for_one_learner_and_for_three_once_told(cohort, django_assert_num_queries):
    session(cohort, rome(2027, 5, 10, 9))
    for number in (1, 2):
        for _learner in range(number):
            cohorts.learner(cohort)
        services.remind_of_sessions(at=rome(2027, 5, 9, 17))
        with django_assert_num_queries(3):
            services.remind_of_sessions(at=rome(2027, 5, 9, 17, 5))


# --- Deadlines ------------------------------------------------------------------------------
def deadline_mails():
    return OutboundMail.objects.filter(kind="cohorts.deadlines").order_by("pk")


def test_who_has_not_passed_is_reminded_of_the_quiz_three_days_before(cohort):
    quiz = assessment.quiz(cohort.course)
    late, done = cohorts.learner(cohort), cohorts.learner(cohort)
    assessment.attempt(done, quiz)
    _opens, closes = taking_window(cohort)
    due = evening_before(closes - timedelta(minutes=1), 3)
    assert services.remind_of_deadlines(at=due - timedelta(minutes=1)) == 0
    assert services.remind_of_deadlines(at=due) == 1
    assert services.remind_of_deadlines(at=due + timedelta(hours=1)) == 0
    [row] = deadline_mails()
    assert row.recipient == late.user.email
    assert "Quiz di prova" in row.context["deadlines"][0]["title"]
    assert services.remind_of_deadlines(at=closes) == 0


def test_deadlines_of_a_person_are_one_mail(cohort):
    for number in (1, 2):
        assessment.quiz(cohort.course, 1, key=f"quiz-{number}")
    cohorts.learner(cohort, people.person(language="en"))
    _opens, closes = taking_window(cohort)
    assert services.remind_of_deadlines(at=evening_before(closes - timedelta(minutes=1), 3)) == 1
    [row] = deadline_mails()
    assert (len(row.context["deadlines"]), row.language) == (2, "en")


def test_a_cohort_called_off_has_no_deadlines(cohort):
    assessment.quiz(cohort.course)
    cohorts.learner(cohort)
    _opens, closes = taking_window(cohort)
    window = (closes - timedelta(days=2), closes)
    assert len(list(quizzes_to_pass(*window))) == 1
    cohort.cancelled_at = timezone.now()
    cohort.save()
    assert list(quizzes_to_pass(*window)) == []


def test_old_reminders_are_forgotten(cohort):
    person = people.person()
    for key in ("old", "new"):
        Reminder.objects.create(user=person, key=key)
    Reminder.objects.filter(key="old").update(
        created_at=datetime.combine(date(2020, 1, 1), datetime.min.time(), tzinfo=UTC)
    )
    assert services.forget_reminders() == 1
    assert list(Reminder.objects.values_list("key", flat=True)) == ["new"]
