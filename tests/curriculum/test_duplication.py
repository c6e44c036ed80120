"""Copies of courses and modules: drafts, with the ids of their blocks, without history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageLogEntry

from curriculum.models import Course, CourseInstructor, Lesson, Module
from curriculum.services import run_duplication, start_course_copy, start_module_copy
from lms.core.errors import DomainError
from lms.core.models import Job
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return curriculum.course("MC-FONTE", title="La fonte")


@pytest.fixture
def author(client, source):
    user = people.instructor()
    curriculum.teach(source, user)
    client.force_login(user)
    return user


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """Runs a service and the tasks that it leaves for after the commit."""

    def run(service, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            job = service(**kwargs)
        job.refresh_from_db()
        return job

    return run


def copy_of(source, author, at_once, code="MC-COPIA") -> Course:
    job = at_once(start_course_copy, course=source, code=code, title="La copia", by=author)
    assert (job.status, job.error, job.done, job.total) == ("done", "", job.total, job.total)
    return Course.objects.get(pk=job.data["copy"])


@pytest.mark.slow
def test_copy_is_a_whole_tree_of_drafts(source, author, at_once):
    cohorts.cohort("MC-FONTE-2026-1", course=source)
    copy = copy_of(source, author, at_once)
    assert (copy.title, copy.code, copy.slug, copy.live) == (
        "La copia", "MC-COPIA", "mc-copia", False,
    )  # fmt: skip
    pages = Page.objects.descendant_of(copy, inclusive=True)
    assert pages.count() == Page.objects.descendant_of(source, inclusive=True).count()
    assert not pages.filter(live=True).exists()
    assert not pages.filter(first_published_at__isnull=False).exists()
    assert {p.revisions.count() for p in pages} <= {1, 2}
    assert copy.cohorts.count() == 0
    assert not pages.exclude(owner=author).exists()
    assert PageLogEntry.objects.filter(page=copy.pk, action="wagtail.copy", user=author).exists()
    keys = set(pages.values_list("translation_key", flat=True))
    originals = Page.objects.descendant_of(source, inclusive=True)
    assert not keys & set(originals.values_list("translation_key", flat=True))
    assert Page.find_problems() == ([], [], [], [], [])


def test_copy_keeps_the_latest_draft_and_the_ids_of_its_blocks(source, author, at_once):
    lesson = Lesson.objects.descendant_of(source).first()
    lesson.title = "Titolo in bozza"
    lesson.save_revision()
    copy = copy_of(source, author, at_once)
    twin = Lesson.objects.descendant_of(copy).first()
    assert twin.draft_title == "Titolo in bozza"
    assert [b.id for b in twin.body] == [b.id for b in lesson.body]
    assert twin.get_latest_revision_as_object().body.raw_data[0]["id"] == lesson.body[0].id
    assert Lesson.objects.get(pk=lesson.pk).title == "Lezione 1.1"


def test_copy_belongs_to_who_made_it(source, author, at_once):
    curriculum.teach(source, people.instructor())
    copy = copy_of(source, author, at_once)
    assert [row.user for row in copy.instructor_rows.all()] == [author]
    draft = copy.get_latest_revision_as_object()
    assert [row.user for row in draft.instructor_rows.all()] == [author]


def test_administrators_copy_keeps_the_instructors(source, author, at_once):
    copy = copy_of(source, people.administrator(), at_once)
    assert [row.user for row in copy.instructor_rows.all()] == [author]


@pytest.mark.slow
def test_translations_are_copied_and_mirrors_become_drafts(source, author, at_once):
    lesson = Lesson.objects.descendant_of(source).first()
    english = curriculum.in_english(lesson, "Lesson one")
    other = Lesson.objects.descendant_of(source).last()
    module = english.get_parent()
    other.copy_for_translation(english.locale, copy_parents=True, alias=True)
    copy = copy_of(source, author, at_once)
    there = Course.objects.get(translation_key=copy.translation_key, locale=english.locale)
    assert (there.code, there.live, there.alias_of_id) == ("MC-COPIA", False, None)
    twins = Lesson.objects.descendant_of(there)
    assert [(t.draft_title, t.live, t.alias_of_id) for t in twins] == [("Lesson one", False, None)]
    assert twins.get().translation_key == Lesson.objects.descendant_of(copy).first().translation_key
    assert not Page.objects.descendant_of(there).filter(alias_of__isnull=False).exists()
    assert module.get_children().count() >= 1


@pytest.mark.parametrize(
    ("code", "title", "refusal"),
    [
        ("MC-FONTE", "x", "code_taken"),
        ("no spaces", "x", "code_invalid"),
        ("", "x", "code_invalid"),
        ("MC-NUOVO", "  ", "title_missing"),
    ],
)
def test_copy_is_refused_before_it_begins(source, author, code, title, refusal):
    with pytest.raises(DomainError) as caught:
        start_course_copy(course=source, code=code, title=title, by=author)
    assert (caught.value.code, Job.objects.count()) == (refusal, 0)


def test_running_the_task_again_makes_no_second_copy(source, author, at_once):
    copy = copy_of(source, author, at_once)
    job = Job.objects.get()
    count = Page.objects.count()
    run_duplication(job_id=job.pk)
    assert (Page.objects.count(), Job.objects.get().data["copy"]) == (count, copy.pk)


@pytest.mark.slow
def test_interrupted_copy_begins_anew(source, author, at_once):
    copy = copy_of(source, author, at_once)
    job = Job.objects.get()
    # As a worker leaves it that died before the end.
    Job.objects.update(finished_at=None, status="running", data={**job.data, "made": [copy.pk]})
    job = run_duplication(job_id=job.pk)
    assert not Page.objects.filter(pk=copy.pk).exists()
    assert Course.objects.filter(code="MC-COPIA").count() == 1
    assert (job.status, job.done) == ("done", job.total)


@pytest.mark.slow
def test_code_taken_meanwhile_fails_and_leaves_nothing(source, author):
    job = start_course_copy(course=source, code="MC-COPIA", title="x", by=author)
    other = curriculum.course("MC-COPIA")
    pages = Page.objects.count()
    job = run_duplication(job_id=job.pk)
    assert (job.status, bool(job.error), Page.objects.count()) == ("failed", True, pages)
    assert Course.objects.filter(code="MC-COPIA").get() == other


def test_module_is_copied_within_its_course(source, author, at_once):
    module = Module.objects.child_of(source).first()
    job = at_once(start_module_copy, module=module, into=source, by=author)
    copy = Module.objects.get(pk=job.data["copy"])
    assert Module.objects.child_of(source).last() == copy
    assert (copy.live, copy.slug, copy.get_children().count()) == (False, "modulo-1-2", 2)
    assert copy.draft_title != module.title
    assert copy.draft_title.startswith("Modulo 1 (")


@pytest.mark.slow
def test_module_in_another_course_forgets_the_outcomes(source, author, at_once):
    module = Module.objects.child_of(source).first()
    module.outcome_keys = ["O1"]
    module.save_revision()
    other = curriculum.course("MC-ALTRO")
    job = at_once(start_module_copy, module=module, into=other, by=author)
    copy = Module.objects.get(pk=job.data["copy"])
    assert copy.is_child_of(other)
    assert copy.get_latest_revision_as_object().outcome_keys == []
    assert copy.draft_title == "Modulo 1"


def test_two_steps_by_hand_and_the_page_of_the_work(client, source, author, django_capture_on_commit_callbacks):  # fmt: skip
    address = reverse("desk:copy_course", args=[source.pk])
    assert 'name="code"' in client.get(address).content.decode()
    assert client.post(address, {"title": "x", "code": "MC-FONTE"}).status_code == 409
    assert client.post(address, {}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, {"title": "La copia", "code": "MC-NUOVO"})
    page = client.get(response.url).content.decode()
    copy = Course.objects.get(code="MC-NUOVO")
    assert reverse("desk:outline", args=[copy.pk]) in page
    assert client.get(reverse("desk:outline", args=[copy.pk])).status_code == 200
    client.force_login(people.instructor())
    assert client.get(response.url).status_code == 404


@pytest.mark.slow
def test_module_is_not_copied_into_anothers_course(client, source, author):
    other = curriculum.course("MC-ALTRUI")
    module = Module.objects.child_of(source).first()
    address = reverse("desk:copy_module", args=[source.pk, module.pk])
    assert client.post(address, {"into": other.pk}).status_code == 422
    assert Job.objects.count() == 0


@pytest.mark.slow
def test_page_for_copying_a_module_asks_the_same_for_one_course_and_for_three(
    client, source, author
):
    module = Module.objects.child_of(source).first()
    address = reverse("desk:copy_module", args=[source.pk, module.pk])
    client.get(address)
    counts = []
    for codes in ([], ["MC-DUE", "MC-TRE"]):
        for code in codes:
            curriculum.teach(curriculum.course(code), author)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address).content.decode()
        counts.append((len(asked), page.count("<option")))
    assert counts == [(counts[0][0], 1), (counts[0][0], 3)]


def test_copied_instructor_may_edit(client, source, author, at_once):
    copy = copy_of(source, author, at_once)
    lesson = Lesson.objects.descendant_of(copy).first()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).status_code == 200
    assert CourseInstructor.objects.filter(course=copy).count() == 1
