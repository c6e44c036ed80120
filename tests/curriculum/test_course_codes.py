"""A code belongs to one course, in all its languages; also when two people take it at the same moment."""

import importlib
import threading

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from curriculum.models import Course, CourseCode
from curriculum.models.course import CODE_TAKEN
from tests.factories import curriculum
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_course_and_its_translation_bear_one_code():
    course = curriculum.course("MC-PROVA")
    curriculum.in_english(course, "A trial")
    assert list(CourseCode.objects.values_list("code", "translation_key")) == [
        ("MC-PROVA", course.translation_key)
    ]


def test_a_second_course_of_the_same_code_is_refused():
    curriculum.course("MC-PROVA")
    with pytest.raises(ValidationError) as refusal:
        curriculum.catalogue().add_child(
            instance=Course(title="B", slug="b", code="MC-PROVA", subject="crm")
        )
    assert set(refusal.value.message_dict) == {"code"}
    assert Course.objects.count() == 1


def test_a_code_does_not_change():
    course = curriculum.course("MC-PROVA")
    course.code = "MC-ALTRO"
    with pytest.raises(ValidationError) as refusal:
        course.full_clean()
    assert "MC-PROVA" in refusal.value.message_dict["code"][0]


def test_the_code_of_a_course_that_is_gone_is_free():
    course = curriculum.course("MC-PROVA")
    Page.objects.get(pk=course.pk).delete()
    other = curriculum.catalogue().add_child(
        instance=Course(title="B", slug="b", code="MC-PROVA", subject="crm")
    )
    assert CourseCode.objects.get().translation_key == other.translation_key


def send_course(client):
    """The form of a new course MC-PROVA, filled in and sent."""
    client.force_login(superuser())
    return client.post(
        f"/admin/pages/add/curriculum/course/{curriculum.catalogue().pk}/",
        nested_form_data(
            {
                "title": "B",
                "slug": "b",
                "code": "MC-PROVA",
                "subject": "crm",
                "introduction": streamfield([]),
                "outcomes": streamfield([]),
                "faq": streamfield([]),
                "instructor_rows": inline_formset([]),
                "comments": inline_formset([]),
                "hours_class": 1,
                "hours_project": 1,
                "hours_total": 2,
                "attendance_threshold": 75,
            }
        ),
    )


def test_the_form_makes_a_course(client):
    reply = send_course(client)
    assert reply.url == f"/admin/pages/{Course.objects.get(code='MC-PROVA').pk}/edit/"


def test_the_form_refuses_a_taken_code_in_a_sentence(client):
    curriculum.course("MC-PROVA")
    reply = send_course(client)
    assert reply.context["form"].errors["code"] == [CODE_TAKEN]
    assert Course.objects.count() == 1


@pytest.mark.slow
def test_the_form_refuses_a_code_that_is_taken_while_it_is_saved(client):
    looks = []

    def take(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if sql.startswith('SELECT %s AS "a" FROM "curriculum_coursecode"'):
            looks.append(sql)
            # The form's own look, which found the code free.
            if len(looks) == 1:
                curriculum.course("MC-PROVA", title="Prima")
        return found

    curriculum.catalogue()
    with connection.execute_wrapper(take):
        reply = send_course(client)
    assert (reply.status_code, reply.context["form"].errors["code"]) == (200, [CODE_TAKEN])
    assert [course.title for course in Course.objects.all()] == ["Prima"]
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.slow
def test_old_courses_get_their_codes_and_doubles_stop_the_migration():
    migration = importlib.import_module("curriculum.migrations.0010_course_codes")
    first = curriculum.course("MC-PROVA")
    CourseCode.objects.all().delete()
    migration.codes_of_old(apps, None)
    assert CourseCode.objects.get().translation_key == first.translation_key

    second = curriculum.course("MC-ALTRO")
    Course.objects.filter(pk=second.pk).update(code="MC-PROVA")
    CourseCode.objects.all().delete()
    with pytest.raises(ValueError, match="The code MC-PROVA belongs to more than one course"):
        migration.codes_of_old(apps, None)
    assert not CourseCode.objects.exists()

    Course.objects.filter(pk=second.pk).update(code="MC-B")
    english = curriculum.in_english(second, "B")
    Course.objects.filter(pk=english.pk).update(code="MC-C")
    CourseCode.objects.all().delete()
    with pytest.raises(ValueError, match="several codes in its languages: MC-B, MC-C"):
        migration.codes_of_old(apps, None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_code_at_once_are_told_apart():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets nobody write at the same moment")
    keys = [curriculum.course(code).translation_key for code in ("MC-UNO", "MC-DUE")]
    start, outcomes = threading.Barrier(2), []

    def claim(key):
        start.wait()
        try:
            CourseCode.claim(code="MC-CORSA", key=key)
            outcomes.append("taken")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "taken"]
    assert CourseCode.objects.filter(code="MC-CORSA").count() == 1
