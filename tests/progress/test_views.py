import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.cohorts import services as cohort_services
from lms.cohorts.choices import StaffFunction
from lms.progress.models import LessonProgress
from lms.progress.services import complete_lesson, visit_lesson
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return cohorts.cohort()


def address(cohort, place=0, name="lesson"):
    row = cohort.lessons.order_by("module__position", "position")[place]
    return reverse(f"progress:{name}", args=[cohort.code, row.lesson_id, "lezione"])


def signed_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def body(response):
    return response.content.decode()


def stranger(cohort):
    return people.person()


def of_another_cohort(cohort):
    return cohorts.learner(cohorts.cohort("MC-PROVA-2026-9", course=cohort.course)).user


def withdrawn(cohort):
    enrolment = cohorts.learner(cohort)
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    return enrolment.user


def former_teacher(cohort):
    return cohorts.teacher(cohort, until=timezone.localdate() - timedelta(days=1))


def learner(cohort):
    return cohorts.learner(cohort).user


def inspector(cohort):
    return cohorts.teacher(cohort, function=StaffFunction.INSPECTOR)


def administrator(cohort):
    return people.administrator()


@pytest.mark.parametrize("who", [stranger, of_another_cohort, withdrawn, former_teacher])
@pytest.mark.parametrize("name", ["lesson", "syllabus"])
def test_who_is_not_inside_gets_the_answer_of_nothing(client, cohort, who, name):
    signed_in(client, who(cohort))
    path = address(cohort) if name == "lesson" else reverse("progress:syllabus", args=[cohort.code])
    assert client.get(path).status_code == 404
    assert client.get(path.replace(cohort.code, "MC-INVENTATA")).status_code == 404


@pytest.mark.parametrize("who", [learner, cohorts.teacher, inspector, administrator])
def test_who_is_inside_reads(client, cohort, who):
    response = signed_in(client, who(cohort)).get(address(cohort))
    assert "Il testo di Lezione 1.1." in body(response)
    assert response["Cache-Control"].count("no-store") == 1
    assert "private" in response["Cache-Control"]


def test_anonymous_goes_to_login(client, cohort):
    response = client.get(address(cohort))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("who", [stranger, of_another_cohort, withdrawn, cohorts.teacher])
@pytest.mark.parametrize("name", ["complete", "reopen", "visit"])
def test_only_the_enrolled_write(client, cohort, who, name):
    response = signed_in(client, who(cohort)).post(address(cohort, name=name))
    assert response.status_code == 404
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("name", ["complete", "reopen", "visit"])
def test_get_writes_nothing(client, cohort, name):
    assert signed_in(client, learner(cohort)).get(address(cohort, name=name)).status_code == 405


def test_done_leads_to_the_next_lesson(client, cohort):
    enrolment = cohorts.learner(cohort)
    signed_in(client, enrolment.user)
    response = client.post(address(cohort, name="complete"), follow=True)
    assert "Il testo di Lezione 1.2." in body(response)
    assert enrolment.lesson_progress.done().count() == 1
    client.post(address(cohort, name="complete"))
    assert enrolment.lesson_progress.count() == 1


def test_done_with_the_last_lesson_leads_to_the_syllabus(client, cohort):
    enrolment = cohorts.learner(cohort)
    for row in cohort.lessons.all():
        complete_lesson(enrolment=enrolment, lesson=row)
    response = signed_in(client, enrolment.user).post(address(cohort, 3, "complete"))
    assert response["Location"] == reverse("progress:syllabus", args=[cohort.code])


def test_visit_notes_the_position(client, cohort):
    enrolment = cohorts.learner(cohort)
    signed_in(client, enrolment.user)
    assert client.post(address(cohort, name="visit"), {"position": "640"}).status_code == 204
    assert enrolment.lesson_progress.get().position == 640
    assert client.post(address(cohort, name="visit"), {"position": "1001"}).status_code == 400
    assert client.post(address(cohort, name="visit"), {"position": "x"}).status_code == 400
    assert 'data-lesson-position="640"' in body(client.get(address(cohort)))


def test_lesson_keeps_the_pinned_text_after_a_live_edit(client, cohort):
    lesson = cohort.lessons.order_by("module__position", "position").first().lesson
    lesson.title = "Titolo nuovo"
    lesson.slug = "slug-nuovo"
    lesson.body = [("text", "<p>Testo nuovo.</p>")]
    curriculum.publish(lesson)
    lesson.unpublish()
    page = body(signed_in(client, learner(cohort)).get(address(cohort)))
    assert "Il testo di Lezione 1.1." in page
    assert "nuovo" not in page


def test_links_between_lessons_lead_to_the_pinned_versions(client):
    course = curriculum.course()
    first, second = (
        page.specific for page in course.get_children().first().get_children().order_by("path")
    )
    first.body = [("text", f'<p>Vedi <a linktype="page" id="{second.pk}">dopo</a>.</p>')]
    curriculum.publish(first)
    cohort = cohorts.cohort(course=course)
    second.unpublish()
    page = body(signed_in(client, learner(cohort)).get(address(cohort)))
    assert f'<a href="/it/edizioni/{cohort.code}/lezioni/{second.pk}-lezione-12/">dopo</a>' in page


def test_lesson_of_another_course_is_not_in_this_cohort(client, cohort):
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    path = address(other).replace(other.code, cohort.code)
    assert signed_in(client, learner(cohort)).get(path).status_code == 404


def test_english_reader_gets_the_italian_text_with_a_notice(client, cohort):
    page = body(signed_in(client, learner(cohort)).get(address(cohort).replace("/it/", "/en/")))
    assert '<div class="lesson-body" lang="it">' in page
    assert "has not been translated yet" in page


