import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.test.utils import WagtailPageTestCase

from cms.models import HomePage
from curriculum.models import Catalogue, Course, Lesson, Module, Programme
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db

CATALOGUE = "/it/master-civici/"
COURSE = "/it/master-civici/mc-prova/"
MODULE = f"{COURSE}modulo-1/"
LESSON = f"{MODULE}lezione-1-1/"


def body(response):
    assert response.status_code == 200
    return response.content.decode()


def signed_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class TestPages(WagtailPageTestCase):
    def test_the_tree(self):
        self.assertAllowedSubpageTypes(Catalogue, {Course, Programme})
        self.assertAllowedSubpageTypes(Course, {Module})
        self.assertAllowedSubpageTypes(Module, {Lesson})
        self.assertAllowedSubpageTypes(Lesson, {})
        self.assertAllowedParentPageTypes(Catalogue, {HomePage})

    def test_pages_render(self):
        course = curriculum.course()
        module = course.get_children().first().specific
        lesson = module.get_children().first().specific
        for page in (course.get_parent().specific, course, module, lesson):
            self.assertPageIsRenderable(page)
        self.assertPageIsPreviewable(module)


@pytest.mark.slow
def test_catalogue_shows_each_course_with_its_state(client):
    open_now = cohorts.cohort(course=curriculum.course("MC-UNO", co_title="co-munità", title="Uno"))
    today = timezone.localdate()
    cohorts.cohort(
        "MC-DUE-1",
        course=curriculum.course("MC-DUE", title="Due"),
        applications_open_on=today - timedelta(days=30),
        applications_close_on=today - timedelta(days=20),
    )
    few = cohorts.cohort("MC-TRE-1", course=curriculum.course("MC-TRE", title="Tre"), seats=2)
    cohorts.learner(few)
    page = body(client.get(CATALOGUE))
    cards = re.findall(r'<article class="card course-card".*?</article>', page, re.S)
    assert len(cards) == 3
    assert open_now.seats == 20
    tones = ["chip", "chip chip-plain", "chip chip-bad"]  # open, running, last seat
    assert [re.search(r'class="(chip[^"]*)"', card)[1] for card in cards] == tones
    assert '<span class="co">co-</span>munità' in cards[0]


@pytest.mark.slow
def test_catalogue_narrows_to_an_audience(client):
    curriculum.course("MC-UNO", title="Uno", audience=["students"])
    curriculum.course("MC-DUE", title="Due", audience=["managers"])
    page = body(client.get(CATALOGUE, {"per": "managers"}))
    assert "Due" in page and "Uno" not in page
    assert body(client.get(CATALOGUE, {"per": "<script>"})).count("course-card") == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 5])
def test_catalogue_queries_are_constant(client, django_assert_num_queries, number):
    for position in range(number):
        cohorts.cohort(
            f"MC-PROVA{position}-1", course=curriculum.course(f"MC-PROVA{position}", modules=1)
        )
    client.get(CATALOGUE)
    with django_assert_num_queries(10):
        client.get(CATALOGUE)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "editions"), [(1, 1), (5, 3)])
def test_course_queries_are_constant(client, django_assert_num_queries, size, editions):
    course = curriculum.course(modules=size, lessons=size)
    for number in range(editions):
        cohorts.cohort(f"MC-PROVA-{number}", course=course)
        curriculum.teach(course, people.instructor())
    client.get(COURSE)
    with django_assert_num_queries(14):
        client.get(COURSE)
    with django_assert_num_queries(12):
        client.get(LESSON)


@pytest.mark.slow
def test_course_page_shows_its_programme_people_and_editions(client):
    course = curriculum.course(hours_project=16, eqf_level=6)
    cohort = cohorts.cohort(course=course)
    curriculum.teach(course, people.instructor(first_name="Marta", last_name="Ferri"))
    page = body(client.get(COURSE))
    for text in ("Riconosce chi va invitato.", "Lezione 2.2", "Marta Ferri", "EQF"):
        assert text in page
    assert page.count('<details class="module"') == 2
    assert f"/it/edizioni/{cohort.code}/candidatura/" in page


