"""Files of lessons are for those who read the lesson; files of open pages are for everybody."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from cms.models import HubDocument, ResourcePage
from curriculum.models import Lesson
from lms.cohorts import services
from lms.cohorts.choices import StaffFunction
from tests.factories import cms as hub
from tests.factories import cohorts, curriculum, media, people
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db
CANARY = b"CANARINO-DISPENSA"


def document(name: str = "dispensa.pdf") -> HubDocument:
    return media.document(name=name, content=CANARY)


def in_body(file: HubDocument) -> list:
    return [("file", {"title": "Dispensa", "file": file})]


@pytest.fixture
def course():
    return curriculum.course(modules=1, lessons=1)


@pytest.fixture
def offered(course):
    """A file of the one lesson of the course, published."""
    file = document()
    lesson = Lesson.objects.descendant_of(course).get()
    lesson.body = in_body(file)
    curriculum.publish(lesson)
    return file


@pytest.fixture
def cohort(course, offered):
    return cohorts.cohort(course=course)


def answer(client, user, file: HubDocument):
    """(status, the file came) for this person; None is nobody signed in."""
    client.logout()
    if user:
        client.force_login(user)
    response = client.get(file.url)
    body = b"".join(response) if response.streaming else response.content
    return response.status_code, body == CANARY


@pytest.mark.slow
def test_a_lessons_file_is_for_those_who_read_the_lesson(client, cohort, offered):
    elsewhere = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    yesterday = timezone.localdate() - timedelta(days=1)
    gone = cohorts.learner(cohort)
    services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    inspector, former, teacher = people.person(), people.person(), people.person()
    for user, function, until in (
        (inspector, StaffFunction.INSPECTOR, timezone.localdate()),
        (former, StaffFunction.INSPECTOR, yesterday),
        (teacher, StaffFunction.SUBSTITUTE, None),
    ):
        services.assign_staff(cohort=cohort, user=user, function=function, until=until, by=None)
    applicant = people.person()
    services.apply(cohort=cohort, user=applicant)
    readers = [
        cohorts.learner(cohort).user, inspector, teacher, people.instructor(),
        people.administrator(), people.committee(), superuser(),
    ]  # fmt: skip
    others = [
        None, people.person(), gone.user, former, applicant, cohorts.learner(elsewhere).user,
        cohorts.manager(cohort),
    ]  # fmt: skip
    assert [answer(client, user, offered) for user in readers] == [(200, True)] * len(readers)
    assert [answer(client, user, offered) for user in others] == [(404, False)] * len(others)


@pytest.mark.slow
def test_who_may_not_is_told_the_same_as_of_an_unknown_file(client, cohort, offered):
    for user in (None, people.person()):
        if user:
            client.force_login(user)
        unknown = offered.url.replace(f"/{offered.pk}/", "/987654321/")
        texts = []
        for url in (offered.url, unknown):
            response = client.get(url)
            assert response.status_code == 404
            text = response.content.decode().replace(url, "ADDRESS")
            texts.append(re.sub(r'nonce="[^"]*"|value="[^"]*"', "", text))
        assert texts[0] == texts[1]


def test_a_learner_keeps_the_file_of_the_pinned_version(client, course, cohort, offered):
    """The live lesson offers it no more: the version that the cohort reads does."""
    learner = cohorts.learner(cohort).user
    lesson = Lesson.objects.descendant_of(course).get()
    lesson.body = []
    curriculum.publish(lesson)
    assert answer(client, learner, offered) == (200, True)
    assert answer(client, None, offered) == (404, False)


def test_a_file_of_an_open_page_is_for_everybody_also_when_a_lesson_offers_it(
    client, cohort, offered
):
    library = hub.section(hub.LibraryIndexPage, "biblioteca")
    hub.below(library, ResourcePage, kind="guide", file=offered)
    assert answer(client, None, offered) == (200, True)
    assert answer(client, people.person(), offered) == (200, True)


def test_a_link_in_the_text_of_an_open_page_opens_its_file(client):
    file = document()
    link = f'<p><a linktype="document" id="{file.pk}">Dispensa</a></p>'
    hub.standard(body=[("text", link)])
    assert answer(client, None, file) == (200, True)


def test_a_file_of_a_draft_or_of_a_closed_page_or_of_none_is_for_authors(client):
    drafted, closed, unused = (document(f"{name}.pdf") for name in ("bozza", "chiusa", "nessuna"))
    library = hub.section(hub.LibraryIndexPage, "biblioteca")
    hub.below(library, ResourcePage, live=False, kind="guide", file=drafted)
    page = hub.below(library, ResourcePage, kind="guide", file=closed)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    for file in (drafted, closed, unused):
        assert answer(client, None, file) == (404, False)
        assert answer(client, people.person(), file) == (404, False)
        assert answer(client, people.instructor(), file) == (200, True)


def test_an_english_lesson_does_not_open_its_file(client, course, offered):
    lesson = Lesson.objects.descendant_of(course).get()
    curriculum.in_english(lesson, "A lesson")
    assert Lesson.objects.filter(locale=Locale.objects.get(language_code="en")).exists()
    assert answer(client, None, offered) == (404, False)


def test_files_keep_their_headers_and_are_not_stored_for_others(client, cohort, offered):
    client.force_login(cohorts.learner(cohort).user)
    response = client.get(offered.url)
    assert {name: response[name] for name in (
        "Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy",
        "Cache-Control",
    )} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="{offered.filename}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
        "Cache-Control": "private, no-store",
    }  # fmt: skip
    b"".join(response)


def test_serving_asks_few_queries(client, cohort, offered):
    client.force_login(cohorts.learner(cohort).user)
    with CaptureQueriesContext(connection) as queries:
        b"".join(client.get(offered.url))
    # Three of them ask whether the lesson's module is open to this person.
    assert len(queries) == 12
