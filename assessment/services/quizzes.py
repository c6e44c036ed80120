"""A whole quiz from a parsed file (the shape of quiz.yaml): checked first, then written all or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from assessment.choices import MultipleRule, QuestionKind
from assessment.marking import fault_of
from assessment.models import Assessment, AssessmentQuestion, Choice, Question, QuestionBank
from assessment.models.question import stable_key
from curriculum.models import Course
from lms.accounts.models import User
from lms.core.errors import DomainError

QUIZ_FIELDS = {
    "key", "title", "instructions", "pass_mark", "attempts_allowed", "time_limit_minutes", "shuffle",
    "multiple_rule", "required", "bank", "position", "questions",
}  # fmt: skip
QUESTION_FIELDS = {"key", "bank", "kind", "outcome", "points", "text", "feedback", "choices"}
CHOICE_FIELDS = {"key", "correct", "text", "feedback"}


def import_quiz(
    *, course: Course, data: Mapping, by: User | None = None, published: bool = True
) -> Assessment:
    """Make or update the assessment `data["key"]` of `course`, with its questions and their bank.

    `data` is the parsed quiz.yaml; the bank is the one that it names, or the course's own. Known by their
    keys, what exists is updated (an edited question gets a new revision) and what is the same stays
    untouched; attempts keep their snapshot. `published` is said of a new quiz alone. Raises DomainError `invalid_quiz`, which names the place; then
    nothing is written.
    """
    quiz = _quiz(data, course.code)
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
    quiz = _quiz(data, code)
    return quiz.key, [(row.bank, row.key) for row in quiz.questions], _outcomes(quiz.questions)


def check_questions(data: Any, *, code: str) -> tuple[list[tuple[str, str]], set[str]]:
    """The same of a list of questions that no quiz asks."""
    questions = _questions({"questions": data}, _("questions"), code)
    return [(row.bank, row.key) for row in questions], _outcomes(questions)


def import_questions(
    *, course: Course, data: list[Mapping], by: User | None = None
) -> list[Question]:
    """Put questions into the banks of `course` without asking them in a quiz; known by bank and key."""
    questions = _questions({"questions": data}, _("questions"), course.code)
    with transaction.atomic():
        return _put_questions(course, questions, by)


def _put_questions(course: Course, rows: "list[_Question]", by: User | None) -> list[Question]:
    banks: dict[str, QuestionBank] = {}
    for name in {row.bank: None for row in rows}:
        banks[name], _made = QuestionBank.objects.get_or_create(
            course_key=course.translation_key, name=name
        )
    return [_put_question(banks[row.bank], row, by) for row in rows]


def _outcomes(questions: "Iterable[_Question]") -> set[str]:
    return {row.fields["outcome"] for row in questions} - {""}


def _put_question(bank: QuestionBank, row: "_Question", by: User | None) -> Question:
    question = Question.objects.filter(bank=bank, key=row.key).first()
    if question and _state(question) == row.state:
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


def _state(question: Question) -> tuple:
    fields = {name: getattr(question, name) for name in _FIELDS_OF_A_QUESTION}
    choices = [
        {"key": row.key, "correct": row.correct, "text": row.text, "feedback": row.feedback}
        for row in question.choices.order_by("sort_order")
    ]
    return fields, choices


_FIELDS_OF_A_QUESTION = ("kind", "outcome", "points", "text", "feedback")


@dataclass(frozen=True)
class _Question:
    bank: str
    key: str
    fields: dict[str, Any]
    choices: list[dict[str, Any]]

    @property
    def state(self) -> tuple:
        return self.fields, self.choices


@dataclass(frozen=True)
class _Quiz:
    key: str
    fields: dict[str, Any]
    questions: list[_Question] = field(default_factory=list)


def _quiz(data: Any, code: str) -> _Quiz:
    place = _("quiz")
    _mapping(data, place, QUIZ_FIELDS)
    limit = data.get("time_limit_minutes")
    bank = _text(data, "bank", place, default=code)
    questions = _questions(data, place, bank)
    return _Quiz(
        key=_key(data, place),
        fields={
            "title": _texts(data, "title", place),
            "instructions": _texts(data, "instructions", place, required=False),
            "pass_mark": _whole(data, "pass_mark", place, 0, 100, default=60),
            "attempts_allowed": _whole(data, "attempts_allowed", place, 1, 100, default=3),
            "time_limit_minutes": None
            if limit is None
            else _whole(data, "time_limit_minutes", place, 1, 10_000),
            "shuffle": _yes_or_no(data, "shuffle", place, default=False),
            "required": _yes_or_no(data, "required", place, default=True),
            "position": _whole(data, "position", place, 1, 1000, default=1),
            "multiple_rule": _one_of(
                data, "multiple_rule", place, MultipleRule.values, MultipleRule.ALL_OR_NOTHING
            ),
        },
        questions=questions,
    )


def _questions(data: Mapping, place: str, bank: str) -> list[_Question]:
    questions = [
        _question(row, number, bank)
        for number, row in enumerate(_list(data, "questions", place), start=1)
    ]
    for name in {question.bank for question in questions}:
        _unique((question.key for question in questions if question.bank == name), place)
    return questions


def _question(row: Any, number: int, bank: str) -> _Question:
    place = _("question %(number)s") % {"number": number}
    _mapping(row, place, QUESTION_FIELDS)
    key = _key(row, place)
    place = f"{place} ({key})"
    kind = _one_of(row, "kind", place, QuestionKind.values)
    choices = [
        _choice(choice, place, number)
        for number, choice in enumerate(_list(row, "choices", place), start=1)
    ]
    fault = fault_of(kind, [(choice["key"], choice["correct"]) for choice in choices])
    if fault:
        raise _invalid(place, fault)
    return _Question(
        bank=_text(row, "bank", place, default=bank),
        key=key,
        fields={
            "kind": kind,
            "outcome": _text(row, "outcome", place, default="", longest=20),
            "points": _whole(row, "points", place, 1, 100, default=1),
            "text": _texts(row, "text", place),
            "feedback": _texts(row, "feedback", place, required=False),
        },
        choices=choices,
    )


def _choice(row: Any, place: str, number: int) -> dict[str, Any]:
    place = _("%(place)s, choice %(number)s") % {"place": place, "number": number}
    _mapping(row, place, CHOICE_FIELDS)
    return {
        "key": _key(row, place, longest=20),
        "correct": _yes_or_no(row, "correct", place, default=False),
        "text": _texts(row, "text", place),
        "feedback": _texts(row, "feedback", place, required=False),
    }


def _invalid(place: str, message: str) -> DomainError:
    return DomainError(
        _("%(place)s: %(message)s") % {"place": place, "message": message}, "invalid_quiz"
    )


def _mapping(value: Any, place: str, known: set[str]) -> None:
    if not isinstance(value, Mapping):
        raise _invalid(place, _("a group of fields is expected."))
    unknown = sorted(str(name) for name in value if name not in known)
    if unknown:
        raise _invalid(place, _("the field “%(name)s” is unknown.") % {"name": unknown[0]})


def _list(data: Mapping, name: str, place: str) -> list:
    value = data.get(name)
    if not isinstance(value, list) or not value:
        raise _invalid(place, _("“%(name)s” must be a list that is not empty.") % {"name": name})
    return value


def _unique(keys: Iterable[str], place: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise _invalid(place, _("the key “%(key)s” occurs twice.") % {"key": key})
        seen.add(key)


def _key(data: Mapping, place: str, longest: int = 80) -> str:
    value = _text(data, "key", place, longest=longest)
    try:
        stable_key(value)
    except ValidationError as error:
        raise _invalid(place, f"“{value}”: {error.message}") from error
    return value


def _text(
    data: Mapping, name: str, place: str, default: str | None = None, longest: int = 200
) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise _invalid(place, _("“%(name)s” must be a text (in quotes).") % {"name": name})
    if len(value) > longest:
        raise _invalid(
            place,
            _("“%(name)s” is longer than %(longest)s characters.")
            % {"name": name, "longest": longest},
        )
    return value.strip()


def _texts(data: Mapping, name: str, place: str, required: bool = True) -> dict[str, str]:
    value = data.get(name)
    if value is None and not required:
        return {}
    if not isinstance(value, Mapping):
        raise _invalid(place, _("“%(name)s” must have a text per language.") % {"name": name})
    known = dict(settings.LANGUAGES)
    for language, text in value.items():
        if language not in known or not isinstance(text, str):
            raise _invalid(
                place,
                _("“%(name)s”: “%(language)s” is not a language with a text.")
                % {"name": name, "language": language},
            )
    texts = {language: text.strip() for language, text in value.items() if text.strip()}
    if required and "it" not in texts:
        raise _invalid(place, _("“%(name)s” lacks its Italian text.") % {"name": name})
    return texts


def _whole(
    data: Mapping, name: str, place: str, least: int, most: int, default: int | None = None
) -> int:
    value = data.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _invalid(
            place,
            _("“%(name)s” must be a whole number from %(least)s to %(most)s.")
            % {"name": name, "least": least, "most": most},
        )
    return value


def _yes_or_no(data: Mapping, name: str, place: str, default: bool) -> bool:
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise _invalid(place, _("“%(name)s” must be true or false.") % {"name": name})
    return value


def _one_of(
    data: Mapping, name: str, place: str, accepted: list[str], default: str | None = None
) -> str:
    value = data.get(name, default)
    if value not in accepted:
        raise _invalid(
            place,
            _("“%(name)s” must be one of: %(accepted)s.")
            % {"name": name, "accepted": ", ".join(accepted)},
        )
    return str(value)
