"""By what a lesson becomes done: the learner's button, reading, answering, writing, the instructor; as the lesson says."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from curriculum.choices import Completion
from lms.cohorts.choices import StaffFunction
from lms.cohorts.services import Choice, bring_in
from lms.core.errors import DomainError
from lms.progress.models import CheckAnswer
from lms.progress.services import (
    Beacon,
    answer_check,
    complete_lesson,
    mark_done,
    reopen_lesson,
    see_lesson,
)
from tests.factories import blocks, cohorts, curriculum, people
from tests.factories.cohorts import lessons_of
from tests.progress.test_release import address, refusal, signed_in

pytestmark = pytest.mark.django_db

TEXT = """
Prima parte del testo.

:::reflection title="Una"
Chi manca?
:::

:::reflection title="Due"
Che cosa perde?
:::

:::check
Chi decide?
::item answer="Tutti" right=yes
Sì.
::item answer="Nessuno"
No.
:::

:::check
Chi paga?
::item answer="Tutti" right=yes
Sì.
::item answer="Nessuno"
No.
:::
"""


def enrolment_with(completion, text=TEXT, **fields):
    course = curriculum.course(modules=1, lessons=2)
    page = course.get_children().first().get_children().first().specific
    page.body = blocks.everything(text)
    page.completion = completion
    for name, value in fields.items():
        setattr(page, name, value)
    curriculum.publish(page)
    return cohorts.learner(cohorts.cohort(course=course))


def first(enrolment):
    return lessons_of(enrolment.cohort)[0]


def ids(enrolment, kind):
    return [b.id for b in first(enrolment).lesson.body if b.block_type == kind]


def row_of(enrolment):
    return enrolment.lesson_progress.filter(lesson=first(enrolment)).first()


def test_the_way_is_frozen_at_opening_and_follows_a_version_brought_in():
    enrolment = enrolment_with(Completion.CHECKS)
    row = first(enrolment)
    assert row.completion == "checks"
    page = row.lesson
    page.completion = Completion.INSTRUCTOR
    curriculum.publish(page)
    row.refresh_from_db()
    assert row.completion == "checks"
    pin = row.pins.get()
    before = enrolment.cohort.syllabus_hash
    page.refresh_from_db()
    bring_in(
        cohort=enrolment.cohort,
        choices=[Choice(page.pk, pin.revision_id, page.live_revision_id)],
        by=None,
    )
    row.refresh_from_db()
    enrolment.cohort.refresh_from_db()
    # The way is no part of what was hashed: the hash of the syllabus is that of its texts.
    assert (row.completion, enrolment.cohort.syllabus_hash) == ("instructor", before)


def test_the_button_is_the_default_and_is_recorded():
    enrolment = enrolment_with(Completion.BUTTON)
    row = complete_lesson(enrolment=enrolment, lesson=first(enrolment))
    assert (row.how, row.completed_by) == ("button", None)
    assert ModelLogEntry.objects.get(action="progress.complete_lesson").data == {"how": "button"}


# --- Answering ---------------------------------------------------------------------------------
@pytest.mark.slow
def test_answering_every_question_completes_without_a_script(client):
    enrolment = enrolment_with(Completion.CHECKS)
    cohort, client = enrolment.cohort, signed_in(enrolment.user)
    one, two = ids(enrolment, "check")
    page = client.get(address(cohort, place=0)).content.decode()
    assert address(cohort, "complete", 0) not in page
    assert f'action="{address(cohort, "check", 0)}"' in page
    client.post(address(cohort, "complete", 0))
    assert row_of(enrolment) is None
    client.post(address(cohort, "check", 0), {"block": one})
    assert not CheckAnswer.objects.exists()
    for _again in range(2):
        answer = client.post(address(cohort, "check", 0), {"block": one, f"v-{one}": "1"})
        assert answer["Location"].endswith(f"?v-{one}=1#verifica-{one}")
    assert (CheckAnswer.objects.count(), row_of(enrolment)) == (1, None)
    # What was answered wrongly was answered: it is a trial.
    client.post(address(cohort, "check", 0), {"block": two, f"v-{two}": "1"})
    assert (row_of(enrolment).how, row_of(enrolment).done) == ("checks", True)
    reopen_lesson(enrolment=enrolment, lesson=first(enrolment))
    assert address(cohort, "complete", 0) in client.get(address(cohort, place=0)).content.decode()


def test_a_question_that_the_lesson_has_not_is_refused():
    enrolment = enrolment_with(Completion.CHECKS)
    facts = {"enrolment": enrolment, "lesson": first(enrolment), "asked": frozenset()}
    assert refusal(answer_check, block=uuid.uuid4(), **facts) == "unknown_check"


def test_without_the_blocks_that_are_asked_for_the_button_stays():
    enrolment = enrolment_with(Completion.CHECKS, text="Solo testo.")
    page = signed_in(enrolment.user).get(address(enrolment.cohort, place=0)).content.decode()
    assert address(enrolment.cohort, "complete", 0) in page
    assert complete_lesson(enrolment=enrolment, lesson=first(enrolment)).done


# --- Writing -----------------------------------------------------------------------------------
def test_writing_on_every_reflection_completes():
    enrolment = enrolment_with(Completion.REFLECTIONS)
    client, path = signed_in(enrolment.user), address(enrolment.cohort, "note", 0)
    one, two = ids(enrolment, "reflection")
    assert refusal(complete_lesson, enrolment=enrolment, lesson=first(enrolment)) == "task_first"
    client.post(path, {"block": one, "text": "Una"})
    client.post(path, {"block": two, "text": "  "})
    assert row_of(enrolment) is None
    answer = client.post(path, {"block": two, "text": "Due"}, HTTP_ACCEPT="application/json")
    assert answer.json() == {"kept": True, "way": True}
    assert row_of(enrolment).how == "reflections"
    client.post(path, {"block": two, "text": ""})
    assert row_of(enrolment).done


# --- The instructor ----------------------------------------------------------------------------
def test_the_instructor_marks_and_takes_back_and_the_learner_cannot():
    enrolment = enrolment_with(Completion.INSTRUCTOR)
    teacher, lesson = cohorts.teacher(enrolment.cohort), first(enrolment)
    assert refusal(complete_lesson, enrolment=enrolment, lesson=lesson) == "instructor_marks"
    [row] = mark_done(lesson=lesson, enrolments=[enrolment], by=teacher)
    [again] = mark_done(lesson=lesson, enrolments=[enrolment], by=cohorts.teacher(enrolment.cohort))
    assert (row.how, row.completed_by, again.completed_by) == ("instructor", teacher, teacher)
    assert ModelLogEntry.objects.get(action="progress.complete_lesson").user == teacher
    assert refusal(reopen_lesson, enrolment=enrolment, lesson=lesson) == "instructor_marks"
    back = reopen_lesson(enrolment=enrolment, lesson=lesson, by=teacher)
    assert (back.done, back.how, back.completed_by) == (False, "", None)


def test_marking_is_all_or_none():
    enrolment = enrolment_with(Completion.INSTRUCTOR)
    other = cohorts.learner(cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO")))
    with pytest.raises(DomainError):
        mark_done(lesson=first(enrolment), enrolments=[enrolment, other], by=people.administrator())
    assert row_of(enrolment) is None


@pytest.mark.slow
def test_the_page_of_who_has_done_it(django_assert_num_queries):
    enrolment = enrolment_with(Completion.INSTRUCTOR)
    cohort = enrolment.cohort
    teacher = signed_in(cohorts.teacher(cohort, function=StaffFunction.TUTOR))
    path = address(cohort, "marking", 0)
    teacher.get(path)
    with django_assert_num_queries(12):
        teacher.get(path)
    people_of = [enrolment, cohorts.learner(cohort), cohorts.learner(cohort)]
    with django_assert_num_queries(12):
        teacher.get(path)
    teacher.post(path, {"enrolment": [e.pk for e in people_of[:2]]})
    assert [bool(row_of(e)) for e in people_of] == [True, True, False]
    teacher.post(path, {"back": enrolment.pk})
    assert not row_of(enrolment).done
    page = signed_in(enrolment.user).get(address(cohort, place=0)).content.decode()
    assert address(cohort, "complete", 0) not in page
    for user in (enrolment.user, cohorts.teacher(cohort, function=StaffFunction.INSPECTOR)):
        assert signed_in(user).get(path).status_code == 404
        assert signed_in(user).post(path, {"enrolment": enrolment.pk}).status_code == 404


# --- Reading -----------------------------------------------------------------------------------
def test_reading_every_block_for_long_enough_completes():
    enrolment = enrolment_with(Completion.READING, minutes=9, minutes_counted=False)
    lesson = first(enrolment)
    parts = [uuid.UUID(block["id"]) for block in lesson.lesson.body.raw_data]
    start, visit = timezone.now(), uuid.uuid4()

    def beat(number, seconds, *seen):
        beacon = Beacon(visit, number, seconds=seconds, parts=frozenset(seen))
        at = start + timedelta(seconds=90 * number)
        return see_lesson(enrolment=enrolment, lesson=lesson, beacon=beacon, at=at)

    # A third of nine minutes is three.
    assert not beat(1, 90, *parts[:-1]).done
    assert not beat(2, 89).done
    assert not beat(3, 60).done
    row = beat(4, 1, parts[-1])
    assert (row.done, row.how, row.seen_seconds) == (True, "reading", 240)


def test_everything_seen_too_fast_is_not_read_until_the_time_has_passed():
    enrolment = enrolment_with(Completion.READING, minutes=3, minutes_counted=False)
    lesson = first(enrolment)
    parts = frozenset(uuid.UUID(block["id"]) for block in lesson.lesson.body.raw_data)
    start, visit = timezone.now(), uuid.uuid4()
    facts = {"enrolment": enrolment, "lesson": lesson}
    assert not see_lesson(**facts, beacon=Beacon(visit, 1, seconds=59, parts=parts), at=start).done
    later = start + timedelta(seconds=45)
    assert see_lesson(**facts, beacon=Beacon(visit, 2, seconds=1), at=later).how == "reading"


def test_a_lesson_that_is_read_keeps_its_button_for_who_has_no_script():
    enrolment = enrolment_with(Completion.READING)
    page = signed_in(enrolment.user).get(address(enrolment.cohort, place=0)).content.decode()
    assert address(enrolment.cohort, "complete", 0) in page
    assert "data-lesson-read=" in page
    assert complete_lesson(enrolment=enrolment, lesson=first(enrolment)).how == "button"


def test_the_marking_page_of_a_lesson_of_another_cohort_is_unknown():
    enrolment = enrolment_with(Completion.INSTRUCTOR)
    path = reverse("progress:marking", args=[enrolment.cohort.code, 999_999, "x"])
    assert signed_in(people.administrator()).get(path).status_code == 404


@pytest.mark.parametrize("number", ["²", "9" * 30, "-1", "x"])
def test_numbers_that_are_none_are_answered(number):
    enrolment = enrolment_with(Completion.INSTRUCTOR)
    client = signed_in(people.administrator())
    path = address(enrolment.cohort, "marking", 0)
    assert client.post(path, {"enrolment": number, "page": number}).status_code == 302
    assert client.post(path, {"back": number}).status_code == 404
    release = reverse("progress:release", args=[enrolment.cohort.code])
    assert client.post(release, {"action": "close", "opening": number}).status_code == 302
