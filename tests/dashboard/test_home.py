import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services as cohort_services
from lms.cohorts.choices import StaffFunction
from lms.dashboard.summary import learner_board, staff_board
from lms.progress.services import complete_lesson, visit_lesson
from tests.factories import assessment as quizzes
from tests.factories import attendance, cohorts, curriculum, people
from tests.factories.cohorts import lessons_of

pytestmark = pytest.mark.django_db
LINK = "https://incontri.example.org/co-design"


def home(client, user, **query):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse("dashboard:home"), query)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def next_panel(page):
    return page.partition("panel-next")[2].partition("</section>")[0]


def test_home_asks_for_login_and_is_not_kept(client):
    response = client.get(reverse("dashboard:home"))
    assert response.status_code == 302
    assert "no-store" in response["Cache-Control"]


def test_home_of_who_is_in_no_cohort_leads_to_the_catalogue(client):
    curriculum.course()
    page = home(client, people.person())
    assert 'href="/it/master-civici/"' in page.partition('class="empty"')[2]


def test_next_step_is_the_lesson_left_half_way(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    visit_lesson(enrolment=enrolment, lesson=lessons_of(cohort)[2])
    assert "Lezione 2.1" in next_panel(home(client, enrolment.user))


def test_next_step_is_the_session_within_the_hour(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    start = timezone.now() + timedelta(minutes=10)
    session = cohorts.session(
        cohort, starts_at=start, mode="remote", link=LINK, topic="La scaletta"
    )
    panel = next_panel(home(client, enrolment.user))
    assert "La scaletta" in panel
    assert reverse("cohorts:join", args=[session.pk]) in panel
    assert LINK not in panel


def test_link_waits_for_the_quarter_of_an_hour(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    start = timezone.now() + timedelta(minutes=40)
    cohorts.session(cohort, starts_at=start, mode="remote", link=LINK)
    assert LINK not in home(client, enrolment.user)


def test_next_step_is_the_quiz_when_the_lessons_are_done():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    made = quizzes.quiz(cohort.course)
    for lesson in lessons_of(cohort):
        complete_lesson(enrolment=enrolment, lesson=lesson)
    step = learner_board(enrolment.user).main.next_step
    assert step.url == reverse("assessment:detail", args=[cohort.code, made.pk])


def test_home_shows_attendance_with_its_threshold(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
    attendance.signed(cohorts.session(cohort))
    page = home(client, enrolment.user)
    assert 'aria-valuenow="100"' in page
    assert 'x="75%"' in page


def test_home_says_what_each_share_of_attendance_is_of(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
    attendance.signed(cohorts.session(cohort))
    cohorts.session(cohort, starts_at=timezone.now() + timedelta(days=9), minutes=180)
    with translation.override("en"):
        page = home(client, enrolment.user)
    assert "of the sessions held so far" in page
    assert "180 minutes of the 360 planned in all (50.00\u00a0%); 270 are needed" in page


def test_home_tells_a_cancelled_session(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    session = cohorts.session(cohort, starts_at=timezone.now() + timedelta(days=2), topic="Saltato")
    cohort_services.cancel_session(session=session, reason="Sciopero", by=None)
    page = home(client, enrolment.user)
    assert "Saltato" in page
    assert "Sciopero" in page


def test_module_says_from_when_it_is_taught():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    second = cohort.modules.get(position=2)
    cohorts.session(cohort, starts_at=timezone.now() + timedelta(days=9), module=second)
    first, later = learner_board(enrolment.user).main.modules
    day = str(timezone.localtime(timezone.now() + timedelta(days=9)).day)
    assert day not in first.words
    assert day in later.words


@pytest.mark.slow
def test_home_of_several_cohorts_shows_one_in_full(client):
    first = cohorts.cohort()
    user = cohorts.learner(first).user
    second = cohorts.cohort("MC-ALTRO-1", course=curriculum.course("MC-ALTRO", title="Altro corso"))
    cohorts.learner(second, user)
    chosen = home(client, user, edizione=second.code)
    assert f"?edizione={first.code}" in chosen
    assert f"?edizione={second.code}" not in chosen


def test_home_of_another_persons_cohort_changes_nothing(client):
    cohort = cohorts.cohort()
    user = cohorts.learner(cohort).user
    foreign = cohorts.cohort(
        "MC-ALTRO-1", course=curriculum.course("MC-ALTRO", title="Altro corso")
    )
    cohorts.learner(foreign)
    page = home(client, user, edizione=foreign.code)
    assert foreign.code not in page
    assert cohort.code in page


def test_home_forgets_a_cohort_one_has_left(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    assert cohort.code not in home(client, enrolment.user)


def test_home_shows_applications_under_way(client):
    cohort, user = cohorts.cohort(), people.person()
    cohort_services.apply(cohort=cohort, user=user, motivation="Una portineria.")
    assert cohort.code in home(client, user)
    assert cohort.code not in home(client, people.person())


def test_a_course_without_quiz_asks_for_attendance_only():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    missing = learner_board(enrolment.user).main.missing
    assert missing.kind == "frequenza"
    quizzes.quiz(cohort.course)
    missing = learner_board(enrolment.user).main.missing
    assert missing.kind == "microcredenziale"
    assert not missing.complete


def evening() -> datetime:
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def test_staff_page_has_today_what_comes_and_what_is_to_sign():
    cohort = cohorts.cohort()
    teacher = cohorts.teacher(cohort)
    noon = evening()
    cohorts.learner(cohort, joined_on=cohort.starts_on)
    today = cohorts.session(cohort, starts_at=noon)
    signed = cohorts.session(cohort, starts_at=noon - timedelta(days=3))
    open_one = cohorts.session(cohort, starts_at=noon - timedelta(days=2))
    coming = cohorts.session(cohort, starts_at=noon + timedelta(days=2))
    gone = cohorts.session(cohort, starts_at=noon + timedelta(days=1))
    cohort_services.cancel_session(session=gone, reason="Sciopero", by=None)
    attendance.signed(signed, by=teacher)
    attendance.taken(open_one, by=teacher)
    board = staff_board(teacher)
    assert [row.session for row in board.today] == [today]
    assert [row.session for row in board.coming] == [coming]
    assert [row.session for row in board.to_sign] == [open_one]
    assert [(row.cohort, row.enrolled) for row in board.cohorts] == [(cohort, 1)]


def test_staff_page_of_an_inspector_offers_no_register():
    cohort = cohorts.cohort()
    cohorts.session(cohort, starts_at=evening() - timedelta(days=1))
    inspector = cohorts.teacher(cohort, function=StaffFunction.INSPECTOR)
    board = staff_board(inspector)
    assert board.to_sign == ()
    assert [row.cohort for row in board.cohorts] == [cohort]


def test_staff_page_shows_only_ones_own_cohorts(client):
    mine, other = (
        cohorts.cohort(),
        cohorts.cohort("MC-ALTRO-1", course=curriculum.course("MC-ALTRO")),
    )
    cohorts.session(other, starts_at=evening())
    teacher = cohorts.teacher(mine)
    page = home(client, teacher)
    assert mine.code in page
    assert other.code not in page
    former = cohorts.teacher(other, until=timezone.localdate() - timedelta(days=1))
    assert other.code not in home(client, former)


def test_administrator_sees_every_cohort_and_who_waits(client):
    cohort = cohorts.cohort()
    cohort_services.apply(cohort=cohort, user=people.person(), motivation="Una portineria.")
    cohort_services.apply(cohort=cohort, user=people.person(), motivation="Un mercato.")
    cohorts.learner(cohort)
    board = staff_board(people.administrator())
    assert [(row.cohort, row.enrolled, row.waiting) for row in board.cohorts] == [(cohort, 1, 2)]
    assert cohort.code in home(client, people.administrator())


def test_a_learner_has_no_staff_page():
    assert staff_board(cohorts.learner(cohorts.cohort()).user) is None


@pytest.mark.slow
def test_who_teaches_and_learns_sees_both(client):
    taught = cohorts.cohort()
    teacher = cohorts.teacher(taught)
    followed = cohorts.cohort("MC-ALTRO-1", course=curriculum.course("MC-ALTRO", title="Altro"))
    cohorts.learner(followed, teacher)
    page = home(client, teacher)
    assert taught.code in page
    assert f"?edizione={followed.code}" in page
    assert "panel-next" in home(client, teacher, edizione=followed.code)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3])
def test_home_queries_are_constant(client, django_assert_num_queries, number):
    courses = [curriculum.course(f"MC-N{n}", modules=number, lessons=number) for n in range(number)]
    user = people.person()
    for position, course in enumerate(courses):
        cohort = cohorts.cohort(f"MC-N{position}-1", course=course)
        enrolment = cohorts.learner(cohort, user, joined_on=cohort.starts_on)
        quizzes.quiz(course)
        for _ in range(number):
            attendance.taken(cohorts.session(cohort))
            cohorts.session(cohort, starts_at=timezone.now() + timedelta(days=5))
        for lesson in lessons_of(cohort):
            visit_lesson(enrolment=enrolment, lesson=lesson)
    home(client, user)
    with django_assert_num_queries(20):
        client.get(reverse("dashboard:home"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 4])
def test_page_queries_stay_under_twenty(client, django_assert_num_queries, number):
    user = cohorts.teacher(cohorts.cohort())
    for position in range(number):
        cohort = cohorts.cohort(
            f"MC-S{position}-1", course=curriculum.course(f"MC-S{position}", modules=1)
        )
        cohort_services.assign_staff(
            cohort=cohort, user=user, function=StaffFunction.TUTOR, by=None
        )
        cohorts.learner(cohort)
        cohorts.session(cohort, starts_at=evening())
        follow = cohorts.cohort(
            f"MC-F{position}-1", course=curriculum.course(f"MC-F{position}", modules=1)
        )
        cohorts.learner(follow, user)
    home(client, user)
    with django_assert_num_queries(12):
        client.get(reverse("dashboard:home"))


def test_home_opens_no_transaction(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    home(client, enrolment.user)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("dashboard:home"))
    assert {query["sql"].split()[0] for query in queries.captured_queries} == {"SELECT"}


def test_page_has_one_filled_panel_and_headings_in_order(client):
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    page = home(client, enrolment.user)
    assert page.count("panel-next") == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
