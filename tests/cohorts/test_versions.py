"""Newer versions of lessons: which there are, bringing them in, what is kept, what is refused."""

import importlib
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.models import ModelLogEntry, Revision

from curriculum.review import attach_all
from lms.cohorts import services
from lms.cohorts.models import (
    Cohort,
    PinChange,
    PinnedDocument,
    PinnedImage,
    PinnedLesson,
    SyllabusVersion,
)
from lms.cohorts.services import Choice
from lms.cohorts.summary import (
    check_cohort,
    contents_of,
    errata_of,
    fingerprint,
    versions_board,
    waiting_versions,
)
from lms.core.errors import DomainError
from tests.factories import cohorts, curriculum, media, people

pytestmark = pytest.mark.django_db


def rewritten(lesson, text="Il testo corretto.", **fields):
    """A newer published version of a lesson."""
    lesson = type(lesson).objects.get(pk=lesson.pk)
    lesson.body = [("text", f"<p>{text}</p>")]
    for name, value in fields.items():
        setattr(lesson, name, value)
    return curriculum.publish(lesson)


def pin_of(cohort, number=0, language="it") -> PinnedLesson:
    row = cohorts.lessons_of(cohort)[number]
    return row.pins.get(locale__language_code=language)


def choice(pin, reason="") -> Choice:
    page = type(pin.lesson).objects.get(pk=pin.lesson_id)
    return Choice(pin.lesson_id, pin.revision_id, page.live_revision_id, reason)


def addition(page) -> Choice:
    return Choice(page.pk, None, page.live_revision_id)


def brought(cohort, *choices, **options):
    return services.bring_in(cohort=cohort, choices=choices, by=None, **options)


def code_of(call):
    try:
        return call()
    except DomainError as refusal:
        return refusal.code


# --- What is newer --------------------------------------------------------------------------
def test_a_cohort_that_reads_what_is_published_has_nothing_newer():
    board = versions_board(cohorts.cohort())
    assert (board.newer, board.fresh, board.gone, board.same) == ((), (), (), 4)
    assert waiting_versions([board.cohort]) == {board.cohort.pk: 0}


def test_a_newer_published_version_is_listed_with_who_published_it():
    cohort, author = cohorts.cohort(), people.administrator(is_superuser=True)
    pin = pin_of(cohort)
    lesson = pin.lesson
    lesson.body = [("text", "<p>Nuovo.</p>")]
    lesson.save_revision(user=author).publish(user=author)
    [row] = versions_board(cohort).newer
    assert (row.pin, row.number, row.language) == (pin, "1.1", "it")
    lesson.refresh_from_db()
    assert row.newer == lesson.live_revision
    assert (row.publication.by, row.publication.reviewer) == (str(author), "")
    assert waiting_versions([cohort]) == {cohort.pk: 1}


def test_who_approved_is_told_from_the_workflow():
    cohort, reviewer = cohorts.cohort(), people.committee()
    attach_all()
    lesson = pin_of(cohort).lesson
    lesson.body = [("text", "<p>Nuovo.</p>")]
    lesson.save_revision()
    state = lesson.get_workflow().start(lesson, people.instructor())
    state.current_task_state.approve(user=reviewer)
    [row] = versions_board(cohort).newer
    assert row.publication.reviewer == str(reviewer)
    assert row.publication.reviewed_at is not None


def test_a_draft_is_not_newer():
    cohort = cohorts.cohort()
    lesson = pin_of(cohort).lesson
    lesson.title = "Bozza"
    lesson.save_revision()
    assert versions_board(cohort).newer == ()


def test_published_again_without_a_change_is_not_newer():
    cohort = cohorts.cohort()
    curriculum.publish(pin_of(cohort).lesson)
    assert versions_board(cohort).newer == ()
    assert waiting_versions([cohort]) == {cohort.pk: 0}


def test_a_live_version_that_belongs_to_another_page_is_not_newer():
    cohort = cohorts.cohort()
    first, second = pin_of(cohort), pin_of(cohort, 1)
    rewritten(second.lesson)
    lesson = first.lesson
    # What Wagtail does with an alias: the live revision is that of its source.
    type(lesson).objects.filter(pk=lesson.pk).update(
        live_revision=type(lesson).objects.get(pk=second.lesson_id).live_revision
    )
    assert [row.pin for row in versions_board(cohort).newer] == [second]
    assert code_of(lambda: brought(cohort, choice(first))) == "versions_changed"


