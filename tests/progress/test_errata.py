"""What learners see when a lesson is corrected, and what they keep."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services
from lms.progress.models import LessonProgress
from lms.progress.services import complete_lesson, visit_lesson
from tests.cohorts.test_versions import choice, pin_of, rewritten
from tests.factories import cohorts, curriculum

pytestmark = pytest.mark.django_db
REASON = "L’articolo è il 55, non il 54."


@pytest.fixture
def cohort():
    return cohorts.cohort()


def correct(cohort, number=0, reason=REASON, language="it", **options):
    pin = pin_of(cohort, number, language)
    rewritten(pin.lesson, "Il testo corretto.")
    return services.bring_in(cohort=cohort, choices=[choice(pin, reason)], by=None, **options)


def lesson(client, cohort, number=0, language="it"):
    row = cohorts.lessons_of(cohort)[number]
    with translation.override(language):
        url = reverse("progress:lesson", args=[cohort.code, row.lesson_id, "lezione"])
    return client.get(url).text


def syllabus(client, cohort):
    return client.get(reverse("progress:syllabus", args=[cohort.code])).text


def test_links_progress_and_the_place_survive(client, cohort):
    enrolment = cohorts.learner(cohort)
    rows = cohorts.lessons_of(cohort)
    complete_lesson(enrolment=enrolment, lesson=rows[0])
    visit_lesson(enrolment=enrolment, lesson=rows[1], position=400)
    before = list(LessonProgress.objects.order_by("pk").values())
    client.force_login(enrolment.user)
    old = lesson(client, cohort)
    correct(cohort)
    correct(cohort, 1, reason="")
    assert list(LessonProgress.objects.order_by("pk").values()) == before
    page = lesson(client, cohort)
    assert "Il testo di Lezione 1.1" in old
    assert "Il testo corretto." in page
    assert "Il testo di Lezione 1.1" not in page
    assert 'data-lesson-position="400"' in lesson(client, cohort, 1)


def test_an_erratum_is_told_on_its_lesson_only(client, cohort):
    correct(cohort)
    client.force_login(cohorts.learner(cohort).user)
    page = lesson(client, cohort)
    assert "Errata corrige, " in page
    assert REASON in page
    assert "Errata corrige, " not in lesson(client, cohort, 1)


def test_without_an_erratum_only_the_version_at_the_foot_tells(client, cohort):
    client.force_login(cohorts.learner(cohort).user)
    assert "Programma, versione 1 del" in lesson(client, cohort)
    version = correct(cohort, reason="")
    page = lesson(client, cohort)
    assert "Errata corrige" not in page
    assert "Programma, versione 2 del" in page
    assert f"sha256 {version.sha256[:12]}…" in page
    assert version.sha256 in syllabus(client, cohort)


def test_corrected_lessons_are_marked_until_they_are_read_again(client, cohort):
    enrolment = cohorts.learner(cohort)
    rows = cohorts.lessons_of(cohort)
    hour = timezone.now() - timedelta(hours=1)
    complete_lesson(enrolment=enrolment, lesson=rows[0], at=hour)
    correct(cohort, 0)
    correct(cohort, 1)  # never opened: it is read as it is now
    client.force_login(enrolment.user)
    home = reverse("dashboard:home")
    assert syllabus(client, cohort).count("Errata corrige") == 1
    assert lesson(client, cohort, 3).count("Errata corrige") == 1  # in the outline
    page = client.get(home).text
    assert "Corretto dopo la tua lettura" in page
    assert page.count(REASON) == 1
    visit_lesson(enrolment=enrolment, lesson=rows[0])
    assert "Errata corrige" not in syllabus(client, cohort)
    assert "Corretto dopo la tua lettura" not in client.get(home).text
    # The notice on the lesson itself stays.
    assert "Errata corrige, " in lesson(client, cohort)


def test_what_another_learner_read_marks_nothing(client, cohort):
    first, second = cohorts.learner(cohort), cohorts.learner(cohort)
    row = cohorts.lessons_of(cohort)[0]
    visit_lesson(enrolment=first, lesson=row, at=timezone.now() - timedelta(hours=1))
    correct(cohort)
    client.force_login(second.user)
    assert "Errata corrige" not in syllabus(client, cohort)


def test_the_reason_is_escaped(client, cohort):
    enrolment = cohorts.learner(cohort)
    row = cohorts.lessons_of(cohort)[0]
    visit_lesson(enrolment=enrolment, lesson=row, at=timezone.now() - timedelta(hours=1))
    correct(cohort, reason="<script>alert(1)</script>")
    client.force_login(enrolment.user)
    pages = lesson(client, cohort) + client.get(reverse("dashboard:home")).text
    assert "<script>alert(1)" not in pages
    assert pages.count("&lt;script&gt;alert(1)") == 2


def test_english_readers_of_the_italian_text_see_its_erratum_framed_in_english(client, cohort):
    correct(cohort)
    client.force_login(cohorts.learner(cohort).user)
    page = lesson(client, cohort, language="en")
    assert "Erratum, " in page
    assert f'<p lang="it">{REASON}</p>' in page
    assert "This lesson has not been translated yet" in page


@pytest.mark.slow
def test_an_erratum_of_the_italian_is_not_told_to_readers_of_the_english(client):
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    curriculum.in_english(first, "Lesson 1.1")
    cohort = cohorts.cohort(course=course)
    correct(cohort)
    client.force_login(cohorts.learner(cohort).user)
    assert "Erratum, " not in lesson(client, cohort, language="en")
    correct(cohort, reason="A wrong date.", language="en")
    assert "A wrong date." in lesson(client, cohort, language="en")
    assert "A wrong date." not in lesson(client, cohort)
