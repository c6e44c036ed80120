"""A whole quiz from a parsed file (the shape of quiz.yaml): checked first, then written all or nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from assessment.models import Assessment, AssessmentQuestion, Choice, Question, QuestionBank
from assessment.services.quiz_files import (
    OF_A_CHOICE,
    WrittenQuestion,
    read_questions,
    read_quiz,
)
from curriculum.models import Course
from lms.accounts.models import User


def import_quiz(
    *, course: Course, data: Mapping, by: User | None = None, published: bool = True
) -> Assessment:
    """Make or update the assessment `data["key"]` of `course`, with its questions and their bank.

    `data` is the parsed quiz.yaml; the bank is the one that it names, or the course's own. Known by their
    keys, what exists is updated (an edited question gets a new revision) and what is the same stays
    untouched; attempts keep their snapshot. `published` is said of a new quiz alone. Raises DomainError
    `invalid_quiz`, which names the place; then nothing is written.
    """
    quiz = read_quiz(data, course.code)
    with transaction.atomic():
        questions = _put_questions(course, quiz.questions, by)
        assessment, made = Assessment.objects.update_or_create(
            course_key=course.translation_key,
            key=quiz.key,
            defaults=quiz.fields,
            create_defaults={**quiz.fields, "published": published},
        )
        _put_order(assessment, questions)
        log(assessment, "assessment.import", user=by, title=str(assessment), data={"made": made})
    return assessment


def check_quiz(data: Any, *, code: str) -> tuple[str, list[tuple[str, str]], set[str]]:
    """The key of a parsed quiz, (bank, key) of its questions and their outcomes; `invalid_quiz` names the place."""
    quiz = read_quiz(data, code)
    return quiz.key, [(row.bank, row.key) for row in quiz.questions], _outcomes(quiz.questions)


def check_questions(data: Any, *, code: str) -> tuple[list[tuple[str, str]], set[str]]:
    """The same of a list of questions that no quiz asks."""
    questions = read_questions(data, code)
    return [(row.bank, row.key) for row in questions], _outcomes(questions)


def import_questions(
    *, course: Course, data: list[Mapping], by: User | None = None
) -> list[Question]:
    """Put questions into the banks of `course` without asking them in a quiz; known by bank and key."""
    questions = read_questions(data, course.code)
    with transaction.atomic():
        return _put_questions(course, questions, by)


def _put_questions(course: Course, rows: list[WrittenQuestion], by: User | None) -> list[Question]:
    banks: dict[str, QuestionBank] = {}
    for name in {row.bank: None for row in rows}:
        banks[name], _made = QuestionBank.objects.get_or_create(
            course_key=course.translation_key, name=name
        )
    return [_put_question(banks[row.bank], row, by) for row in rows]


def _outcomes(questions: Iterable[WrittenQuestion]) -> set[str]:
    return {row.fields["outcome"] for row in questions} - {""}


def _put_question(bank: QuestionBank, row: WrittenQuestion, by: User | None) -> Question:
    question = Question.objects.filter(bank=bank, key=row.key).first()
    if question and _says(question, row):
        return question
    question = question or Question(bank=bank, key=row.key)
    for name, value in row.fields.items():
        setattr(question, name, value)
    question.choices.set(
        [Choice(sort_order=place, **choice) for place, choice in enumerate(row.choices)]
    )
    question.save()
    question.save_revision(user=by)
    return question


def _put_order(assessment: Assessment, questions: list[Question]) -> None:
    wanted = [question.pk for question in questions]
    rows = AssessmentQuestion.objects.filter(assessment=assessment).order_by("sort_order", "pk")
    if list(rows.values_list("question_id", flat=True)) == wanted:
        return
    rows.delete()
    AssessmentQuestion.objects.bulk_create(
        AssessmentQuestion(assessment=assessment, question_id=pk, sort_order=place)
        for place, pk in enumerate(wanted)
    )


def _says(question: Question, row: WrittenQuestion) -> bool:
    """Whether the question as it is kept is the one that is written."""
    choices = question.choices.order_by("sort_order").values(*OF_A_CHOICE)
    return list(choices) == row.choices and all(
        getattr(question, name) == value for name, value in row.fields.items()
    )