def test_an_alias_of_a_lesson_is_neither_newer_nor_a_translation():
    cohort = cohorts.cohort()
    lesson = pin_of(cohort).lesson
    curriculum.in_english(lesson, "Lesson 1.1").unpublish()
    english = type(lesson).objects.get(locale__language_code="en")
    type(lesson).objects.filter(pk=english.pk).update(alias_of=lesson.pk, live=True)
    assert versions_board(cohort).fresh == ()


def test_a_lesson_unpublished_since_is_named_and_stays():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    pin.lesson.unpublish()
    board = versions_board(cohort)
    assert [row.pin for row in board.gone] == [pin]
    assert (len(board.newer), board.same) == (0, 3)
    assert cohort.lessons.count() == 4


def test_new_lessons_and_modules_are_listed():
    cohort = cohorts.cohort()
    module = pin_of(cohort).lesson.get_parent().specific
    curriculum.lesson(module, "Lezione nuova", required=False)
    other = curriculum.publish(
        cohort.course.add_child(
            instance=curriculum.Module(title="Modulo 3", slug="modulo-3", hours=2)
        )
    )
    curriculum.lesson(other, "Lezione 3.1")
    assert [
        (row.page.title, row.module, row.new_module, row.required)
        for row in versions_board(cohort).fresh
    ] == [("Lezione nuova", "Modulo 1", False, False), ("Lezione 3.1", "Modulo 3", True, True)]