def test_course_page_hides_drafts_and_cancelled_editions(client):
    course = curriculum.course()
    cohorts.draft_cohort("MC-BOZZA-1", course=course)
    cancelled = cohorts.cohort("MC-ANNULLATA-1", course=course)
    cancelled.cancelled_at = timezone.now()
    cancelled.save()
    page = body(client.get(COURSE))
    assert "MC-BOZZA-1" not in page and "MC-ANNULLATA-1" not in page


def test_full_edition_offers_no_application(client):
    cohort = cohorts.cohort(seats=1)
    cohorts.learner(cohort)
    page = body(client.get(COURSE))
    assert f"/it/edizioni/{cohort.code}/candidatura/" not in page


@pytest.mark.slow
def test_course_data_for_machines_cannot_break_out(client):
    course = curriculum.course(title="Corso </script><b>", hours_project=16, eqf_level=6)
    cohort = cohorts.cohort(course=course)
    page = body(client.get(COURSE))
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
    assert "<" not in block
    data = json.loads(block)
    assert (data["@type"], data["name"], data["courseCode"]) == (
        "Course",
        "Corso </script><b>",
        "MC-PROVA",
    )
    assert data["hasCourseInstance"][0]["startDate"] == cohort.starts_on.isoformat()


def test_english_course_lists_the_editions_of_the_italian_page(client):
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    curriculum.in_english(first, "Lesson 1.1")
    cohort = cohorts.cohort(course=course)
    assert cohort.code in body(client.get("/en/master-civici/mc-prova/"))


def test_alias_says_that_it_is_italian(client):
    course = curriculum.course()
    english = curriculum.catalogue("en").locale
    course.copy_for_translation(english, alias=True)
    page = body(client.get("/en/master-civici/mc-prova/"))
    assert "has not been translated yet" in page
    assert '<div lang="it">' in page


def test_lesson_address_gives_the_public_no_text(client):
    cohorts.cohort()
    page = body(client.get(LESSON))
    assert "Lezione 1.1" in page
    assert "Il testo di" not in page
    assert "Il testo di" not in body(signed_in(client, people.person()).get(LESSON))


@pytest.mark.parametrize("role", [people.instructor, people.administrator, people.committee])
def test_lesson_address_gives_staff_the_text(client, role):
    curriculum.course()
    assert "Il testo di Lezione 1.1." in body(signed_in(client, role()).get(LESSON))


def test_lesson_without_english_text_shows_staff_the_italian(client):
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    english = curriculum.in_english(first, "Lesson 1.1")
    english.body = []
    curriculum.publish(english)
    page = body(
        signed_in(client, people.instructor()).get(
            "/en/master-civici/mc-prova/modulo-1/lezione-1-1/"
        )
    )
    assert '<div class="lesson-body" lang="it">' in page
    assert "Il testo di Lezione 1.1." in page


def test_unpublished_and_unknown_pages_are_not_found(client):
    course = curriculum.course()
    assert client.get(f"{COURSE}modulo-9/").status_code == 404
    assert client.get(f"{MODULE}lezione-1-1/altro/").status_code == 404
    course.get_children().first().get_children().first().specific.unpublish()
    assert client.get(LESSON).status_code == 404


def test_module_page_lists_its_lessons(client):
    curriculum.course()
    page = body(client.get(MODULE))
    assert page.index("Lezione 1.1") < page.index("Lezione 1.2")
    assert "Lezione 2.1" not in page


def test_public_pages_open_no_transaction(client):
    cohorts.cohort()
    for path in (CATALOGUE, COURSE, MODULE, LESSON):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert {query["sql"].split()[0] for query in queries.captured_queries} == {"SELECT"}


def test_the_audience_is_ticked_and_kept_as_keys():
    field = Course.get_edit_handler().get_form_class().base_fields["audience"]
    assert field.widget.render("audience", ["students"]).count("checked") == 1
    assert field.clean(["students", "managers"]) == ["students", "managers"]
    assert field.clean([]) == []
    with pytest.raises(ValidationError):
        field.clean(["nobody"])
    with pytest.raises(ValidationError, match="nobody"):
        curriculum.course(audience=["nobody"])
