"""A learner's notes: kept, shown again, listed; read by nobody else; the same after repetition."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.cohorts import services as cohort_services
from lms.cohorts.choices import StaffFunction
from lms.core.errors import DomainError
from lms.core.registries import registries
from lms.progress.models import NOTE_LIMIT, Note
from lms.progress.services import keep_note
from tests.factories import blocks, cohorts, curriculum, people
from tests.factories.stamps import stamped

pytestmark = pytest.mark.django_db

REFLECTIONS = """
:::reflection title="Prima domanda"
Chi **manca** al tavolo?
:::

:::reflection
Che cosa perdono?
:::
"""


@pytest.fixture
def cohort():
    return cohort_with(REFLECTIONS)


@stamped
def cohort_with(text, modules=1, lessons=2):
    course = curriculum.course(modules=modules, lessons=lessons)
    page = course.get_children().first().get_children().first().specific
    page.body = blocks.everything(text)
    curriculum.publish(page)
    return cohorts.cohort(course=course)


def row_of(cohort):
    return cohort.lessons.select_related("lesson").order_by("module__position", "position").first()


def address(cohort, name="lesson"):
    if name == "notes":
        return reverse("progress:notes", args=[cohort.code])
    return reverse(f"progress:{name}", args=[cohort.code, row_of(cohort).lesson_id, "lezione"])


def block_ids(cohort):
    body = row_of(cohort).lesson.body
    return [block.id for block in body if block.block_type == "reflection"]


def signed_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def write(client, cohort, text, place=0, **headers):
    data = {"block": block_ids(cohort)[place], "text": text}
    return client.post(address(cohort, "note"), data, **headers)


def test_a_note_is_kept_and_shown_again(client, cohort):
    enrolment = cohorts.learner(cohort)
    signed_in(client, enrolment.user)
    response = write(client, cohort, "  La custode <b>\ne i corrieri. ")
    block = block_ids(cohort)[0]
    assert response["Location"] == f"{address(cohort)}#appunto-{block}"
    note = enrolment.notes.get()
    assert (note.text, note.question) == (
        "La custode <b>\ne i corrieri.",
        "Chi manca al tavolo?",
    )
    page = client.get(address(cohort)).content.decode()
    assert "La custode &lt;b&gt;\ne i corrieri.</textarea>" in page
    listed = client.get(address(cohort, "notes")).content.decode()
    assert "La custode &lt;b&gt;<br>e i corrieri." in listed
    assert "Chi manca al tavolo?" in listed


def test_the_script_is_answered_in_its_language(client, cohort):
    signed_in(client, cohorts.learner(cohort).user)
    accept = {"HTTP_ACCEPT": "application/json"}
    assert write(client, cohort, "Una", **accept).json() == {"kept": True}
    assert write(client, cohort, " ", **accept).json() == {"kept": False}
    assert not Note.objects.exists()


def test_again_changes_the_one_note_and_the_same_words_change_nothing(client, cohort):
    enrolment = cohorts.learner(cohort)
    signed_in(client, enrolment.user)
    for _time in range(2):
        write(client, cohort, "Prima")
    first = enrolment.notes.get()
    write(client, cohort, "Prima")
    assert enrolment.notes.get().updated_at == first.updated_at
    write(client, cohort, "Seconda")
    write(client, cohort, "Altra domanda", place=1)
    assert list(enrolment.notes.in_order().values_list("text", flat=True)) == [
        "Seconda",
        "Altra domanda",
    ]


def test_one_reflection_has_one_note_and_no_empty_one(cohort):
    enrolment = cohorts.learner(cohort)
    row, block = row_of(cohort), block_ids(cohort)[0]
    fields = {"enrolment": enrolment, "lesson": row, "block": block, "question": "Q"}
    Note.objects.create(text="A", **fields)
    for text in ("B", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Note.objects.create(text=text, **fields)


@pytest.mark.slow
def test_a_note_follows_the_learner_into_the_translation(client):
    course = curriculum.course(modules=1, lessons=1)
    page = course.get_children().first().get_children().first().specific
    page.body = blocks.everything(REFLECTIONS)
    curriculum.publish(page)
    english = curriculum.in_english(page, "Lesson 1.1")
    english.body = blocks.everything(REFLECTIONS.replace("Chi **manca**", "Who is missing"))
    curriculum.publish(english)
    cohort = cohorts.cohort(course=course)
    signed_in(client, cohorts.learner(cohort).user)
    write(client, cohort, "La custode")
    page = client.get(address(cohort).replace("/it/", "/en/")).content.decode()
    assert ("Who is missing" in page, "La custode</textarea>" in page) == (True, True)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"block": "x", "text": "A"},
        {"block": "6f0a1c0e-9b51-4d5f-8a52-2f6c7f3f1a77", "text": "Di nessuna domanda"},
    ],
)
def test_words_on_no_reflection_are_refused(client, cohort, data):
    signed_in(client, cohorts.learner(cohort).user)
    assert client.post(address(cohort, "note"), data).status_code == 400
    assert not Note.objects.exists()


def test_too_many_words_are_refused_and_nothing_is_lost(client, cohort):
    enrolment = cohorts.learner(cohort)
    signed_in(client, enrolment.user)
    write(client, cohort, "Prima")
    assert write(client, cohort, "a" * (NOTE_LIMIT + 1)).status_code == 400
    assert enrolment.notes.get().text == "Prima"


@pytest.mark.slow
def test_a_foreign_lesson_and_a_withdrawn_learner_are_refused(cohort):
    enrolment = cohorts.learner(cohort)
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    block = block_ids(cohort)[0]
    with pytest.raises(DomainError) as refusal:
        keep_note(enrolment=enrolment, lesson=row_of(other), block=block, text="A")
    assert refusal.value.code == "foreign_lesson"
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    enrolment.refresh_from_db()
    with pytest.raises(DomainError) as refusal:
        keep_note(enrolment=enrolment, lesson=row_of(cohort), block=block, text="A")
    assert refusal.value.code == "not_enrolled"


def peer(cohort):
    return cohorts.learner(cohort).user


def inspector(cohort):
    return cohorts.teacher(cohort, function=StaffFunction.INSPECTOR)


def administrator(cohort):
    return people.administrator()


def stranger(cohort):
    return people.person()


READERS = [peer, cohorts.teacher, inspector, administrator, stranger]


@pytest.mark.parametrize("who", READERS)
def test_nobody_else_reads_a_note(client, cohort, who):
    enrolment = cohorts.learner(cohort)
    note = keep_note(
        enrolment=enrolment, lesson=row_of(cohort), block=block_ids(cohort)[0], text="CANARINO"
    )
    reader = who(cohort)
    assert list(Note.objects.visible_to(reader)) == []
    signed_in(client, reader)
    for name in ("lesson", "notes"):
        response = client.get(address(cohort, name))
        assert "CANARINO" not in response.content.decode()
        if who is stranger:
            assert response.status_code == 404
    if who is not peer:
        assert client.get(address(cohort, "notes")).status_code == 404
        assert write(client, cohort, "Di un altro").status_code == 404
    note.refresh_from_db()
    assert note.text == "CANARINO"


def test_staff_read_the_question_without_a_form(client, cohort):
    page = signed_in(client, cohorts.teacher(cohort)).get(address(cohort)).content.decode()
    assert "Che cosa perdono?" in page
    assert "<textarea" not in page


def test_notes_stay_readable_after_leaving(client, cohort):
    enrolment = cohorts.learner(cohort)
    keep_note(enrolment=enrolment, lesson=row_of(cohort), block=block_ids(cohort)[0], text="Mia")
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    page = signed_in(client, enrolment.user).get(address(cohort, "notes")).content.decode()
    assert "Mia" in page
    assert address(cohort) not in page


def test_the_audit_trail_knows_nothing_of_notes(client, cohort):
    before = ModelLogEntry.objects.count()
    signed_in(client, cohorts.learner(cohort).user)
    after = ModelLogEntry.objects.count()
    write(client, cohort, "CANARINO")
    assert ModelLogEntry.objects.count() - after == 0
    assert before <= after


def test_notes_go_with_the_person(cohort):
    one, other = cohorts.learner(cohort), cohorts.learner(cohort)
    for enrolment in (one, other):
        keep_note(
            enrolment=enrolment, lesson=row_of(cohort), block=block_ids(cohort)[0], text="Mia"
        )
    entry = registries.personal_data["progress.Note"]
    assert [(row["lesson"], row["text"]) for row in entry.export(one.user)] == [("1.1", "Mia")]
    assert json.dumps(entry.export(one.user))
    assert (entry.erase(one.user), entry.erase(one.user)) == (1, 0)
    assert [note.enrolment_id for note in Note.objects.all()] == [other.pk]


@pytest.mark.slow
@pytest.mark.parametrize("lessons", [3, 60])
def test_a_lesson_with_every_block_costs_the_same(client, django_assert_num_queries, lessons):
    cohort = cohort_with(blocks.EVERYTHING, modules=3, lessons=lessons // 3)
    enrolment = cohorts.learner(cohort)
    for block in block_ids(cohort):
        keep_note(enrolment=enrolment, lesson=row_of(cohort), block=block, text="Mia")
    signed_in(client, enrolment.user).get(address(cohort))
    with django_assert_num_queries(19):
        client.get(address(cohort))
    with django_assert_num_queries(12):
        client.get(address(cohort, "notes"))
