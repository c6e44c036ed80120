"""The Wagtail admin of quizzes: who reads and writes what, and what a form refuses."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from assessment.models import Assessment, AssessmentQuestion, Choice, Question, QuestionBank
from tests.factories import cohorts, curriculum, people
from tests.factories.assessment import attempt, quiz
from tests.factories.stamps import stamped

pytestmark = pytest.mark.django_db

MODELS = ("questionbank", "question", "assessment", "attempt")


def url(model, view, *args):
    return reverse(f"wagtailsnippets_assessment_{model}:{view}", args=args)


def status(client, page, method="get") -> int:
    """The answer's status; a 404 of the admin comes as a redirect that looks for it under a language."""
    reply = getattr(client, method)(page)
    lost = reply.status_code == 302 and reply.url.startswith("/it/admin/")
    return 404 if lost else reply.status_code


@pytest.fixture
@stamped
def school():
    """Two courses with a quiz each, a shared bank with one question, an attempt at each quiz."""
    own_cohort = cohorts.cohort()
    other_cohort = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    own = quiz(own_cohort.course, key="mio", questions=3)
    other = quiz(other_cohort.course, key="altrui", questions=3)
    shared = QuestionBank.objects.create(name="Di tutti")
    question = Question.objects.create(
        bank=shared, key="comune-1", kind="single", text={"it": "Domanda di tutti?"}
    )
    for key in ("a", "b"):
        Choice.objects.create(question=question, key=key, correct=key == "a", text={"it": key})
    teacher = people.instructor()
    curriculum.teach(own_cohort.course, teacher)
    return {
        "own": own,
        "other": other,
        "shared": question,
        "own attempt": attempt(cohorts.learner(own_cohort), own),
        "other attempt": attempt(cohorts.learner(other_cohort), other),
        "cohort": own_cohort,
        "instructor": teacher,
        "administrator": people.administrator(),
        "committee": people.committee(),
        "manager": cohorts.manager(own_cohort),
        "learner": people.person(),
    }


@pytest.fixture
def enter(client, school):
    def log_in(name):
        user = school[name]
        if name != "learner":
            user.groups.first().permissions.add(Permission.objects.get(codename="access_admin"))
        client.force_login(user)
        return client

    return log_in


def rows(assessment) -> dict[str, object]:
    question = assessment.question_rows.select_related("question__bank").first().question
    return {"questionbank": question.bank, "question": question, "assessment": assessment}


def statuses(client, school) -> dict[str, dict[str, int]]:
    """What a person gets: the list, and for own and foreign rows the edit (or inspect) page."""
    found: dict[str, dict[str, int]] = {}
    for model in MODELS[:3]:
        found[model] = {"list": status(client, url(model, "list"))}
        for side in ("own", "other"):
            row = rows(school[side])[model]
            found[model][side] = status(client, url(model, "edit", row.pk))
    found["attempt"] = {"list": status(client, url("attempt", "list"))}
    for side in ("own", "other"):
        page = url("attempt", "inspect", school[f"{side} attempt"].pk)
        found["attempt"][side] = status(client, page)
    return found


ALL = {"list": 200, "own": 200, "other": 200}
OWN = {"list": 200, "own": 200, "other": 404}
READ = {"list": 200, "own": 404, "other": 404}
NONE = {"list": 302, "own": 302, "other": 302}
# A row that one may not see or not change is 404; a list is Wagtail's redirect with a message.
FORBIDDEN = {"list": 302, "own": 404, "other": 404}

MATRIX = {
    "administrator": {"authoring": ALL, "attempt": ALL},
    "instructor": {"authoring": OWN, "attempt": OWN},
    "committee": {"authoring": READ, "attempt": FORBIDDEN},
    "manager": {"authoring": FORBIDDEN, "attempt": FORBIDDEN},
    "learner": {"authoring": NONE, "attempt": NONE},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MATRIX)
def test_who_reads_and_writes_what(enter, school, name):
    expected = MATRIX[name]
    assert statuses(enter(name), school) == {
        "questionbank": expected["authoring"],
        "question": expected["authoring"],
        "assessment": expected["authoring"],
        "attempt": expected["attempt"],
    }


