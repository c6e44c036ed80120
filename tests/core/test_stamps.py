"""The rows that the factories lay down again are those that publishing and opening made."""

import pytest
from django.db import connection, transaction

from curriculum.models import Course, Lesson
from tests.factories import cohorts, curriculum, stamps

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only there rows are laid down"),
]


@pytest.fixture(autouse=True)
def _no_stamps_yet(monkeypatch):
    monkeypatch.setattr(stamps, "_stamps", {})


def rows_after(factory) -> dict:
    with transaction.atomic():
        factory()
        rows = stamps._rows(stamps._migrated)
        transaction.set_rollback(True)
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("factory", [curriculum.course, cohorts.cohort])
def test_rows_laid_down_are_those_of_the_first_call(factory):
    first = rows_after(factory)
    assert len(first["curriculum_lesson"]) == 4
    assert any(key[0] is factory.__wrapped__ for key in stamps._stamps)
    assert rows_after(factory) == first


@pytest.mark.slow
def test_a_course_laid_down_is_in_the_index_and_the_tree():
    with transaction.atomic():
        curriculum.course()
        transaction.set_rollback(True)
    course = curriculum.course()
    assert [lesson.title for lesson in Lesson.objects.search("Lezione 2.2")][:1] == ["Lezione 2.2"]
    assert Course.objects.live().child_of(curriculum.catalogue()).get() == course
    assert Course.find_problems() == ([], [], [], [], [])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        assert cursor.fetchall() == []


@pytest.mark.slow
def test_stamps_lie_on_each_other():
    def two():
        curriculum.course("MC-UNO", audience=["students"], modules=1)
        return curriculum.course("MC-DUE", modules=1)

    first = rows_after(two)
    made = len(stamps._stamps)
    assert rows_after(two) == first
    assert len(stamps._stamps) == made


@pytest.mark.slow
def test_a_row_changed_meanwhile_is_not_put_back():
    for _time in range(2):
        with transaction.atomic():
            page = curriculum.catalogue()
            page.title = "Un altro titolo"
            page.save()
            curriculum.course("MC-UNO")
            page.refresh_from_db()
            assert page.title == "Un altro titolo"
            transaction.set_rollback(True)
        # As recorded, without the change.
        with transaction.atomic():
            curriculum.catalogue()
            curriculum.course("MC-UNO")
            transaction.set_rollback(True)


@pytest.mark.slow
def test_no_rows_are_laid_over_others():
    with transaction.atomic():
        curriculum.course()
        transaction.set_rollback(True)
    other = curriculum.course("MC-ALTRO", lessons=1)
    assert curriculum.course().pk not in (None, other.pk)
    assert Course.objects.count() == 2
