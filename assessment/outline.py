"""What an attempt asks: the frozen snapshot, and the paper that a learner sees, without right answers."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessment.choices import QuestionKind
from assessment.models import Answer, Assessment, Attempt, Question
from assessment.models.texts import in_language, language_of

SNAPSHOT_FORMAT = 1


def snapshot_of(assessment: Assessment, seed: str) -> dict:
    """The questions and the rule as they stand now, in all languages: 2 queries.

    Shuffled by `seed` where the assessment says so; true and false keep their order.
    """
    rows = assessment.question_rows.select_related("question").prefetch_related("question__choices")
    questions = [_frozen(row.question) for row in rows.order_by("sort_order", "pk")]
    if assessment.shuffle:
        chance = random.Random(seed)  # noqa: S311 - an order, not a secret
        chance.shuffle(questions)
        for question in questions:
            if question["kind"] != QuestionKind.TRUE_FALSE:
                chance.shuffle(question["choices"])
    return {
        "format": SNAPSHOT_FORMAT,
        "seed": seed,
        "title": assessment.title,
        "instructions": assessment.instructions,
        "rule": {
            "pass_mark": assessment.pass_mark,
            "multiple": assessment.multiple_rule,
            "time_limit_minutes": assessment.time_limit_minutes,
            "attempts_allowed": assessment.attempts_allowed,
        },
        "questions": questions,
    }


def _frozen(question: Question) -> dict:
    return {
        "key": question.key,
        "revision": question.latest_revision_id,
        "kind": question.kind,
        "outcome": question.outcome,
        "points": question.points,
        "text": question.text,
        "feedback": question.feedback,
        "choices": [
            {
                "key": choice.key,
                "correct": choice.correct,
                "text": choice.text,
                "feedback": choice.feedback,
            }
            for choice in question.choices.all()
        ],
    }


@dataclass(frozen=True)
class AskedChoice:
    key: str
    text: str
    language: str
    checked: bool


@dataclass(frozen=True)
class AskedQuestion:
    """A question as the learner may see it before handing in; `revision` is that of the saved answer."""

    number: int
    key: str
    kind: str
    points: int
    text: str
    language: str
    revision: int
    choices: tuple[AskedChoice, ...]

    @property
    def several(self) -> bool:
        return self.kind == QuestionKind.MULTIPLE

    @property
    def answered(self) -> bool:
        return any(choice.checked for choice in self.choices)


def paper_of(
    attempt: Attempt, answers: Iterable[Answer], language: str | None = None
) -> tuple[AskedQuestion, ...]:
    """The questions of `attempt` with what was saved, in `language` or else in Italian; no query."""
    saved = {answer.question_key: answer for answer in answers}
    return tuple(
        _asked(number, question, saved.get(question["key"]), language)
        for number, question in enumerate(attempt.questions, start=1)
    )


def _asked(
    number: int, question: Mapping, saved: Answer | None, language: str | None
) -> AskedQuestion:
    chosen = set(saved.choices) if saved else set()
    return AskedQuestion(
        number=number,
        key=question["key"],
        kind=question["kind"],
        points=question["points"],
        text=in_language(question["text"], language),
        language=language_of(question["text"], language),
        revision=saved.revision if saved else 0,
        choices=tuple(
            AskedChoice(
                key=choice["key"],
                text=in_language(choice["text"], language),
                language=language_of(choice["text"], language),
                checked=choice["key"] in chosen,
            )
            for choice in question["choices"]
        ),
    )
