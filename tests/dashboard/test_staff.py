"""The boards of who teaches, runs cohorts, manages people, reviews for the committee."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone, translation

from curriculum.choices import Completion
from curriculum.models import Lesson
from curriculum.summary import waiting_for
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.attendance import services as attendance_services
from lms.attendance.choices import Channel
from lms.attendance.summary import attendance_of, read_ledgers
from lms.cohorts import services as cohort_services
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import Enrolment, ManagerAssignment
from lms.dashboard.summary import my_page
from lms.progress.services import complete_lesson, mark_done, visit_lesson
from lms.reports.frames import summary_frame
from tests.dashboard.test_home import home
from tests.factories import assessment as quizzes
from tests.factories import attendance, certificates, cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def noon():
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def fresh(user: User) -> User:
    """The person as a new request reads them: with the roles of now."""
    return User.objects.get(pk=user.pk)


def other_cohort(code: str = "MC-ALTRO-1", **fields):
    course = curriculum.course(code.rpartition("-")[0], title="Altro corso")
    return cohorts.cohort(code, course=course, **fields)


# --- Teaching ---------------------------------------------------------------------------------
def test_today_what_comes_and_what_is_to_sign():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    cohorts.learner(cohort, joined_on=cohort.starts_on)
    today = cohorts.session(cohort, starts_at=noon())
    signed = cohorts.session(cohort, starts_at=noon() - timedelta(days=3))
    open_one = cohorts.session(cohort, starts_at=noon() - timedelta(days=2))
    coming = cohorts.session(cohort, starts_at=noon() + timedelta(days=2))
    gone = cohorts.session(cohort, starts_at=noon() + timedelta(days=1))
    cohort_services.cancel_session(session=gone, reason="Sciopero", by=None)
    attendance.signed(signed, by=teacher)
    attendance.taken(open_one, by=teacher)
    page = my_page(teacher, at=noon())
    assert [row.session for row in page.teaching.today] == [today]
    assert [row.session for row in page.teaching.coming] == [coming]
    assert [row.session for row in page.teaching.to_sign] == [open_one]
    assert [(row.cohort, row.people) for row in page.glance.rows] == [(cohort, 1)]


def test_register_of_today_is_one_tap_away(client):
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    session = cohorts.session(cohort, starts_at=noon())
    panel = home(client, teacher).partition("panel-next")[2].partition("</section>")[0]
    assert f'href="{reverse("attendance:register", args=[cohort.code, session.number])}"' in panel


def test_inspector_has_no_register_to_keep_and_nobody_to_follow():
    cohort = cohorts.cohort()
    cohorts.session(cohort, starts_at=noon() - timedelta(days=1))
    cohorts.learner(cohort, joined_on=cohort.starts_on)
    inspector = cohorts.teacher(cohort, function=StaffFunction.INSPECTOR)
    page = my_page(inspector)
    assert page.teaching.to_sign == ()
    assert page.teaching.follows is False
    assert page.teaching.quiet == ()
    assert [row.cohort for row in page.glance.rows] == [cohort]


def test_guest_sees_the_session_named_to_them_and_no_figures():
    cohort, guest = cohorts.cohort(), people.instructor()
    cohorts.learner(cohort)
    mine = cohorts.session(cohort, starts_at=noon(), teachers=[guest])
    cohorts.session(cohort, starts_at=noon() + timedelta(hours=4))
    page = my_page(guest, at=noon())
    assert [(row.session, row.register) for row in page.teaching.today] == [(mine, True)]
    assert page.glance is None


def test_former_teacher_named_in_a_session_sees_nothing():
    cohort = cohorts.cohort()
    former = cohorts.teacher(cohort, until=timezone.localdate() - timedelta(days=1))
    cohorts.session(cohort, starts_at=noon(), teachers=[former])
    page = my_page(former, at=noon())
    assert page.teaching.today == ()
    assert page.glance is None


def test_a_learner_has_no_board_of_work():
    page = my_page(cohorts.learner(cohorts.cohort()).user)
    assert (page.teaching, page.glance, page.committee) == (None, None, None)
    assert page.staff is False


# --- Learners who went quiet ------------------------------------------------------------------
def test_quiet_is_who_gave_no_sign_for_the_days_of_the_setting(settings):
    settings.QUIET_AFTER_DAYS = 10
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    silent = cohorts.learner(cohort, joined_on=cohort.starts_on)
    reader = cohorts.learner(cohort, joined_on=cohort.starts_on)
    late = cohorts.learner(cohort, joined_on=timezone.localdate() - timedelta(days=9))
    assert late.joined_on > cohort.starts_on
    visit_lesson(enrolment=reader, lesson=cohorts.lessons_of(cohort)[0])
    board = my_page(teacher).teaching
    assert [(row.name, row.days) for row in board.quiet] == [
        (silent.user.get_full_name(), (timezone.localdate() - cohort.starts_on).days)
    ]


@pytest.mark.parametrize("days", [9, 10])
def test_quiet_begins_on_the_day_of_the_setting(days):
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    reader = cohorts.learner(cohort, joined_on=cohort.starts_on)
    at = noon() - timedelta(days=days)
    visit_lesson(enrolment=reader, lesson=cohorts.lessons_of(cohort)[0], at=at)
    quiet = my_page(teacher, at=noon()).teaching.quiet
    assert [row.days for row in quiet] == ([10] if days == 10 else [])


def test_presence_in_class_is_a_sign_of_life():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    cohorts.learner(cohort, joined_on=cohort.starts_on)
    attendance.taken(cohorts.session(cohort), by=teacher)
    assert my_page(teacher).teaching.quiet == ()


def test_attempt_at_a_quiz_is_a_sign_of_life():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
    quizzes.attempt(enrolment, right=0)
    assert my_page(teacher).teaching.quiet == ()


def test_who_has_finished_everything_is_not_quiet():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
    quizzes.quiz(cohort.course)
    long_ago = noon() - timedelta(days=20)
    for lesson in cohorts.lessons_of(cohort):
        complete_lesson(enrolment=enrolment, lesson=lesson, at=long_ago)
    assert [row.days for row in my_page(teacher, at=noon()).teaching.quiet] == [20]
    quizzes.attempt(enrolment, at=long_ago)
    assert my_page(teacher, at=noon()).teaching.quiet == ()


def test_withdrawn_learners_and_other_cohorts_are_not_named():
    cohort, other = cohorts.cohort(), other_cohort()
    teacher = cohorts.teacher(cohort)
    cohorts.learner(other, joined_on=other.starts_on)
    gone = cohorts.learner(cohort, joined_on=cohort.starts_on)
    cohort_services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    assert my_page(teacher).teaching.quiet == ()


def test_who_has_no_attempt_left_waits_for_a_person():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    stuck, trying, passed = (cohorts.learner(cohort) for _ in range(3))
    quiz = quizzes.quiz(cohort.course, attempts_allowed=2)
    for enrolment, right in [(stuck, 1), (stuck, 2), (trying, 1), (passed, 1), (passed, 8)]:
        quizzes.attempt(enrolment, quiz, right=right)
    board = my_page(teacher).teaching
    assert [(row.name, row.best, row.days) for row in board.stuck] == [
        (stuck.user.get_full_name(), 25, 0)
    ]


# --- Cohorts at a glance ----------------------------------------------------------------------
def busy_cohort(code: str = "MC-PROVA-2026-1"):
    """Three learners: one present at all, one for half an hour, one never; one has left."""
    cohort = cohorts.cohort(code, course=curriculum.course(code[:-7]))
    teacher = cohorts.teacher(cohort)
    there, partly, never, gone = (
        cohorts.learner(cohort, joined_on=cohort.starts_on) for _ in range(4)
    )
    cohort_services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    for days in (12, 5):
        session = cohorts.session(cohort, starts_at=noon() - timedelta(days=days), break_minutes=15)
        attendance.taken(session, by=teacher)
        half_an_hour = session.starts_at, session.starts_at + timedelta(minutes=30)
        attendance_services.mark_register(
            session=session,
            entries=[
                attendance_services.between(partly, *half_an_hour, Channel.HOUSE),
                attendance_services.absent(never),
            ],
            by=teacher,
            at=attendance.ended(session),
        )
    cohorts.session(cohort, starts_at=noon() + timedelta(days=20), minutes=60)
    return cohort, [there, partly, never]


def test_glance_says_what_the_report_says():
    cohort, learners = busy_cohort()
    administrator = people.administrator()
    [row] = my_page(administrator).glance.rows
    frame = summary_frame(cohort, Enrolment.objects.active().filter(cohort=cohort))
    shares = [round(float(share) * 100) for share in frame["percentuale"]]
    assert row.standing.percent == sum(shares) // len(shares) // 100 == 39
    assert row.standing.low == (frame["soglia_raggiunta"] == "no").sum() == 2
    assert row.standing.lost == 2
    assert row.certified == (frame["attestato_numero"] != "").sum() == 0
    assert row.people == len(learners) == 3


def test_glance_counts_certificates_of_attendance_as_the_report_does():
    certificate = certificates.issued()
    [row] = my_page(people.administrator()).glance.rows
    assert (row.people, row.certified) == (1, 1)
    assert row.cohort == certificate.enrolment.cohort


def test_manager_of_an_organisation_sees_the_figures_of_its_people_alone():
    cohort, [there, partly, _never] = busy_cohort()
    house = people.organisation()
    Enrolment.objects.filter(pk__in=[there.pk, partly.pk]).update(organisation=house)
    manager = people.manager()
    ManagerAssignment.objects.create(user=manager, organisation=house)
    page = my_page(manager)
    [row] = page.glance.rows
    assert (row.people, row.standing.percent, row.standing.low) == (2, 59, 1)
    assert row.seats_free is None
    assert page.teaching is None
    frame = summary_frame(cohort, Enrolment.objects.visible_to(manager).filter(cohort=cohort))
    assert len(frame) == 2


def test_manager_of_a_cohort_sees_everybody_in_it_and_nothing_else():
    cohort, _learners = busy_cohort()
    busy_cohort("MC-ALTRO-2026-1")
    manager = cohorts.manager(cohort)
    [row] = my_page(manager).glance.rows
    assert (row.cohort, row.people, row.standing.low) == (cohort, 3, 2)
    assert [words for words, _url in row.links] == ["Attendance", "Reports"]


def test_who_is_no_manager_any_more_sees_nothing(client):
    cohort, _learners = busy_cohort()
    manager = cohorts.manager(cohort)
    manager.groups.clear()
    assert my_page(fresh(manager)).glance is None
    assert cohort.code not in home(client, fresh(manager))


def test_administrator_sees_by_phase_what_is_to_be_seen_to():
    today = timezone.localdate()
    cohort, _learners = busy_cohort()
    cohort_services.apply(cohort=cohort, user=people.person(), motivation="Una portineria.")
    cohort_services.apply(cohort=cohort, user=people.person(), motivation="Un mercato.")
    cohorts.draft_cohort("MC-BOZZA-2026-1", course=cohort.course)
    coming = other_cohort(starts_on=today + timedelta(days=40), ends_on=today + timedelta(days=80))
    board = my_page(people.administrator()).glance
    assert [(g.phase, [row.cohort.code for row in g.rows]) for g in board.groups] == [
        ("running", [cohort.code]),
        ("applications", [coming.code]),
        ("draft", ["MC-BOZZA-2026-1"]),
    ]
    [running] = board.groups[0].rows
    assert [task.words for task in running.tasks] == [
        "2 applications to read",
        "1 session without a teacher",
        "2 registers to sign",
        "2 people below the threshold, 2 for good",
    ]
    assert running.seats_free == 17


def test_administrator_sees_no_cancelled_cohort_and_none_long_over(client):
    today = timezone.localdate()
    gone = cohorts.cohort()
    cohort_services.cancel_cohort(cohort=gone, reason="", by=None)
    other_cohort(starts_on=today - timedelta(days=200), ends_on=today - timedelta(days=61))
    assert my_page(people.administrator()).glance.groups == ()


def test_instructor_is_not_shown_applications():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    cohort_services.apply(cohort=cohort, user=people.person(), motivation="Una portineria.")
    [row] = my_page(teacher).glance.rows
    assert row.tasks == ()
    assert row.seats_free == 20


def test_credits_excuses_and_make_ups_count_at_a_glance_as_on_the_learners_page():
    cohort, [there, partly, never] = busy_cohort()
    by = people.administrator()
    module = cohort.modules.first()
    attendance_services.record_credit(
        enrolment=never, module=None, minutes=330, reason="Esperienza", by=by
    )
    missed = cohort.sessions.order_by("starts_at").first()
    attendance_services.record_excuse(enrolment=partly, session=missed, reason="Salute", by=by)
    ledgers = read_ledgers([cohort], cohort.enrolments.active())
    for enrolment in (there, partly, never):
        enrolment.refresh_from_db()
        assert ledgers.summary_of(enrolment).figure == attendance_of(enrolment).figure
    [row] = my_page(by).glance.rows
    assert (row.standing.low, module is not None) == (1, True)


# --- Committee --------------------------------------------------------------------------------
def test_committee_board_is_what_waits_for_the_person():
    course = curriculum.course()
    author, member = people.instructor(), people.committee()
    curriculum.teach(course, author)
    lesson = Lesson.objects.descendant_of(course).first()
    curriculum.submit(lesson, author, title="Lezione rivista")
    waiting = waiting_for(fresh(member))
    board = my_page(fresh(member)).committee
    assert len(waiting) == 1
    assert [(row.title, row.page_id) for row in board.pages] == [
        (row.title, row.page.pk) for row in waiting
    ]
    author.groups.add(Group.objects.get(name=Role.COMMITTEE))
    assert waiting_for(fresh(author)) == []
    assert my_page(fresh(author)).committee.pages == ()


# --- Lessons that the instructor marks ---------------------------------------------------------
def marked_by_hand(cohort, place: int = 0):
    lesson = cohorts.lessons_of(cohort)[place]
    lesson.completion = Completion.INSTRUCTOR
    lesson.save()
    return lesson


def to_mark(user, **fields):
    return [
        (group.cohort.code, lesson.number, lesson.people)
        for group in my_page(user, **fields).teaching.to_mark
        for lesson in group.lessons
    ]


def test_lessons_to_mark_are_those_with_people_not_marked(client):
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    done, waiting, gone = (cohorts.learner(cohort) for _ in range(3))
    cohort_services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    lesson = marked_by_hand(cohort)
    mark_done(lesson=lesson, enrolments=[done], by=teacher)
    assert to_mark(teacher) == [(cohort.code, "1.1", 1)]
    page = home(client, teacher)
    [group] = my_page(teacher).teaching.to_mark
    assert f'href="{group.lessons[0].url}"' in page
    assert client.get(group.lessons[0].url).status_code == 200
    mark_done(lesson=lesson, enrolments=[waiting], by=teacher)
    assert to_mark(teacher) == []


def test_lessons_are_to_be_marked_after_the_session_and_the_opening():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    cohorts.learner(cohort)
    first, second = marked_by_hand(cohort), marked_by_hand(cohort, 2)
    session = cohorts.session(cohort, starts_at=noon() + timedelta(days=1), module=first.module)
    second.module.opens_on = timezone.localdate() + timedelta(days=2)
    second.module.save()
    assert to_mark(teacher, at=noon()) == []
    assert to_mark(teacher, at=session.ends_at) == [(cohort.code, "1.1", 1)]
    assert to_mark(teacher, at=noon() + timedelta(days=2)) == [
        (cohort.code, "1.1", 1),
        (cohort.code, "2.1", 1),
    ]


def test_lessons_of_other_cohorts_and_for_inspectors_are_not_to_be_marked():
    cohort, other = cohorts.cohort(), other_cohort()
    for where in (cohort, other):
        cohorts.learner(where)
        marked_by_hand(where)
    assert to_mark(cohorts.teacher(cohort)) == [(cohort.code, "1.1", 1)]
    assert to_mark(cohorts.teacher(cohort, function=StaffFunction.INSPECTOR)) == []


# --- Several roles ----------------------------------------------------------------------------
@pytest.mark.slow
def test_who_teaches_and_learns_sees_both(client):
    taught = cohorts.cohort()
    teacher = cohorts.teacher(taught)
    followed = other_cohort()
    cohorts.learner(followed, teacher)
    page = home(client, teacher)
    assert taught.code in page
    assert f"?edizione={followed.code}" in page
    own = home(client, teacher, edizione=followed.code)
    assert "panel-next" in own
    assert taught.code not in own


def work_of(user: User, number: int, *, kinds: str) -> None:
    """`number` cohorts, each of a course of its own, for every kind of work: to teach, to manage, to learn."""
    for position in range(number):
        course = curriculum.course(f"MC-N{position}", title="Altro corso")
        for kind in kinds.split():
            cohort = cohorts.cohort(f"MC-{kind.upper()}-{position}", course=course)
            if kind == "teach":
                cohort_services.assign_staff(
                    cohort=cohort, user=user, function=StaffFunction.TEACHER, by=None
                )
            elif kind == "manage":
                ManagerAssignment.objects.create(user=user, cohort=cohort)
            elif kind == "learn":
                quizzes.attempt(cohorts.learner(cohort, user, joined_on=cohort.starts_on), right=1)
            for _ in range(number):
                cohorts.learner(cohort, joined_on=cohort.starts_on)
            attendance.taken(cohorts.session(cohort, break_minutes=10))
            cohorts.session(cohort, starts_at=noon() + timedelta(days=1))


EVERYTHING = (Role.ADMINISTRATOR, Role.MANAGER, Role.COMMITTEE, Role.INSTRUCTOR)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("roles", "kinds", "queries"),
    [
        (EVERYTHING, "teach manage learn", 19),
        ((Role.ADMINISTRATOR,), "see", 11),
        ((Role.MANAGER,), "manage", 11),
        ((Role.INSTRUCTOR,), "teach", 13),
        ((Role.INSTRUCTOR,), "teach learn", 18),
        ((Role.COMMITTEE,), "learn", 15),
        ((), "learn", 15),
    ],
)
def test_queries_are_the_same_with_one_cohort_and_with_three(
    client, django_assert_num_queries, roles, kinds, queries, number
):
    user = people.person(*roles)
    work_of(user, number, kinds=kinds)
    home(client, user)
    with django_assert_num_queries(queries):
        client.get(reverse("dashboard:home"))