@pytest.mark.slow
def test_the_anonymous_are_sent_to_the_login(client, school):
    for model in MODELS:
        assert status(client, url(model, "list")) == 302


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("administrator", {"mio-q01", "altrui-q01", "comune-1"}),
        ("instructor", {"mio-q01", "comune-1"}),
        ("committee", {"mio-q01", "altrui-q01", "comune-1"}),
    ],
)
@pytest.mark.postgres
def test_lists_and_searches_stay_within_reach(enter, school, name, expected):
    client = enter(name)
    pages = [url("question", "list"), url("question", "list") + "?q=domanda"]
    for page in pages:
        body = client.get(page).content.decode()
        found = {key for key in ("mio-q01", "altrui-q01", "comune-1") if key in body}
        assert found == expected
    choosing = reverse("wagtailsnippetchoosers_assessment_question:choose")
    for page in (choosing, f"{choosing}?q=domanda"):
        body = client.get(page).json()["html"]
        assert {key for key in ("mio-q01", "altrui-q01", "comune-1") if key in body} == expected


def test_an_instructor_cannot_choose_a_foreign_question(enter, school):
    client = enter("instructor")
    foreign, own = rows(school["other"])["question"], rows(school["own"])["question"]
    chosen = "wagtailsnippetchoosers_assessment_question:chosen"
    assert status(client, reverse(chosen, args=[own.pk])) == 200
    assert status(client, reverse(chosen, args=[foreign.pk])) == 404
    several = reverse("wagtailsnippetchoosers_assessment_question:chosen_multiple")
    body = client.get(f"{several}?id={own.pk}&id={foreign.pk}").content.decode()
    assert own.key in body
    assert foreign.key not in body


def test_every_page_of_a_foreign_row_is_closed(enter, school):
    client = enter("instructor")
    foreign = rows(school["other"])
    revision = Revision.objects.for_instance(foreign["question"]).first()
    pages = [
        url(model, view, row.pk)
        for model, row in foreign.items()
        for view in ("edit", "delete", "history", "history_results", "usage")
    ]
    pages += [
        url("question", "inspect", foreign["question"].pk),
        url("question", "revisions_revert", foreign["question"].pk, revision.pk),
        url("question", "revisions_compare", foreign["question"].pk, "earliest", "latest"),
        url("attempt", "history", school["other attempt"].pk),
    ]
    for page in pages:
        assert status(client, page) == 404, page
        assert status(client, page, "post") in (404, 405), page
    assert Question.objects.filter(pk=foreign["question"].pk).exists()


def test_a_shared_question_is_read_by_instructors_and_changed_by_administrators(enter, school):
    client = enter("instructor")
    shared = school["shared"]
    assert status(client, url("question", "inspect", shared.pk)) == 200
    assert status(client, url("question", "edit", shared.pk)) == 404
    assert client.post(url("question", "edit", shared.pk)).status_code == 404
    assert Question.objects.filter(pk=shared.pk).exists()
    assert enter("administrator").get(url("question", "edit", shared.pk)).status_code == 200


def test_attempts_are_read_and_never_written(enter, school):
    client = enter("administrator")
    done = school["own attempt"]
    body = client.get(url("attempt", "inspect", done.pk)).content.decode()
    assert "Domanda numero 1?" in body
    assert status(client, url("attempt", "add")) == 302
    for view in ("edit", "delete"):
        assert client.post(url("attempt", view, done.pk)).status_code == 404
    done.refresh_from_db()
    assert done.percent == 100


