"""Importing a quiz from a parsed file: all or nothing, by keys, with the place of each error."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from assessment import services
from assessment.exchange.course_archive import PART
from assessment.marking import fault_of
from assessment.models import Assessment, Question, QuestionBank
from lms.core.errors import DomainError
from tests.factories import curriculum, people
from tests.factories.assessment import quiz_data

pytestmark = pytest.mark.django_db

FILES = sorted((Path(settings.BASE_DIR) / "lms/demo/content").glob("*/quiz.yaml"))


@pytest.fixture
def course():
    return curriculum.course()


def load(course, data):
    return services.import_quiz(course=course, data=data)


def test_a_quiz_comes_in_with_its_bank_and_questions(course):
    author = people.instructor()
    made = services.import_quiz(course=course, data=quiz_data(3), by=author)
    assert made.course_key == course.translation_key
    assert (made.title["en"], made.pass_mark, made.attempts_allowed) == ("Trial quiz", 60, 3)
    bank = QuestionBank.objects.get()
    assert (bank.course_key, bank.name) == (course.translation_key, "MC-PROVA")
    rows = made.question_rows.select_related("question")
    assert [row.question.kind for row in rows] == ["single", "multiple", "true_false"]
    first = rows[0].question
    assert list(first.choices.values_list("key", "correct")) == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert first.latest_revision is not None
    entry = ModelLogEntry.objects.get(action="assessment.import")
    assert (entry.user, entry.data) == (author, {"made": True})


@pytest.mark.parametrize("questions", [1, 3])
def test_writing_asks_the_same_of_a_quiz_of_any_length(
    course, questions, django_assert_num_queries
):
    data = quiz_data(questions)
    load(course, data)
    others = [row | {"key": f"{row['key']}-mai-chiesta"} for row in data["questions"]]
    services.import_questions(course=course, data=others)
    # Quizzes; their rows and choices; the banks' other questions and theirs.
    with django_assert_num_queries(5):
        assert set(PART.write(course)) == {"quiz.yaml", "questions.yaml"}


def test_the_same_quiz_again_changes_nothing(course):
    first = load(course, quiz_data(3))
    before = list(Question.objects.values())
    again = load(course, quiz_data(3))
    assert again.pk == first.pk
    assert list(Question.objects.values()) == before


def test_an_edited_quiz_updates_by_key_and_keeps_the_history(course):
    made = load(course, quiz_data(3))
    ids = list(Question.objects.order_by("key").values_list("pk", flat=True))
    data = quiz_data(3, pass_mark=70)
    data["questions"][0]["text"]["it"] = "Domanda corretta?"
    data["questions"][0]["choices"][0]["correct"] = False
    data["questions"][0]["choices"][1]["correct"] = True
    del data["questions"][0]["choices"][2]
    data["questions"][1:3] = [data["questions"][2], data["questions"][1]]
    again = load(course, data)
    assert (again.pk, again.pass_mark) == (made.pk, 70)
    assert list(Question.objects.order_by("key").values_list("pk", flat=True)) == ids
    assert [row.question_id for row in again.question_rows.all()] == [ids[0], ids[2], ids[1]]
    first = Question.objects.get(pk=ids[0])
    assert first.text["it"] == "Domanda corretta?"
    assert list(first.choices.values_list("key", "correct")) == [("a", False), ("b", True)]
    assert [question.revisions.count() for question in Question.objects.order_by("key")] == [
        2,
        1,
        1,
    ]


def test_a_question_left_out_stays_in_the_bank(course):
    load(course, quiz_data(3))
    again = load(course, quiz_data(2))
    assert again.question_rows.count() == 2
    assert Question.objects.count() == 3


def _set(path, value):
    def change(data):
        *way, last = path
        for step in way:
            data = data[step]
        if value is ...:
            del data[last]
        else:
            data[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_set(["title"], ...), "title"),
        (_set(["title"], "Quiz"), "title"),
        (_set(["key"], "Con Spazi"), "Con Spazi"),
        (_set(["pass_mark"], 101), "pass_mark"),
        (_set(["pass_mark"], "60"), "pass_mark"),
        (_set(["pass_mark"], True), "pass_mark"),
        (_set(["attempts_allowed"], 0), "attempts_allowed"),
        (_set(["passmark"], 60), "passmark"),
        (_set(["questions"], []), "questions"),
        (_set(["questions"], "uno"), "questions"),
        (_set(["multiple_rule"], "boh"), "multiple_rule"),
        (_set(["questions", 1, "kind"], "essay"), "prova-quiz-q02"),
        (_set(["questions", 1, "key"], "prova-quiz-q01"), "prova-quiz-q01"),
        (_set(["questions", 1, "text"], {"en": "Only English?"}), "prova-quiz-q02"),
        (_set(["questions", 1, "text"], {"it": "Ciao?", "fr": "Salut ?"}), "fr"),
        (_set(["questions", 1, "points"], 1.5), "prova-quiz-q02"),
        (_set(["questions", 2, "choices", 0, "key"], True), "prova-quiz-q03"),
        (_set(["questions", 2, "choices", 0, "correct"], "yes"), "prova-quiz-q03"),
        (_set(["questions", 2, "choices", 0, "correct"], False), "prova-quiz-q03"),
        (_set(["questions", 0, "choices", 1, "key"], "a"), "prova-quiz-q01"),
        (_set(["questions", 0], ["a"]), "1"),
    ],
)
def test_an_error_names_its_place_and_nothing_is_written(course, change, place):
    data = quiz_data(3)
    change(data)
    with pytest.raises(DomainError) as refusal:
        load(course, data)
    assert refusal.value.code == "invalid_quiz"
    assert place in str(refusal.value)
    assert not QuestionBank.objects.exists()
    assert not Assessment.objects.exists()


def test_an_error_leaves_what_was_there(course):
    load(course, quiz_data(3))
    data = quiz_data(3, pass_mark=90)
    data["questions"][0]["text"]["it"] = "Cambiata?"
    data["questions"][2]["kind"] = "essay"
    with pytest.raises(DomainError):
        load(course, data)
    assert Assessment.objects.get().pass_mark == 60
    assert not Question.objects.filter(text__it="Cambiata?").exists()


@pytest.mark.parametrize("data", [None, [], "quiz", 7])
def test_what_is_no_quiz_at_all_is_refused(course, data):
    with pytest.raises(DomainError) as refusal:
        load(course, data)
    assert refusal.value.code == "invalid_quiz"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
places = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@given(way=places, value=values)
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_broken_file_is_refused_and_never_crashes(course, way, value):
    data = deepcopy(quiz_data(2))
    node = data
    for step in way:
        steps = list(node) if isinstance(node, dict) else range(len(node))
        key = list(steps)[step % len(steps)]
        if step == way[-1] or not isinstance(node[key], dict | list) or not node[key]:
            node[key] = value
            break
        node = node[key]
    before = Assessment.objects.count()
    try:
        load(course, data)
    except DomainError as refusal:
        assert refusal.code == "invalid_quiz"
        assert Assessment.objects.count() == before


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_the_demo_quizzes_come_in(course, file):
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    made = load(course, data)
    assert made.question_rows.count() >= 8
    for row in made.question_rows.select_related("question").prefetch_related("question__choices"):
        choices = row.question.choices.all()
        assert not fault_of(row.question.kind, [(one.key, one.correct) for one in choices])
        assert row.question.feedback["it"]
        assert all(choice.feedback["it"] for choice in choices)
