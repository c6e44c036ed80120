"""An author's draft in the learners' frame: who sees it, in which cohort and language, nothing recorded."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from curriculum.models import Course, Lesson, Module
from lms.cohorts.models import SyllabusLesson
from lms.progress.models import LessonProgress
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return cohorts.cohort()


@pytest.fixture
def author(client, cohort):
    user = people.instructor()
    curriculum.teach(cohort.course, user)
    client.force_login(user)
    return user


@pytest.fixture
def lesson(cohort):
    page = Lesson.objects.descendant_of(cohort.course).first()
    page.body = [("text", "<p>PAROLE-IN-BOZZA</p>")]
    page.title = "Titolo in bozza"
    page.save_revision()
    return page


def frame(cohort, lesson, language="it", code=None):
    address = reverse("desk:preview_frame", args=[cohort.course_id, lesson.pk])
    return f"{address}?edizione={code or cohort.code}&lingua={language}"


def test_draft_is_shown_as_learners_would_read_it(client, author, cohort, lesson):
    response = client.get(frame(cohort, lesson))
    html = response.content.decode()
    assert response.status_code == 200
    assert "PAROLE-IN-BOZZA" in html
    assert "Titolo in bozza" in html
    assert 'class="lesson-bar"' in html
    assert "data-lesson-position" not in html  # no note of a visit
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "private" in response["Cache-Control"]
    assert LessonProgress.objects.count() == 0


def test_screen_offers_lesson_cohort_language_and_width(client, author, cohort, lesson):
    address = reverse("desk:preview", args=[cohort.course_id])
    html = client.get(
        address, {"lezione": lesson.pk, "lingua": "en", "larghezza": "scrivania"}
    ).content.decode()
    assert 'data-width="scrivania"' in html
    assert f"edizione={cohort.code}&amp;lingua=en" in html


@pytest.mark.parametrize("query", ["?lezione=x", "?lezione=1", "?lingua=xx", "?edizione=MC-NIENTE", "?larghezza=9"])  # fmt: skip
def test_odd_choices_show_the_first_of_each(client, author, cohort, query):
    html = client.get(reverse("desk:preview", args=[cohort.course_id]) + query).content.decode()
    assert f"edizione={cohort.code}&amp;lingua=it" in html


@pytest.mark.slow
def test_english_shows_the_translations_draft_or_the_italian_with_a_notice(client, author, cohort, lesson):  # fmt: skip
    html = client.get(frame(cohort, lesson, "en")).content.decode()
    assert '<html lang="en"' in html
    assert "You are reading it in Italian" in html
    assert 'lang="it"' in html
    english = curriculum.in_english(lesson, "Draft title")
    english.body = [("text", "<p>DRAFT-WORDS</p>")]
    english.save_revision()
    html = client.get(frame(cohort, lesson, "en")).content.decode()
    assert "DRAFT-WORDS" in html
    assert "PAROLE-IN-BOZZA" not in html


def test_lesson_that_the_cohort_did_not_open_with_stands_where_it_would_come_in(client, author, cohort):  # fmt: skip
    course = Course.objects.get(pk=cohort.course_id)
    module = course.get_children().first().specific
    new = curriculum.lesson(module, "Appena scritta", body=[("text", "<p>NUOVISSIMA</p>")])
    html = client.get(frame(cohort, new)).content.decode()
    assert "NUOVISSIMA" in html
    assert "1.3" in html
    assert 'rel="prev"' in html and 'rel="next"' in html
    another = Module(title="Un modulo in più", slug="in-piu", hours=1, live=False)
    course.add_child(instance=another)
    html = client.get(frame(cohort, curriculum.lesson(another, "Sola"))).content.decode()
    assert "3.1" in html
    assert "Un modulo in più" in html
    assert SyllabusLesson.objects.filter(cohort=cohort).count() == 4


def test_frame_is_unknown_to_everybody_else(client, cohort, lesson):
    address = frame(cohort, lesson)
    assert "PAROLE-IN-BOZZA" not in client.get(address, follow=True).content.decode()
    learner = cohorts.learner(cohort).user
    for user, status in ((learner, 403), (people.instructor(), 404), (people.manager(), 404)):
        client.force_login(user)
        response = client.get(address, follow=True)
        assert (response.status_code, b"PAROLE-IN-BOZZA" in response.content) == (status, False)


@pytest.mark.slow
def test_cohort_of_another_course_or_in_preparation_is_unknown(client, author, cohort, lesson):
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    hidden = cohorts.draft_cohort("MC-PROVA-2026-9", course=cohort.course)
    for code in (other.code, hidden.code, "MC-NIENTE-2026-1"):
        assert client.get(frame(cohort, lesson, code=code)).status_code == 404
    assert client.get(frame(cohort, lesson, "xx")).status_code == 404
    client.force_login(people.administrator())
    assert client.get(frame(cohort, lesson, code=hidden.code)).status_code == 200


@pytest.mark.slow
def test_editor_offers_the_cohorts_in_its_own_preview(client, author, cohort, lesson):
    html = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert f'value="edizione:{cohort.code}:en"' in html
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson.pk])
    typed = querydict_from_html(html, form_id="page-edit-form").dict() | {"body-count": "0"}
    assert client.post(address, typed | {"title": "Appena battuto"}).json()["is_valid"]
    shown = client.get(address, {"mode": f"edizione:{cohort.code}:it"}).content.decode()
    assert "Appena battuto" in shown
    assert 'class="lesson-bar"' in shown
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    assert client.get(address, {"mode": f"edizione:{other.code}:it"}).status_code == 404
    client.logout()
    assert b"Appena battuto" not in client.get(address, follow=True).content
