"""Modules that open later: by a day, after the module before, after a quiz, early for one person; and nothing before."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.cohorts import services as cohort_services
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import ModuleOpening
from lms.cohorts.rules import may_fetch, module_closed_to, modules_closed_to
from lms.cohorts.services import Release, close_again, open_early, release_modules
from lms.core.errors import DomainError
from lms.progress.models import LessonProgress
from lms.progress.services import (
    Passage,
    bookmark_lesson,
    complete_lesson,
    keep_note,
    mark_passage,
    reopen_lesson,
    visit_lesson,
)
from lms.progress.summary import progress_of
from tests.factories import assessment, blocks, cohorts, curriculum, media, people
from tests.factories.cohorts import lessons_of
from tests.factories.stamps import stamped

pytestmark = pytest.mark.django_db

CANARY = "CANARINO-DEL-SECONDO-MODULO"
SECRET = f"""
## {CANARY}-TITOLO

{CANARY}

:::reflection title="{CANARY}-RIFLESSIONE"
{CANARY}-DOMANDA
:::
"""


@stamped
def cohort_with_secrets():
    course = curriculum.course()
    module = course.get_children()[1]
    page = module.get_children().first().specific
    page.body = blocks.everything(SECRET)
    curriculum.publish(page)
    return cohorts.cohort(course=course)


@pytest.fixture
def cohort():
    return cohort_with_secrets()


@pytest.fixture
def enrolment(cohort):
    return cohorts.learner(cohort)


def modules_of(cohort):
    return list(cohort.modules.order_by("position"))


def release(cohort, place=1, **rule):
    module = modules_of(cohort)[place]
    release_modules(cohort=cohort, plan={module.pk: Release(**rule)}, by=None)
    module.refresh_from_db()
    return module


def later(days=7):
    return timezone.localdate() + timedelta(days=days)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(cohort, name="lesson", place=2, *more):
    row = lessons_of(cohort)[place]
    return reverse(f"progress:{name}", args=[cohort.code, row.lesson_id, "lezione", *more])


def refusal(deed, **facts):
    with pytest.raises(DomainError) as refused:
        deed(**facts)
    return refused.value.code


# --- When it opens -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        # The last night of winter time and the first of it: 00:00 in Rome is another hour of UTC.
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_in_rome(enrolment, day, midnight):
    module = modules_of(enrolment.cohort)[1]
    module.opens_on = day
    module.save()
    before = module_closed_to(enrolment, module, midnight - timedelta(seconds=1))
    assert before.opens_on == day
    assert module_closed_to(enrolment, module, midnight) is None


def test_after_the_previous_module_is_passed(enrolment):
    cohort = enrolment.cohort
    module = release(cohort, after_previous=True)
    first = lessons_of(cohort)[:2]
    complete_lesson(enrolment=enrolment, lesson=first[0])
    closed = module_closed_to(enrolment, module)
    assert (closed.opens_on, closed.previous, closed.quiz) == (None, modules_of(cohort)[0], "")
    complete_lesson(enrolment=enrolment, lesson=first[1])
    assert module_closed_to(enrolment, module) is None


def test_an_optional_lesson_is_not_waited_for(enrolment):
    module = release(enrolment.cohort, after_previous=True)
    rows = lessons_of(enrolment.cohort)
    rows[1].required = False
    rows[1].save()
    complete_lesson(enrolment=enrolment, lesson=rows[0])
    assert module_closed_to(enrolment, module) is None


def test_who_has_begun_a_module_keeps_it_when_a_lesson_before_is_taken_up_again(enrolment):
    module = release(enrolment.cohort, after_previous=True)
    rows = lessons_of(enrolment.cohort)
    for row in rows[:2]:
        complete_lesson(enrolment=enrolment, lesson=row)
    reopen_lesson(enrolment=enrolment, lesson=rows[0])
    assert module_closed_to(enrolment, module) is not None
    complete_lesson(enrolment=enrolment, lesson=rows[0])
    visit_lesson(enrolment=enrolment, lesson=rows[2])
    reopen_lesson(enrolment=enrolment, lesson=rows[0])
    assert module_closed_to(enrolment, module) is None


def test_a_module_behind_a_closed_one_waits_for_it_even_without_required_lessons(enrolment):
    course = curriculum.course("MC-TRE", modules=3, lessons=1)
    enrolment = cohorts.learner(cohorts.cohort("MC-TRE-2026-1", course=course))
    cohort = enrolment.cohort
    cohort.lessons.update(required=False)
    release(cohort, 1, opens_on=later())
    release(cohort, 2, after_previous=True)
    closed = modules_closed_to([enrolment])[enrolment.pk]
    assert [found.module.position for found in closed.values()] == [2, 3]
    release(cohort, 1)
    assert modules_closed_to([enrolment])[enrolment.pk] == {}


def test_after_a_quiz_is_passed(enrolment):
    cohort = enrolment.cohort
    quiz = assessment.quiz(cohort.course)
    module = release(cohort, after_quiz=quiz.key)
    assert module_closed_to(enrolment, module).quiz == "Quiz di prova"
    assessment.attempt(enrolment, quiz, right=1)
    assert module_closed_to(enrolment, module) is not None
    assessment.attempt(enrolment, quiz, right=8)
    assert module_closed_to(enrolment, module) is None


def test_a_quiz_that_is_withdrawn_is_waited_for_no_longer(enrolment):
    quiz = assessment.quiz(enrolment.cohort.course)
    module = release(enrolment.cohort, after_quiz=quiz.key)
    quiz.published = False
    quiz.save()
    assert module_closed_to(enrolment, module) is None


def test_the_words_say_when_and_why(enrolment):
    quiz = assessment.quiz(enrolment.cohort.course)
    release(
        enrolment.cohort, opens_on=date(2026, 12, 24), after_previous=True, after_quiz=quiz.key
    ) if later(0) < date(2026, 12, 24) else pytest.skip("the day has passed")
    closed = progress_of(enrolment).waiting
    assert closed.opens_on == date(2026, 12, 24)
    assert "24" in closed.words and "Quiz di prova" in closed.words


# --- Setting it --------------------------------------------------------------------------------
def test_setting_is_logged_before_and_after_and_again_changes_nothing(cohort):
    teacher = cohorts.teacher(cohort)
    module = modules_of(cohort)[1]
    plan = {module.pk: Release(opens_on=later(), after_previous=True)}
    before = cohort.syllabus_hash
    assert [row.pk for row in release_modules(cohort=cohort, plan=plan, by=teacher)] == [module.pk]
    assert release_modules(cohort=cohort, plan=plan, by=teacher) == []
    entry = ModelLogEntry.objects.get(action="cohorts.release_module")
    assert (entry.user, entry.data) == (
        teacher,
        {
            "module": module.pk,
            "before": {"opens_on": None, "after_previous": False, "after_quiz": ""},
            "after": {"opens_on": later().isoformat(), "after_previous": True, "after_quiz": ""},
        },
    )
    cohort.refresh_from_db()
    assert cohort.syllabus_hash == before


@pytest.mark.parametrize(
    ("place", "rule", "code"),
    [
        (0, {"after_previous": True}, "first_module"),
        (1, {"after_quiz": "inventato"}, "unknown_quiz"),
        (1, {"opens_on": date(2099, 1, 1)}, "opens_after_the_end"),
    ],
)
def test_what_cannot_be_set_sets_nothing(cohort, place, rule, code):
    modules = modules_of(cohort)
    plan = {modules[1 - place].pk: Release(opens_on=later()), modules[place].pk: Release(**rule)}
    assert refusal(release_modules, cohort=cohort, plan=plan, by=None) == code
    assert cohort.modules.filter(opens_on__isnull=False).count() == 0


def test_a_module_of_another_cohort_is_refused(cohort):
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    plan = {modules_of(other)[0].pk: Release()}
    assert refusal(release_modules, cohort=cohort, plan=plan, by=None) == "foreign_module"
    assert (
        refusal(
            open_early,
            enrolment=cohorts.learner(cohort),
            module=modules_of(other)[0],
            reason="Malattia",
            by=None,
        )
        == "foreign_module"
    )


def test_a_cancelled_cohort_sets_nothing(cohort):
    cohort_services.cancel_cohort(cohort=cohort, reason="Pochi iscritti", by=None)
    assert refusal(release_modules, cohort=cohort, plan={}, by=None) == "cohort_cancelled"


def test_opening_early_is_for_one_person_with_a_reason_and_can_be_taken_back(enrolment):
    cohort = enrolment.cohort
    other = cohorts.learner(cohort)
    tutor = cohorts.teacher(cohort, function=StaffFunction.TUTOR)
    module = release(cohort, opens_on=later())
    facts = {"enrolment": enrolment, "module": module, "by": tutor}
    assert refusal(open_early, reason="  ", **facts) == "reason_missing"
    assert refusal(open_early, reason="x" * 201, **facts) == "reason_too_long"
    opening = open_early(reason="  È stata   malata ", **facts)
    assert open_early(reason="Altro", **facts) == opening
    assert (opening.reason, ModuleOpening.objects.count()) == ("È stata malata", 1)
    assert module_closed_to(enrolment, module) is None
    assert module_closed_to(other, module) is not None
    assert close_again(opening=opening, by=tutor) is True
    assert close_again(opening=opening, by=tutor) is False
    assert module_closed_to(enrolment, module) is not None
    actions = ModelLogEntry.objects.filter(action__in=["cohorts.open_early", "cohorts.close_again"])
    assert [entry.data["reason"] for entry in actions] == ["È stata malata"] * 2


def test_who_has_withdrawn_is_opened_nothing(enrolment):
    module = release(enrolment.cohort, opens_on=later())
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    code = refusal(open_early, enrolment=enrolment, module=module, reason="Malattia", by=None)
    assert code == "not_enrolled"


# --- Nothing before ----------------------------------------------------------------------------
def test_every_deed_on_a_closed_lesson_is_refused(enrolment):
    release(enrolment.cohort, opens_on=later())
    lesson = lessons_of(enrolment.cohort)[2]
    block = next(b.id for b in lesson.lesson.body if b.block_type == "reflection")
    facts = {"enrolment": enrolment, "lesson": lesson}
    passage = Passage(key=block, language="it", version="", block=block, quote=CANARY)
    for deed, more in [
        (visit_lesson, {}),
        (complete_lesson, {}),
        (reopen_lesson, {}),
        (keep_note, {"block": block, "text": "Una nota"}),
        (bookmark_lesson, {}),
        (mark_passage, {"passage": passage}),
    ]:
        assert refusal(deed, **facts, **more) == "lesson_closed", deed
    assert not LessonProgress.objects.exists()


@pytest.mark.slow
def test_a_closed_lesson_says_when_and_nothing_of_its_text(cohort, enrolment):
    client = signed_in(enrolment.user)
    lesson = lessons_of(cohort)[2]
    block = next(b.id for b in lesson.lesson.body if b.block_type == "reflection")
    assert CANARY in client.get(address(cohort)).content.decode()
    release(cohort, opens_on=later())
    texts = {
        path: client.get(path, follow=True).content.decode()
        for path in (
            address(cohort),
            address(cohort).replace("/it/", "/en/"),
            address(cohort) + f"?v-{block}=0",
            address(cohort, place=1),  # its outline and its next
            reverse("progress:syllabus", args=[cohort.code]),
            reverse("progress:notes", args=[cohort.code]),
            reverse("progress:take_notes", args=[cohort.code, "md"]),
            reverse("progress:take_notes", args=[cohort.code, "json"]),
            "/it/la-mia-pagina/",
            f"/api/v1/enrolments/{enrolment.code}/",
            f"/api/v1/enrolments/{enrolment.code}/progress/",
            f"/api/v1/courses/{cohort.course.specific.code}/",
            f"/it/master-civici/?q={CANARY[:12]}",
            "/it/master-civici/mc-prova/modulo-2/lezione-2-1/",
            reverse("accounts:my_data"),
        )
    }
    assert [path for path, text in texts.items() if CANARY in text] == []
    assert "ancora chius" in texts[address(cohort)] or "still closed" in texts[address(cohort)]
    posts = {
        address(cohort, "visit"): {"position": "10"},
        address(cohort, "complete"): {},
        address(cohort, "reopen"): {},
        address(cohort, "note"): {"block": block, "text": "x"},
        address(cohort, "check"): {"block": block, f"v-{block}": "0"},
        address(cohort, "bookmark"): {"keep": "1"},
        address(cohort, "highlight"): {"key": block, "quote": CANARY[:12], "block": block},
    }
    for path, data in posts.items():
        answer = client.post(path, data, follow=True, HTTP_ACCEPT="text/html")
        assert CANARY not in answer.content.decode(), path
    assert client.post(address(cohort, "visit"), {"position": "1"}).status_code == 409
    refused = client.post(
        address(cohort, "highlight"),
        {"key": block, "quote": "inventato"},
        HTTP_ACCEPT="application/json",
    )
    # Whether words stand in a closed lesson is not told either.
    assert refused.json()["code"] == "lesson_closed"
    assert not LessonProgress.objects.exists()


def test_staff_read_everything_even_enrolled_ones(cohort):
    release(cohort, opens_on=later())
    teacher = cohorts.teacher(cohort)
    for user in (teacher, people.administrator()):
        assert CANARY in signed_in(user).get(address(cohort)).content.decode()
    cohorts.learner(cohort, teacher)
    page = signed_in(teacher).get(address(cohort)).content.decode()
    assert CANARY in page
    assert "data-lesson-position" not in page


def test_files_of_a_closed_module_are_not_fetched(django_assert_max_num_queries):
    sheet = media.document(title="Scheda")
    course = curriculum.course()
    page = course.get_children()[1].get_children().first().specific
    page.body = [("file", {"title": "Scheda", "file": sheet})]
    curriculum.publish(page)
    cohort = cohorts.cohort(course=course)
    learner, teacher = cohorts.learner(cohort), cohorts.teacher(cohort)
    assert may_fetch(learner.user, sheet) is True
    module = release(cohort, opens_on=later(), after_previous=True)
    with django_assert_max_num_queries(16):
        assert may_fetch(learner.user, sheet) is False
    assert signed_in(learner.user).get(sheet.url).status_code == 404
    assert may_fetch(teacher, sheet) is True
    open_early(enrolment=learner, module=module, reason="Malattia", by=None)
    assert may_fetch(learner.user, sheet) is True


def test_a_file_that_an_open_module_offers_too_is_fetched():
    sheet = media.document(title="Scheda")
    course = curriculum.course()
    for module in course.get_children():
        page = module.get_children().first().specific
        page.body = [("file", {"title": "Scheda", "file": sheet})]
        curriculum.publish(page)
    cohort = cohorts.cohort(course=course)
    release(cohort, opens_on=later())
    assert may_fetch(cohorts.learner(cohort).user, sheet) is True


def test_the_lesson_to_go_on_with_is_never_a_closed_one(cohort, enrolment):
    release(cohort, opens_on=later())
    rows = lessons_of(cohort)
    for row in rows[:2]:
        complete_lesson(enrolment=enrolment, lesson=row)
    progress = progress_of(enrolment)
    assert (progress.resume, progress.waiting.module.position) == (None, 2)
    page = signed_in(enrolment.user).get(reverse("progress:syllabus", args=[cohort.code]))
    text = page.content.decode()
    assert address(cohort).rpartition("-")[0] not in text
    assert progress.waiting.words.replace("\u00a0", " ") in text.replace("\u00a0", " ")


def test_done_leads_to_the_syllabus_while_the_next_module_is_closed(cohort, enrolment):
    release(cohort, opens_on=later())
    client = signed_in(enrolment.user)
    client.post(address(cohort, "complete", 0))
    answer = client.post(address(cohort, "complete", 1))
    assert answer["Location"] == reverse("progress:syllabus", args=[cohort.code])
    release(cohort, after_previous=True)
    answer = client.post(address(cohort, "complete", 1))
    row = lessons_of(cohort)[2]
    assert f"/{row.lesson_id}-" in answer["Location"]


# --- The page of the staff ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda cohort: cohorts.teacher(cohort), 200),
        (lambda cohort: cohorts.teacher(cohort, function=StaffFunction.TUTOR), 200),
        (lambda cohort: people.administrator(), 200),
        (lambda cohort: cohorts.teacher(cohort, function=StaffFunction.INSPECTOR), 404),
        (lambda cohort: cohorts.learner(cohort).user, 404),
        (lambda cohort: cohorts.manager(cohort), 404),
        (lambda cohort: people.person(), 404),
    ],
)
def test_who_sets_openings(cohort, who, status):
    client = signed_in(who(cohort))
    path = reverse("progress:release", args=[cohort.code])
    assert client.get(path).status_code == status
    module = modules_of(cohort)[1]
    data = {"action": "plan", f"opens-{module.pk}": later().isoformat()}
    assert client.post(path, data).status_code == (302 if status == 200 else 404)
    module.refresh_from_db()
    assert module.opens_on == (later() if status == 200 else None)


def test_the_form_keeps_what_was_typed_when_refused(cohort):
    client = signed_in(cohorts.teacher(cohort))
    path = reverse("progress:release", args=[cohort.code])
    module = modules_of(cohort)[1]
    answer = client.post(path, {"action": "plan", f"opens-{module.pk}": "2026-02-31"})
    assert answer.status_code == 409
    assert 'value="2026-02-31"' in answer.content.decode()
    assert client.post(path, {"action": "inventata"}).status_code == 400


def test_opening_early_on_the_page(cohort, enrolment):
    module = release(cohort, opens_on=later())
    client = signed_in(cohorts.teacher(cohort, function=StaffFunction.TUTOR))
    path = reverse("progress:release", args=[cohort.code])
    data = {"action": "early", "enrolment": enrolment.pk, "module": module.pk}
    assert client.post(path, data).status_code == 409
    assert client.post(path, data | {"reason": "È stata malata"}).status_code == 302
    assert CANARY in signed_in(enrolment.user).get(address(cohort)).content.decode()
    opening = ModuleOpening.objects.get()
    assert "È stata malata" in client.get(path).content.decode()
    client.post(path, {"action": "close", "opening": opening.pk})
    client.post(path, {"action": "close", "opening": opening.pk})
    assert not ModuleOpening.objects.exists()


def test_the_reason_reaches_the_person_in_their_data(cohort, enrolment):
    from lms.core.registries import registries

    module = release(cohort, opens_on=later())
    tutor = cohorts.teacher(cohort)
    open_early(enrolment=enrolment, module=module, reason="Malattia", by=tutor)
    entry = registries.personal_data["cohorts.ModuleOpening"]
    assert entry.export(enrolment.user)[0]["reason"] == "Malattia"
    assert "Malattia" not in json.dumps(entry.export(tutor))
    assert entry.erase(enrolment.user) == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow_with_modules_or_learners(django_assert_num_queries, size):
    course = curriculum.course(modules=1 + size, lessons=1)
    cohort = cohorts.cohort(course=course)
    quiz = assessment.quiz(cohort.course, questions=1)
    enrolments = [cohorts.learner(cohort) for _number in range(size)]
    for place in range(1, 1 + size):
        release(cohort, place, opens_on=later(), after_previous=True, after_quiz=quiz.key)
    with django_assert_num_queries(7):
        assert set(modules_closed_to(enrolments)) == {e.pk for e in enrolments}
    client = signed_in(enrolments[0].user)
    path = address(cohort, place=0)
    client.get(path)
    with django_assert_num_queries(16):
        client.get(path)
    with django_assert_num_queries(18):
        client.get(reverse("progress:syllabus", args=[cohort.code]))
