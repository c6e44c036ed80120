import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services as cohort_services
from lms.core.dates import day_in_words
from lms.dashboard.summary import my_page
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
    step = my_page(enrolment.user).learner.main.next_step
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
    first, later = my_page(enrolment.user).learner.main.modules
    day = day_in_words(timezone.localtime(timezone.now() + timedelta(days=9)))
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
    missing = my_page(enrolment.user).learner.main.missing
    assert missing.kind == "frequenza"
    quizzes.quiz(cohort.course)
    missing = my_page(enrolment.user).learner.main.missing
    assert missing.kind == "microcredenziale"
    assert not missing.complete


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