@pytest.mark.slow
@pytest.mark.parametrize("lessons", [3, 60])
def test_board_queries_are_constant(django_assert_num_queries, lessons):
    cohort = cohorts.cohort(course=curriculum.course(modules=3, lessons=lessons // 3))
    module = pin_of(cohort).lesson.get_parent().specific
    for number, row in enumerate(cohorts.lessons_of(cohort)):
        rewritten(row.lesson)
        if number % 3 == 0:
            curriculum.lesson(module, f"Nuova {number}")
    cohort = Cohort.objects.select_related("course").get(pk=cohort.pk)
    with django_assert_num_queries(10):
        board = versions_board(cohort)
        assert (len(board.newer), len(board.fresh)) == (lessons, lessons // 3)
    with django_assert_num_queries(2):
        assert waiting_versions([cohort]) == {cohort.pk: lessons}


# --- Bringing in ----------------------------------------------------------------------------
def test_bring_in_swaps_the_version_and_keeps_the_old_one():
    cohort = cohorts.cohort()
    pin, learner = pin_of(cohort), cohorts.learner(cohort)
    old = pin.revision
    rewritten(pin.lesson, "Parole da leggere. " * 300, title="Titolo nuovo")
    by, at = people.instructor(), timezone.now()
    version = services.bring_in(cohort=cohort, choices=[choice(pin)], by=by, at=at)
    new = PinnedLesson.objects.get(pk=pin.pk)
    assert (new.pk, new.title, new.lesson_id) == (pin.pk, "Titolo nuovo", pin.lesson_id)
    assert new.content_hash == new.hash_of(new.revision) != pin.content_hash
    assert new.syllabus_lesson.minutes == new.revision.content["minutes"] > 1
    [change] = version.changes.all()
    assert (change.pin, change.old_revision, change.new_revision) == (pin, old, new.revision)
    assert (change.erratum, change.reason) == (False, "")
    assert (version.number, version.by, version.at) == (2, by, at)
    assert learner.cohort_id == cohort.pk
    with pytest.raises(ProtectedError), transaction.atomic():
        Revision.objects.get(pk=old.pk).delete()
    entry = ModelLogEntry.objects.get(action="cohorts.bring_in")
    assert (entry.user, entry.data["version"], entry.data["errata"]) == (by, 2, 0)


def test_bring_in_some_leaves_the_others():
    cohort = cohorts.cohort()
    pins = [pin_of(cohort, number) for number in range(4)]
    for pin in pins:
        rewritten(pin.lesson)
    brought(cohort, choice(pins[1]), choice(pins[3]))
    assert [row.pin.pk for row in versions_board(cohort).newer] == [pins[0].pk, pins[2].pk]


def test_whether_a_lesson_counts_stays_as_it_was_promised():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    rewritten(pin.lesson, required=False)
    brought(cohort, choice(pin))
    assert cohorts.lessons_of(cohort)[0].required is True


def test_bring_in_twice_is_done_once():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    chosen = choice(pin, "La data era sbagliata.")
    first = brought(cohort, chosen)
    assert brought(cohort, chosen) == first
    assert (PinChange.objects.count(), cohort.syllabus_versions.count()) == (1, 2)
    assert ModelLogEntry.objects.filter(action="cohorts.bring_in").count() == 1


def test_the_same_with_another_reason_is_refused():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    chosen = choice(pin)
    brought(cohort, chosen)
    again = Choice(chosen.lesson_id, chosen.expected_id, chosen.revision_id, "Un motivo.")
    assert code_of(lambda: brought(cohort, again)) == "versions_changed"


def test_nothing_is_brought_in_upon_an_old_look():
    cohort = cohorts.cohort()
    first, second = pin_of(cohort), pin_of(cohort, 1)
    rewritten(first.lesson)
    rewritten(second.lesson)
    seen = [choice(first), choice(second)]
    rewritten(second.lesson, "Ancora più nuovo.")
    assert code_of(lambda: brought(cohort, *seen)) == "versions_changed"
    assert PinChange.objects.count() == 0
    brought(cohort, choice(second))
    assert code_of(lambda: brought(cohort, *seen)) == "versions_changed"
    assert pin_of(cohort).revision_id == first.revision_id


def test_a_lesson_withdrawn_meanwhile_is_refused():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    seen = choice(pin)
    pin.lesson.refresh_from_db()
    pin.lesson.unpublish()
    assert code_of(lambda: brought(cohort, seen)) == "versions_changed"


def test_bring_in_without_a_choice_is_refused():
    assert code_of(lambda: brought(cohorts.cohort())) == "nothing_chosen"


def test_a_lesson_of_another_course_is_refused():
    cohort = cohorts.cohort()
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    page = pin_of(other).lesson
    assert code_of(lambda: brought(cohort, addition(page))) == "foreign_lesson"
    assert code_of(lambda: brought(cohort, Choice(10**9, None, 1))) == "foreign_lesson"
    assert cohort.syllabus_versions.count() == 1


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("finished", "cohort_finished"),
        ("cancelled", "cohort_cancelled"),
        ("draft", "cohort_not_open"),
    ],
)
def test_a_cohort_that_is_not_under_way_is_refused(state, code):
    if state == "draft":
        cohort = cohorts.draft_cohort()
        choices = [Choice(1, None, 1)]
    else:
        cohort = cohorts.cohort()
        pin = pin_of(cohort)
        rewritten(pin.lesson)
        choices = [choice(pin)]
        today = timezone.localdate()
        if state == "finished":
            Cohort.objects.filter(pk=cohort.pk).update(ends_on=today - timedelta(days=1))
        else:
            services.cancel_cohort(cohort=cohort, reason="", by=None)
    assert code_of(lambda: brought(cohort, *choices)) == code
    assert PinChange.objects.count() == 0


# --- Errata ---------------------------------------------------------------------------------
def test_an_erratum_keeps_its_reason():
    cohort = cohorts.cohort()
    pins = [pin_of(cohort), pin_of(cohort, 1)]
    for pin in pins:
        rewritten(pin.lesson)
    brought(cohort, choice(pins[0], "L’articolo è il 55."), choice(pins[1]))
    assert [(e.pin, e.reason) for e in errata_of(cohort)] == [(pins[0], "L’articolo è il 55.")]


def test_an_erratum_of_a_new_lesson_is_refused():
    cohort = cohorts.cohort()
    page = curriculum.lesson(pin_of(cohort).lesson.get_parent().specific, "Nuova")
    chosen = Choice(page.pk, None, page.live_revision_id, "Perché?")
    assert code_of(lambda: brought(cohort, chosen)) == "erratum_of_nothing"


# --- What is new ----------------------------------------------------------------------------
def test_a_new_lesson_comes_at_the_end_of_its_module():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    page = curriculum.lesson(pin.lesson.get_parent().specific, "Nuova", required=False)
    page.move(pin.lesson, pos="left")  # first in the course, last in the cohort
    rewritten(pin.lesson)
    page.refresh_from_db()
    version = brought(cohort, choice(pin), addition(page))
    rows = cohort.modules.first().lessons.order_by("position")
    assert [(r.position, r.lesson_id == page.pk, r.required) for r in rows] == [
        (1, False, True),
        (2, False, True),
        (3, True, False),
    ]
    assert {c.old_revision_id is None for c in version.changes.all()} == {True, False}
    assert versions_board(cohort).fresh == ()
    assert check_cohort(Cohort.objects.get(pk=cohort.pk)) is None


@pytest.mark.slow
def test_a_new_module_comes_last_with_its_languages():
    cohort = cohorts.cohort()
    module = curriculum.publish(
        cohort.course.add_child(
            instance=curriculum.Module(title="Modulo 3", slug="modulo-3", hours=2)
        )
    )
    page = curriculum.lesson(module, "Lezione 3.1")
    curriculum.in_english(page, "Lesson 3.1")
    brought(cohort, addition(page))
    row = cohort.modules.last()
    assert (row.position, row.titles["it"], row.minutes) == (3, "Modulo 3", 120)
    pins = row.lessons.get().pins.order_by("locale__language_code")
    assert [pin.title for pin in pins] == ["Lesson 3.1", "Lezione 3.1"]


def test_a_translation_published_since_can_be_added():
    cohort = cohorts.cohort()
    english = curriculum.in_english(pin_of(cohort).lesson, "Lesson 1.1")
    [row] = versions_board(cohort).fresh
    assert (row.page.pk, row.number, row.language) == (english.pk, "1.1", "en")
    version = brought(cohort, addition(english))
    assert pin_of(cohort, 0, "en").title == "Lesson 1.1"
    assert brought(cohort, addition(english)) == version
    assert versions_board(cohort).fresh == ()


@pytest.mark.slow
def test_each_language_is_brought_in_by_itself():
    cohort = cohorts.cohort(course=curriculum.course())
    lesson = pin_of(cohort).lesson
    english = curriculum.in_english(lesson, "Lesson 1.1")
    services.pin_language(cohort=cohort, locale=english.locale, by=None)
    rewritten(english, "The right text.", title="Lesson one")
    rewritten(lesson)
    brought(cohort, choice(pin_of(cohort, 0, "en"), "A wrong date."))
    assert pin_of(cohort, 0, "en").title == "Lesson one"
    assert pin_of(cohort).title == "Lezione 1.1"
    assert [row.language for row in versions_board(cohort).newer] == ["it"]


# --- Pictures and files ---------------------------------------------------------------------
def test_media_of_old_and_new_versions_are_held():
    course = curriculum.course()
    first = course.get_children().first().get_children().first().specific
    old, new = media.image(title="Vecchia"), media.image(title="Nuova")
    sheet = media.document(title="Scheda")
    first.body = [
        ("image", {"image": old, "alt": "a"}),
        ("file", {"title": "Scheda", "file": sheet}),
    ]
    curriculum.publish(first)
    cohort = cohorts.cohort(course=course)
    first.body = [("image", {"image": new, "alt": "b"})]
    curriculum.publish(first)
    pin = pin_of(cohort)
    brought(cohort, choice(pin))
    assert dict(PinnedImage.objects.filter(pin=pin).values_list("image_id", "current")) == {
        old.pk: False,
        new.pk: True,
    }
    assert dict(PinnedDocument.objects.values_list("document_id", "current")) == {sheet.pk: False}
    with pytest.raises(ProtectedError), transaction.atomic():
        old.delete()
    learner = cohorts.learner(cohort).user
    from lms.cohorts.rules import may_fetch

    # A file that an erratum took away is kept, and no longer handed out.
    assert may_fetch(learner, sheet) is False


# --- The version that is cited ----------------------------------------------------------------
def test_opening_makes_version_one():
    cohort = cohorts.cohort()
    version = cohort.syllabus_versions.get()
    assert (version.number, version.at, version.sha256) == (
        1,
        cohort.opened_at,
        cohort.syllabus_hash,
    )
    assert fingerprint(version.contents) == version.sha256
    assert version.contents == contents_of(cohort)


def test_each_change_set_is_one_version():
    cohort = cohorts.cohort()
    pins = [pin_of(cohort, number) for number in range(3)]
    for pin in pins:
        rewritten(pin.lesson)
    brought(cohort, choice(pins[0]), choice(pins[1]))
    brought(cohort, choice(pins[2]))
    cohort.refresh_from_db()
    versions = list(cohort.syllabus_versions.all())
    assert [(v.number, v.changes.count()) for v in versions] == [(1, 0), (2, 2), (3, 1)]
    assert len({v.sha256 for v in versions}) == 3
    assert cohort.syllabus_hash == versions[-1].sha256
    assert check_cohort(cohort) is None


def check(*arguments) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("check_syllabus", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def test_check_syllabus_says_what_holds():
    cohort = cohorts.cohort()
    out, err = check("--cohort", cohort.code)
    assert (out, err) == (f"{cohort.code} · v1 · {cohort.syllabus_hash}\n", "")
    assert check("--all") == (out, "")
    assert "MC-NIENTE" in check("--cohort", "MC-NIENTE")[1]


def test_check_syllabus_names_the_first_lesson_that_differs():
    cohort = cohorts.cohort()
    for number in (1, 2):
        pin = pin_of(cohort, number)
        pin.revision.content["summary"] = "Cambiato di nascosto."
        pin.revision.save()
    err = check("--cohort", cohort.code)[1]
    assert "1.2 Lezione 1.2 (it)" in err
    assert "2.1" not in err


def test_check_syllabus_finds_a_pin_swapped_behind_its_back():
    cohort = cohorts.cohort()
    pin = pin_of(cohort, 3)
    rewritten(pin.lesson)
    pin.revision = type(pin.lesson).objects.get(pk=pin.lesson_id).live_revision
    pin.content_hash = pin.hash_of(pin.revision)
    pin.save()
    assert "2.2 Lezione 2.2" in check("--all")[1]


def test_check_syllabus_finds_a_record_that_was_altered():
    cohort = cohorts.cohort()
    cohort.syllabus_versions.update(sha256="0" * 64)
    assert check("--all")[1] != ""
    Cohort.objects.update(syllabus_hash="0" * 64)
    assert "v1" in check("--all")[1]


def test_check_syllabus_finds_an_old_text_that_was_altered():
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    brought(cohort, choice(pin))
    pin.revision.content["title"] = "Altro"
    pin.revision.save()
    err = check("--all")[1]
    assert "v2" in err
    assert "1.1" in err


# --- At once --------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_bring_it_in_once(run_together):
    cohort = cohorts.cohort()
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    chosen = choice(pin, "Un errore.")
    results = run_together([lambda: brought(cohort, chosen).pk] * 4)
    assert len(set(results)) == 1
    assert (PinChange.objects.count(), cohort.syllabus_versions.count()) == (1, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_with_different_choices_leave_no_half(run_together):
    cohort = cohorts.cohort()
    pins = [pin_of(cohort, number) for number in range(3)]
    for pin in pins:
        rewritten(pin.lesson)
    seen = [choice(pin) for pin in pins]
    results = run_together(
        [
            lambda: code_of(lambda: brought(cohort, *seen[:2]).number),
            lambda: code_of(lambda: brought(cohort, *seen[1:]).number),
        ]
    )
    assert sorted(map(str, results)) == ["2", "versions_changed"]
    assert PinChange.objects.count() == 2
    assert check_cohort(Cohort.objects.get(pk=cohort.pk)) is None


# --- Cohorts that were open before syllabi had numbers ------------------------------------------
@pytest.mark.slow
def test_an_open_cohort_gets_version_one_and_what_was_pinned_later_version_two():
    number = importlib.import_module("lms.cohorts.migrations.0003_first_syllabus_versions")
    plain = cohorts.cohort("MC-PRIMA-2026-1", course=curriculum.course("MC-PRIMA"))
    grown = cohorts.cohort()
    opening = grown.syllabus_hash
    english = curriculum.in_english(pin_of(grown).lesson, "Lesson 1.1")
    services.pin_language(cohort=grown, locale=english.locale, by=None)
    SyllabusVersion.objects.all().delete()
    Cohort.objects.filter(pk=grown.pk).update(syllabus_hash=opening)
    number.number_the_syllabus(apps, None)
    number.number_the_syllabus(apps, None)
    found = [(v.cohort_id, v.number, v.changes.count()) for v in SyllabusVersion.objects.all()]
    assert sorted(found) == sorted([(plain.pk, 1, 0), (grown.pk, 1, 0), (grown.pk, 2, 1)])
    assert SyllabusVersion.objects.get(cohort=grown, number=1).sha256 == opening
    assert [check_cohort(row) for row in Cohort.objects.all()] == [None, None]
