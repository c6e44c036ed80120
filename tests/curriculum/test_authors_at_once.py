"""What authors do at the same moment, and what arrives twice: no half, no double, no stack trace."""

import io
import zipfile

import pytest
from django.urls import reverse
from wagtail.models import Page

from curriculum import tasks
from curriculum.exchange.archives import ZipFiles
from curriculum.models import Course, Lesson, Module
from curriculum.services import Place, add_lesson, add_module, import_course, move_page
from curriculum.services.duplication import run_duplication, start_course_copy, start_module_copy
from curriculum.services.ordering import tree_of
from lms.core.errors import DomainError
from lms.core.models import Job
from tests.factories import curriculum, people

AT_ONCE = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
GOOD = {
    "course.it.md": b"---\ncode: MC-PROVA\ntitle: Prova\nsubject: crm\noutcomes: [{key: O1, text: Sa.}]\n---\n",
    "uno/module.it.md": b"---\ntitle: Uno\nslug: uno\n---\n",
    "uno/01-prima.it.md": b"---\ntitle: Prima\nslug: prima\n---\nUn testo.\n",
}


def at_once(function):
    for mark in AT_ONCE:
        function = mark(function)
    return function


@pytest.fixture
def author():
    return people.instructor()


@pytest.fixture
def course(author):
    page = curriculum.course("MC-GARA")
    curriculum.teach(page, author)
    return page


@pytest.fixture
def no_worker(monkeypatch):
    """Jobs are asked for; the test runs them."""

    class Nobody:
        def enqueue(self, *args):
            pass

    monkeypatch.setattr(tasks, "copy_tree", Nobody())


def outcome(call):
    try:
        return call()
    except DomainError as refusal:
        return refusal.code


# --- At once ------------------------------------------------------------------------------------
@at_once
def test_adding_and_moving_at_once_keep_the_tree_whole(course, author, run_together):
    first, second = Module.objects.child_of(course).order_by("path")
    for number in range(4):
        draft = add_lesson(module=first, title=f"Bozza {number}", by=author)
        seen = tree_of(course).text
        results = run_together(
            [
                lambda: outcome(lambda: add_lesson(module=second, title="Nuova", by=author).pk),
                lambda: outcome(lambda: add_module(course=course, title="Nuovo", by=author).pk),
                lambda draft=draft, seen=seen: outcome(
                    lambda: (
                        move_page(
                            course=course,
                            page_id=draft.pk,
                            place=Place(second.pk),
                            seen=seen,
                            public_order=False,
                            by=author,
                        ).changed
                    )
                ),
            ]
        )
        assert [type(one) for one in results[:2]] == [int, int], results
        assert results[2] in (True, "order_changed")
    assert Page.find_problems() == ([], [], [], [], [])


@at_once
def test_courses_imported_at_once_find_each_a_place(run_together):
    curriculum.catalogue()
    by = people.administrator()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in GOOD.items():
            archive.writestr(name, data)

    def make(code):
        files = ZipFiles(io.BytesIO(target.getvalue()))
        return lambda: outcome(
            lambda: import_course(files=files, code=code, by=by).courses["it"].code
        )

    results = run_together([make("MC-UNO"), make("MC-DUE"), make("MC-UNO")])
    assert sorted(results) == ["MC-DUE", "MC-UNO", "code_taken"]
    slugs = Course.objects.values_list("slug", flat=True)
    assert len(set(slugs)) == len(slugs) == 2
    assert Page.find_problems() == ([], [], [], [], [])


@at_once
def test_copies_made_at_once_stand_side_by_side(course, no_worker, run_together):
    module = Module.objects.child_of(course).first()
    jobs = [
        start_module_copy(module=module, into=course, by=people.administrator()).pk
        for _number in range(3)
    ]
    done = run_together([lambda pk=pk: run_duplication(job_id=pk).error for pk in jobs])
    assert done == ["", "", ""]
    assert Module.objects.child_of(course).count() == 5
    assert Page.find_problems() == ([], [], [], [], [])


# --- Twice --------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_form_for_a_new_page_that_is_sent_twice_makes_one(client, course, author):
    client.force_login(author)
    module = Module.objects.child_of(course).first()
    for name, args, model in (
        ("add_lesson", [course.pk, module.pk], Lesson),
        ("add_module", [course.pk], Module),
    ):
        html = client.get(reverse("desk:outline", args=[course.pk])).content.decode()
        key = html.partition('name="key" value="')[2].partition('"')[0]
        assert len(key) == 36
        address = reverse(f"desk:{name}", args=args)
        before = model.objects.count()
        answers = [client.post(address, {"title": name, "key": key}) for _time in range(2)]
        assert model.objects.count() == before + 1
        assert answers[0]["Location"] == answers[1]["Location"]
        # Another title is another wish, also from a page that was kept open.
        client.post(address, {"title": f"{name} bis", "key": key})
        assert model.objects.count() == before + 2


@pytest.mark.django_db
def test_a_forged_key_makes_no_translation_of_anothers_page(client, course, author):
    client.force_login(author)
    other = curriculum.course("MC-ALTRUI")
    address = reverse("desk:add_module", args=[course.pk])
    for key in (other.translation_key, course.translation_key, "nessuna", ""):
        client.post(address, {"title": "Nuovo", "key": key})
    keys = list(Page.objects.values_list("translation_key", "locale"))
    assert len(set(keys)) == len(keys)
    assert Module.objects.child_of(course).filter(title="Nuovo").count() == 4


@pytest.mark.django_db
def test_a_copy_that_is_asked_for_twice_is_one_job(course, author, no_worker):
    module = Module.objects.child_of(course).first()
    for _time in range(2):
        start_module_copy(module=module, into=course, by=author)
        start_course_copy(course=course, code="MC-COPIA", title="Copia", by=author)
    assert Job.objects.count() == 2
    start_module_copy(module=module, into=course, by=people.administrator())
    start_course_copy(course=course, code="MC-COPIA-2", title="Copia", by=author)
    assert Job.objects.count() == 4