def test_english_title_with_an_empty_text_falls_back_to_italian(client):
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    english = curriculum.in_english(first, "Lesson 1.1")
    english.body = []
    curriculum.publish(english)
    cohort = cohorts.cohort(course=course)
    page = body(signed_in(client, learner(cohort)).get(address(cohort).replace("/it/", "/en/")))
    assert re.search(r"<h1>\s*Lesson 1.1\s*</h1>", page)
    assert '<div class="lesson-body" lang="it">' in page
    assert "Il testo di Lezione 1.1." in page


def test_english_text_is_read_without_a_notice(client):
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    english = curriculum.in_english(first, "Lesson 1.1")
    english.body = [("text", "<p>The text.</p>")]
    curriculum.publish(english)
    cohort = cohorts.cohort(course=course)
    page = body(signed_in(client, learner(cohort)).get(address(cohort).replace("/it/", "/en/")))
    assert "The text." in page
    assert "has not been translated yet" not in page


@pytest.mark.slow
def test_a_lesson_done_in_english_is_done_in_italian_in_one_row(client):
    course = curriculum.course(modules=1, lessons=1)
    first = course.get_children().first().get_children().first().specific
    curriculum.in_english(first, "Lesson 1.1")
    cohort = cohorts.cohort(course=course)
    signed_in(client, learner(cohort))
    italian, complete, reopen = (
        address(cohort, name=name) for name in ("lesson", "complete", "reopen")
    )
    assert "Lesson 1.1" in body(client.get(italian.replace("/it/", "/en/")))
    client.post(complete.replace("/it/", "/en/"))
    page = body(client.get(italian))
    assert re.search(r"<h1>\s*Lezione 1.1\s*</h1>", page)
    assert reopen in page
    [row] = LessonProgress.objects.all()
    assert (row.lesson, row.completed_at is not None) == (cohort.lessons.get(), True)


def test_staff_read_without_progress(client, cohort):
    page = body(signed_in(client, cohorts.teacher(cohort)).get(address(cohort)))
    assert "data-lesson-position" not in page
    assert address(cohort, name="complete") not in page


def test_done_lesson_offers_to_go_on_or_to_take_it_up_again(client, cohort):
    enrolment = cohorts.learner(cohort)
    complete_lesson(enrolment=enrolment, lesson=cohort.lessons.first())
    signed_in(client, enrolment.user)
    page = body(client.get(address(cohort)))
    assert address(cohort, name="reopen") in page
    assert address(cohort, name="complete") not in page
    client.post(address(cohort, name="reopen"))
    assert address(cohort, name="complete") in body(client.get(address(cohort)))


@pytest.mark.slow
@pytest.mark.parametrize("lessons", [3, 20])
def test_lesson_queries_are_constant(client, django_assert_num_queries, lessons):
    cohort = cohorts.cohort(course=curriculum.course(modules=3, lessons=lessons))
    enrolment = cohorts.learner(cohort)
    for row in cohort.lessons.all()[:lessons]:
        visit_lesson(enrolment=enrolment, lesson=row)
    signed_in(client, enrolment.user).get(address(cohort))
    with django_assert_num_queries(13):
        client.get(address(cohort))
    with django_assert_num_queries(11):
        client.get(reverse("progress:syllabus", args=[cohort.code]))


def test_reading_opens_no_transaction(client, cohort):
    enrolment = cohorts.learner(cohort)
    signed_in(client, enrolment.user)
    for path in (address(cohort), reverse("progress:syllabus", args=[cohort.code])):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        for query in queries.captured_queries:
            assert query["sql"].startswith("SELECT"), query["sql"]
    assert not LessonProgress.objects.exists()


def test_own_address_of_a_lesson_leads_the_enrolled_to_their_cohort(client, cohort):
    row = cohort.lessons.order_by("module__position", "position").first()
    path = "/it/master-civici/mc-prova/modulo-1/lezione-1-1/"
    assert client.get(path).status_code == 200
    response = signed_in(client, learner(cohort)).get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/it/edizioni/{cohort.code}/lezioni/{row.lesson_id}-lezione-11/"
    assert "no-store" in response["Cache-Control"]


def test_own_address_of_a_lesson_leads_to_the_running_cohort_before_a_coming_one(client, cohort):
    today = timezone.localdate()
    days = {"starts_on": today + timedelta(days=40), "ends_on": today + timedelta(days=90)}
    coming = cohorts.cohort("MC-PROVA-2026-9", course=cohort.course, **days)
    path = "/it/master-civici/mc-prova/modulo-1/lezione-1-1/"
    both, one = cohorts.learner(cohort).user, cohorts.learner(coming).user
    cohorts.learner(coming, both)
    assert f"/{cohort.code}/" in signed_in(client, both).get(path)["Location"]
    assert f"/{coming.code}/" in signed_in(client, one).get(path)["Location"]


@pytest.mark.parametrize("who", [stranger, withdrawn])
def test_own_address_of_a_lesson_leads_nobody_else(client, cohort, who):
    path = "/it/master-civici/mc-prova/modulo-1/lezione-1-1/"
    response = signed_in(client, who(cohort)).get(path)
    assert response.status_code == 200
    assert "Il testo di Lezione 1.1." not in body(response)


def test_syllabus_marks_what_is_done_and_where_to_go_on(client, cohort):
    enrolment = cohorts.learner(cohort)
    rows = list(cohort.lessons.order_by("module__position", "position"))
    complete_lesson(enrolment=enrolment, lesson=rows[0])
    visit_lesson(enrolment=enrolment, lesson=rows[2])
    page = body(
        signed_in(client, enrolment.user).get(reverse("progress:syllabus", args=[cohort.code]))
    )
    assert page.count("is-done") == 1
    assert "Lezione 2.1" in page.partition("panel-next")[2].partition("</section>")[0]