def test_a_tutor_reads_the_attempts_of_the_cohort_only(client, school):
    from assessment.models import Attempt

    tutor = cohorts.teacher(school["cohort"], function="tutor")
    assert list(Attempt.objects.visible_to(tutor)) == [school["own attempt"]]
    inspector = cohorts.teacher(school["cohort"], function="ispettore")
    assert list(Attempt.objects.visible_to(inspector)) == []


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_of_attempts_costs_the_same(
    enter, school, items, django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter("administrator")
    client.get(url("attempt", "list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("attempt", "list"))
    for _ in range(items):
        attempt(cohorts.learner(school["cohort"]), school["own"])
    with CaptureQueriesContext(connection) as more:
        client.get(url("attempt", "list"))
    assert len(more) == len(few)


def test_deleting_many_neither_names_nor_takes_what_is_out_of_reach(enter, school):
    foreign, own = rows(school["other"])["question"], rows(school["own"])["question"]
    spare = Question.objects.create(
        bank=own.bank, key="di-troppo", kind="single", text={"it": "Di troppo?"}
    )
    page = reverse("wagtail_bulk_action", args=["assessment", "question", "delete"])
    page += f"?id={foreign.pk}&id={own.pk}&id={spare.pk}&id={school['shared'].pk}"
    client = enter("instructor")
    body = client.get(page).content.decode()
    assert foreign.key not in body
    client.post(page)
    assert set(Question.objects.values_list("key", flat=True)) >= {
        foreign.key,
        own.key,  # in a quiz
        school["shared"].key,
    }
    assert not Question.objects.filter(pk=spare.pk).exists()
    many = reverse("wagtail_bulk_action", args=["assessment", "attempt", "delete"])
    enter("administrator").post(f"{many}?id={school['own attempt'].pk}")
    school["own attempt"].refresh_from_db()


# --- Forms ------------------------------------------------------------------------------------


def question_form(bank, kind="single", right=("a",), keys=("a", "b"), **fields):
    choices = [
        {
            "key": key,
            "correct": "on" if key in right else "",
            "text_it": f"Scelta {key}",
            "text_en": "",
            "feedback_it": "",
            "feedback_en": "",
        }
        for key in keys
    ]
    return nested_form_data(
        {
            "key": "nuova-1",
            "kind": kind,
            "bank": str(bank.pk),
            "outcome": "O1",
            "points": "2",
            "text_it": "Che cos’è?",
            "text_en": "What is it?",
            "feedback_it": "Perché sì.",
            "feedback_en": "",
            "choices": inline_formset(choices),
        }
        | fields
    )


def test_an_instructor_writes_a_question_in_two_languages(enter, school):
    client = enter("instructor")
    bank = rows(school["own"])["questionbank"]
    assert status(client, url("question", "add")) == 200
    reply = client.post(url("question", "add"), question_form(bank))
    assert reply.status_code == 302, reply.context["form"].errors
    made = Question.objects.get(key="nuova-1")
    assert made.text == {"it": "Che cos’è?", "en": "What is it?"}
    assert made.feedback == {"it": "Perché sì."}
    assert list(made.choices.values_list("key", "correct", "text")) == [
        ("a", True, {"it": "Scelta a"}),
        ("b", False, {"it": "Scelta b"}),
    ]
    assert made.latest_revision is not None
    page = client.get(url("question", "edit", made.pk)).content.decode()
    assert "What is it?" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"right": ()},
        {"right": ("a", "b")},
        {"keys": ("a", "a")},
        {"kind": "true_false"},
        {"text_it": ""},
        {"points": "0"},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(enter, school, fields):
    client = enter("instructor")
    data = question_form(rows(school["own"])["questionbank"], **fields)
    assert client.post(url("question", "add"), data).status_code == 200
    assert not Question.objects.filter(key="nuova-1").exists()


@pytest.mark.slow
def test_an_instructor_cannot_write_into_a_foreign_or_shared_bank(enter, school):
    client = enter("instructor")
    for bank in (rows(school["other"])["questionbank"], school["shared"].bank):
        assert client.post(url("question", "add"), question_form(bank)).status_code == 200
    assert not Question.objects.filter(key="nuova-1").exists()


def assessment_form(course, questions, **fields):
    return nested_form_data(
        {
            "course_key": str(course.translation_key),
            "key": "nuova-verifica",
            "position": "2",
            "title_it": "Verifica nuova",
            "title_en": "",
            "instructions_it": "",
            "instructions_en": "",
            "pass_mark": "70",
            "attempts_allowed": "2",
            "time_limit_minutes": "",
            "multiple_rule": "partial",
            "required": "on",
            "published": "on",
            "question_rows": inline_formset([{"question": str(row.pk)} for row in questions]),
        }
        | fields
    )


def test_an_instructor_puts_a_quiz_together(enter, school):
    client = enter("instructor")
    assert status(client, url("assessment", "add")) == 200
    data = assessment_form(
        school["cohort"].course, [rows(school["own"])["question"], school["shared"]]
    )
    reply = client.post(url("assessment", "add"), data)
    assert reply.status_code == 302, reply.context["form"].errors
    made = Assessment.objects.get(key="nuova-verifica")
    assert (made.time_limit_minutes, made.multiple_rule) == (None, "partial")
    asked = AssessmentQuestion.objects.filter(assessment=made)
    assert [row.question.key for row in asked] == ["mio-q01", "comune-1"]


def test_a_quiz_takes_no_foreign_question_nor_course(enter, school):
    client = enter("instructor")
    foreign = rows(school["other"])["question"]
    for data in (
        assessment_form(school["cohort"].course, [foreign]),
        assessment_form(school["other attempt"].enrolment.cohort.course, [school["shared"]]),
    ):
        assert client.post(url("assessment", "add"), data).status_code == 200
    assert not Assessment.objects.filter(key="nuova-verifica").exists()


def test_what_is_in_use_is_kept(enter, school):
    client = enter("administrator")
    for model, row in rows(school["own"]).items():
        reply = client.post(url(model, "delete", row.pk))
        assert reply.status_code == 302
        assert type(row).objects.filter(pk=row.pk).exists()
    school["shared"].delete()
    assert client.post(url("questionbank", "delete", school["shared"].bank_id)).status_code == 302
    assert not QuestionBank.objects.filter(name="Di tutti").exists()
