import pytest
from django.db.models import ProtectedError
from wagtail.models import Locale

from lms.cohorts import services
from lms.cohorts.models import PinnedLesson
from lms.cohorts.outline import cohort_syllabus
from lms.core.errors import DomainError
from tests.factories import cohorts, curriculum

pytestmark = pytest.mark.django_db


def test_open_cohort_copies_the_syllabus():
    cohort = cohorts.cohort()
    syllabus = cohort_syllabus(cohort, "it")
    assert [(m.title, [x.title for x in m.lessons]) for m in syllabus.modules] == [
        ("Modulo 1", ["Lezione 1.1", "Lezione 1.2"]),
        ("Modulo 2", ["Lezione 2.1", "Lezione 2.2"]),
    ]
    assert [m.minutes for m in syllabus.modules] == [240, 240]
    assert cohort.titles == {"it": "Corso di prova"}
    assert len(cohort.syllabus_hash) == 64


def test_open_cohort_twice_changes_nothing():
    cohort = cohorts.cohort()
    opened_at = cohort.opened_at
    again = services.open_cohort(cohort=cohort, by=None)
    assert again.opened_at == opened_at
    assert again.lessons.count() == 4


def test_open_cohort_keeps_the_version_it_began_with():
    cohort = cohorts.cohort()
    lesson = cohort.lessons.first().lesson
    lesson.title = "Titolo nuovo"
    curriculum.publish(lesson)
    assert cohort_syllabus(cohort, "it").lessons[0].title == "Lezione 1.1"


@pytest.mark.slow
def test_open_cohort_pins_each_published_language():
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    curriculum.in_english(first, "Lesson 1.1")
    cohort = cohorts.cohort(course=course)
    entries = cohort_syllabus(cohort, "en").lessons
    assert [(e.title, e.language) for e in entries[:2]] == [
        ("Lesson 1.1", "en"),
        ("Lezione 1.2", "it"),
    ]


@pytest.mark.slow
def test_pin_language_adds_and_never_swaps():
    cohort = cohorts.cohort()
    lesson = cohort.lessons.first().lesson
    english = curriculum.in_english(lesson, "Lesson 1.1")
    locale = Locale.objects.get(language_code="en")
    assert services.pin_language(cohort=cohort, locale=locale, by=None) == 1
    english.title = "A newer title"
    curriculum.publish(english)
    assert services.pin_language(cohort=cohort, locale=locale, by=None) == 0
    assert PinnedLesson.objects.get(locale=locale).title == "Lesson 1.1"


def test_open_cohort_without_lessons_is_refused():
    cohort = cohorts.draft_cohort(course=curriculum.course(modules=0))
    with pytest.raises(DomainError) as refusal:
        services.open_cohort(cohort=cohort, by=None)
    assert refusal.value.code == "no_lessons"
    cohort.refresh_from_db()
    assert cohort.opened_at is None


def test_open_cohort_with_a_lesson_without_version_is_refused():
    course = curriculum.course()
    lesson = course.get_children().first().get_children().first().specific
    lesson.live_revision = None
    lesson.save()
    with pytest.raises(DomainError) as refusal:
        services.open_cohort(cohort=cohorts.draft_cohort(course=course), by=None)
    assert refusal.value.code == "lesson_without_version"


def test_a_pinned_lesson_cannot_be_deleted():
    cohort = cohorts.cohort()
    from django.db import transaction

    with pytest.raises(ProtectedError), transaction.atomic():
        cohort.lessons.first().lesson.delete()


@pytest.mark.slow
@pytest.mark.parametrize(("modules", "lessons"), [(1, 1), (3, 3)])
def test_syllabus_queries_are_constant(django_assert_num_queries, modules, lessons):
    cohort = cohorts.cohort(course=curriculum.course(modules=modules, lessons=lessons))
    with django_assert_num_queries(3):
        assert len(cohort_syllabus(cohort).lessons) == modules * lessons
