"""The part of a course archive that belongs to quizzes: quiz.yaml, quiz-2.yaml …, and questions.yaml.

A quiz is a file, in the order of the course; questions of the course's banks that no quiz asks stand in
questions.yaml. See docs/course-format.md.
"""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.models import Assessment, Question, QuestionBank
from assessment.services import check_questions, check_quiz, import_questions, import_quiz
from assessment.services.quiz_files import OF_A_CHOICE, OF_A_QUESTION, OF_A_QUIZ, USUAL
from curriculum.exchange import load_yaml, write_yaml
from curriculum.models import Course
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.registries import ArchivePart

QUIZ = re.compile(r"^quiz(?:-([1-9][0-9]{0,2}))?\.yaml$")
QUESTIONS = "questions.yaml"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def claims(path: str) -> bool:
    return path == QUESTIONS or QUIZ.match(path) is not None


# --- Writing ---------------------------------------------------------------------------------------
def write(course: Course) -> dict[str, str]:
    """The texts of a course's quizzes by file; a question's outcome that the course no longer has is left out."""
    outcomes = {block.value["key"] for block in course.outcomes}
    files: dict[str, str] = {}
    asked: set[int] = set()
    quizzes = Assessment.objects.of_course(course).order_by("position", "pk")
    for number, quiz in enumerate(quizzes, start=1):
        rows = quiz.question_rows.select_related("question__bank")
        rows = rows.prefetch_related("question__choices").order_by("sort_order", "pk")
        questions = [row.question for row in rows]
        asked |= {question.pk for question in questions}
        said = _said(quiz, OF_A_QUIZ)
        said["questions"] = [_question(question, course, outcomes) for question in questions]
        files["quiz.yaml" if number == 1 else f"quiz-{number}.yaml"] = write_yaml(said)
    banks = QuestionBank.objects.filter(course_key=course.translation_key)
    others = Question.objects.filter(bank__in=banks).exclude(pk__in=asked)
    others = others.select_related("bank").prefetch_related("choices").order_by("bank__name", "key")
    if left := [_question(question, course, outcomes) for question in others]:
        files[QUESTIONS] = write_yaml(left)
    return files


def _question(question: Question, course: Course, outcomes: set[str]) -> dict[str, Any]:
    said = _said(question, OF_A_QUESTION)
    if said.get("outcome") and said["outcome"] not in outcomes:
        del said["outcome"]
    if question.bank.name != course.code:
        said["bank"] = question.bank.name
    said["choices"] = [_said(choice, OF_A_CHOICE) for choice in question.choices.all()]
    return said


def _said(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    said = {}
    for name in names:
        value = getattr(row, name)
        if isinstance(value, dict):
            texts = {code: value.get(code, "").strip() for code in LANGUAGES}
            value = {code: text for code, text in texts.items() if text}
        if name not in USUAL or value != USUAL[name]:
            said[name] = value
    return said


# --- Reading ---------------------------------------------------------------------------------------
def check(texts: dict[str, str], code: str, outcomes: set[str]) -> tuple[list[str], str]:
    """Every file's first fault, and what there is in words."""
    problems: list[str] = []
    known: dict[str, str] = {}
    seen: dict[tuple[str, str], str] = {}
    for name in _in_order(texts):
        try:
            data = load_yaml(texts[name], name=name)
            if name == QUESTIONS:
                questions, served = check_questions(data, code=code)
            else:
                key, questions, served = check_quiz(data, code=code)
                if key in known:
                    problems.append(
                        _("%(file)s: the key “%(key)s” is that of %(other)s too.")
                        % {"file": name, "key": key, "other": known[key]}
                    )
                known[key] = name
        except DomainError as error:
            sentence = str(error)
            problems.append(sentence if sentence.startswith(name) else f"{name}: {sentence}")
            continue
        for outcome in sorted(served - outcomes):
            problems.append(
                _("%(file)s: the course has no outcome “%(key)s”.") % {"file": name, "key": outcome}
            )
        for question in questions:
            if name == QUESTIONS and question in seen:
                problems.append(
                    _("%(file)s: the question “%(key)s” stands in %(other)s already.")
                    % {"file": name, "key": question[1], "other": seen[question]}
                )
            seen.setdefault(question, name)
    quizzes = ngettext("%(count)s quiz", "%(count)s quizzes", len(known)) % {"count": len(known)}
    questions_in_words = ngettext("%(count)s question", "%(count)s questions", len(seen)) % {
        "count": len(seen)
    }
    return problems, f"{quizzes}, {questions_in_words}"


def put(course: Course, texts: dict[str, str], by: User | None) -> list[Any]:
    """Quizzes (not published: an author opens them) and the banks of the course."""
    made: list[Any] = []
    for name in _in_order(texts):
        data = load_yaml(texts[name], name=name)
        if name == QUESTIONS:
            import_questions(course=course, data=data, by=by)
        else:
            made.append(import_quiz(course=course, data=data, by=by, published=False))
    return [*made, *QuestionBank.objects.filter(course_key=course.translation_key)]


def _in_order(texts: dict[str, str]) -> list[str]:
    """quiz.yaml, quiz-2.yaml … quiz-10.yaml, and the rest last."""

    def place(name: str) -> int:
        match = QUIZ.match(name)
        return int(match[1] or 1) if match else 10_000

    return sorted(texts, key=place)


PART = ArchivePart(claims=claims, write=write, check=check, put=put)
