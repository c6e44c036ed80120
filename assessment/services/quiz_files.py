"""What a parsed quiz.yaml says, checked: the first fault is refused with its place. See docs/course-format.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessment.choices import MultipleRule, QuestionKind
from assessment.marking import fault_of
from assessment.models.question import stable_key
from lms.core.errors import DomainError

# In the order in which they are written.
OF_A_QUIZ = (
    "key", "title", "instructions", "pass_mark", "attempts_allowed", "time_limit_minutes", "shuffle",
    "multiple_rule", "required", "position",
)  # fmt: skip
OF_A_QUESTION = ("key", "kind", "outcome", "points", "text", "feedback")
OF_A_CHOICE = ("key", "correct", "text", "feedback")
# What is meant where the file says nothing; what is not named here must be said.
USUAL: dict[str, Any] = {
    "instructions": {}, "pass_mark": 60, "attempts_allowed": 3, "time_limit_minutes": None,
    "shuffle": False, "multiple_rule": MultipleRule.ALL_OR_NOTHING, "required": True, "position": 1,
    "outcome": "", "points": 1, "feedback": {}, "correct": False,
}  # fmt: skip


@dataclass(frozen=True)
class WrittenQuestion:
    """`fields` are those of a `Question` but for bank and key, `choices` those of each `Choice` in order."""

    bank: str
    key: str
    fields: dict[str, Any]
    choices: list[dict[str, Any]]


@dataclass(frozen=True)
class WrittenQuiz:
    """`fields` are those of an `Assessment` but for course and key."""

    key: str
    fields: dict[str, Any]
    questions: list[WrittenQuestion]


def read_quiz(data: Any, code: str) -> WrittenQuiz:
    """A quiz of the course with that code, which names the bank where the file does not; `invalid_quiz`."""
    place = _("quiz")
    _mapping(data, place, {*OF_A_QUIZ, "bank", "questions"})
    limit = data.get("time_limit_minutes")
    bank = _text(data, "bank", place, default=code)
    return WrittenQuiz(
        key=_key(data, place),
        fields={
            "title": _texts(data, "title", place),
            "instructions": _texts(data, "instructions", place),
            "pass_mark": _whole(data, "pass_mark", place, 0, 100),
            "attempts_allowed": _whole(data, "attempts_allowed", place, 1, 100),
            "time_limit_minutes": None
            if limit is None
            else _whole(data, "time_limit_minutes", place, 1, 10_000),
            "shuffle": _yes_or_no(data, "shuffle", place),
            "required": _yes_or_no(data, "required", place),
            "position": _whole(data, "position", place, 1, 1000),
            "multiple_rule": _one_of(data, "multiple_rule", place, MultipleRule.values),
        },
        questions=_questions(data, place, bank),
    )


def read_questions(data: Any, code: str) -> list[WrittenQuestion]:
    """A list of questions that no quiz asks; refused as a quiz is."""
    return _questions({"questions": data}, _("questions"), code)


def _questions(data: Mapping, place: str, bank: str) -> list[WrittenQuestion]:
    questions = [
        _question(row, number, bank)
        for number, row in enumerate(_list(data, "questions", place), start=1)
    ]
    for name in {question.bank for question in questions}:
        _unique((question.key for question in questions if question.bank == name), place)
    return questions


def _question(row: Any, number: int, bank: str) -> WrittenQuestion:
    place = _("question %(number)s") % {"number": number}
    _mapping(row, place, {*OF_A_QUESTION, "bank", "choices"})
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
    return WrittenQuestion(
        bank=_text(row, "bank", place, default=bank),
        key=key,
        fields={
            "kind": kind,
            "outcome": _text(row, "outcome", place, default=USUAL["outcome"], longest=20),
            "points": _whole(row, "points", place, 1, 100),
            "text": _texts(row, "text", place),
            "feedback": _texts(row, "feedback", place),
        },
        choices=choices,
    )


def _choice(row: Any, place: str, number: int) -> dict[str, Any]:
    place = _("%(place)s, choice %(number)s") % {"place": place, "number": number}
    _mapping(row, place, set(OF_A_CHOICE))
    return {
        "key": _key(row, place, longest=20),
        "correct": _yes_or_no(row, "correct", place),
        "text": _texts(row, "text", place),
        "feedback": _texts(row, "feedback", place),
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


def _texts(data: Mapping, name: str, place: str) -> dict[str, str]:
    value, required = data.get(name), name not in USUAL
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


def _whole(data: Mapping, name: str, place: str, least: int, most: int) -> int:
    value = data.get(name, USUAL.get(name))
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _invalid(
            place,
            _("“%(name)s” must be a whole number from %(least)s to %(most)s.")
            % {"name": name, "least": least, "most": most},
        )
    return value


def _yes_or_no(data: Mapping, name: str, place: str) -> bool:
    value = data.get(name, USUAL.get(name))
    if not isinstance(value, bool):
        raise _invalid(place, _("“%(name)s” must be true or false.") % {"name": name})
    return value


def _one_of(data: Mapping, name: str, place: str, accepted: list[str]) -> str:
    value = data.get(name, USUAL.get(name))
    if value not in accepted:
        raise _invalid(
            place,
            _("“%(name)s” must be one of: %(accepted)s.")
            % {"name": name, "accepted": ", ".join(accepted)},
        )
    return str(value)
