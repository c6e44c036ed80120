"""Staff of a cohort see exactly their cohorts, until their last day: every function on every page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts.choices import ANSWERING_FUNCTIONS, StaffFunction
from lms.cohorts.models import CohortStaff
from lms.cohorts.outline import lesson_url
from lms.dashboard.summary import my_page
from tests.factories import cohorts, curriculum, people
from tests.factories.cohorts import lessons_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LINK = "https://aula.example.org/canarino-link"
FUNCTIONS = list(StaffFunction)


@pytest.fixture(autouse=True)
def in_italian():
    with translation.override("it"):
        yield


@pytest.fixture
def world():
    """Two cohorts of two courses, each with a learner, a session going on and a link."""
    made = []
    for code in ("MC-NOSTRO", "MC-ALTRO"):
        cohort = cohorts.cohort(f"{code}-1", course=curriculum.course(code, title=f"Corso {code}"))
        cohorts.learner(cohort, joined_on=cohort.starts_on)
        start = timezone.now() - timedelta(minutes=30)
        cohorts.session(cohort, starts_at=start, mode="remote", link=LINK)
        made.append(cohort)
    return made


def pages(cohort) -> dict[str, str]:
    lesson = lessons_of(cohort)[0]
    session = cohort.sessions.first()
    return {
        "register": reverse("attendance:register", args=[cohort.code, session.number]),
        "overview": reverse("attendance:overview", args=[cohort.code]),
        "syllabus": reverse("progress:syllabus", args=[cohort.code]),
        "lesson": lesson_url(cohort.code, lesson.lesson_id, "lezione"),
        "join": reverse("cohorts:join", args=[session.pk]),
        "versions": reverse("cohorts_admin:versions", args=[cohort.pk]),
        "report": reverse("reports:cohort", args=[cohort.code]),
        "certificates": reverse("certificates_admin:cohort", args=[cohort.pk]),
        "workbench": reverse("cohorts_admin:workbench", args=[cohort.pk]),
    }


# The link of a session is a door: who may go through is sent on.
OPEN = {"register", "overview", "syllabus", "lesson", "join"}


def opened(client, cohort) -> set[str]:
    """The pages of a cohort that the person signed in gets."""
    found = set()
    for name, url in pages(cohort).items():
        response = client.get(url)
        if response.status_code == 200 or response.headers.get("Location") == LINK:
            found.add(name)
    return found


def expected(function: str) -> set[str]:
    return OPEN | ({"versions"} if function in ANSWERING_FUNCTIONS else set())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_opens_the_pages_of_its_cohort_and_of_no_other(client, world, function):
    ours, theirs = world
    person = cohorts.teacher(ours, function=function)
    client.force_login(person, backend=BACKEND)
    assert opened(client, ours) == expected(function)
    assert opened(client, theirs) == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_ends_with_its_last_day(client, world, function):
    ours, _theirs = world
    today = timezone.localdate()
    person = cohorts.teacher(ours, function=function, until=today)
    client.force_login(person, backend=BACKEND)
    assert opened(client, ours) == expected(function)
    CohortStaff.objects.update(until=today - timedelta(days=1))
    assert opened(client, ours) == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_board_shows_the_cohorts_of_a_function_until_its_last_day(world, function):
    ours, _theirs = world
    person = cohorts.teacher(ours, function=function, until=timezone.localdate())
    page = my_page(person)
    keeps = function != StaffFunction.INSPECTOR
    assert [row.cohort for row in page.glance.rows] == [ours]
    assert [(row.cohort, row.register) for row in page.teaching.today] == [(ours, keeps)]
    assert page.teaching.follows is keeps
    assert [row.cohort for row in page.teaching.quiet] == ([ours] if keeps else [])
    CohortStaff.objects.update(until=timezone.localdate() - timedelta(days=1))
    later = my_page(person)
    assert later.glance is None
    assert (later.teaching.today, later.teaching.quiet, later.teaching.to_sign) == ((), (), ())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_who_keeps_the_register_writes_in_it(client, world, function):
    ours, theirs = world
    person = cohorts.teacher(ours, function=function)
    client.force_login(person, backend=BACKEND)
    form = {"action": "all", "version": "0"}
    answer = client.post(pages(ours)["register"], form)
    keeps = function != StaffFunction.INSPECTOR
    assert (answer.status_code == 302) is keeps
    assert (answer.status_code == 404) is not keeps
    assert client.post(pages(theirs)["register"], form).status_code == 404


def test_functions_in_two_cohorts_do_not_mix(client, world):
    """Inspector here and teacher there: each cohort opens what its own function opens."""
    ours, theirs = world
    person = cohorts.teacher(ours, function=StaffFunction.INSPECTOR)
    CohortStaff.objects.create(cohort=theirs, user=person, function=StaffFunction.TEACHER)
    client.force_login(person, backend=BACKEND)
    assert opened(client, ours) == expected(StaffFunction.INSPECTOR)
    assert opened(client, theirs) == expected(StaffFunction.TEACHER)
    page = my_page(person)
    assert {row.cohort: row.register for row in page.teaching.today} == {ours: False, theirs: True}
    assert [row.cohort for row in page.teaching.quiet] == [theirs]


def test_learner_and_stranger_open_no_page_of_the_staff(client, world):
    ours, _theirs = world
    learner = ours.enrolments.first().user
    client.force_login(learner, backend=BACKEND)
    assert opened(client, ours) == {"syllabus", "lesson", "join"}
    client.force_login(people.person(), backend=BACKEND)
    assert opened(client, ours) == set()
