"""How answers become marks, and a mark is explained question by question: pure, no query, no request.

Marks are integers in hundredths of a point, so that partial credit never meets a float
(docs/decisions/0020).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessment.choices import TRUE_FALSE_KEYS, MultipleRule, QuestionKind
from assessment.models import Answer, Attempt
from assessment.models.texts import in_language, language_of

HUNDREDTHS = 100


@dataclass(frozen=True)
class QuestionMark:
    """What one question earned: `score` of `max_score`, in hundredths of a point."""

    key: str
    chosen: tuple[str, ...]
    score: int
    max_score: int

    @property
    def answered(self) -> bool:
        return bool(self.chosen)

    @property
    def full(self) -> bool:
        return self.score == self.max_score


@dataclass(frozen=True)
class Mark:
    """What an attempt earned in all; `percent` is cut, never rounded up."""

    questions: tuple[QuestionMark, ...]
    score: int
    max_score: int
    percent: int
    passed: bool


def mark_attempt(snapshot: Mapping, chosen: Mapping[str, Iterable[str]]) -> Mark:
    """Mark an attempt by its own snapshot; `chosen` maps a question's key to keys of choices."""
    rule = snapshot["rule"]
    marks = tuple(
        mark_question(question, chosen.get(question["key"], ()), rule["multiple"])
        for question in snapshot["questions"]
    )
    score = sum(mark.score for mark in marks)
    max_score = sum(mark.max_score for mark in marks)
    return Mark(
        questions=marks,
        score=score,
        max_score=max_score,
        percent=percent_of(score, max_score),
        passed=reaches(score, max_score, rule["pass_mark"]),
    )


def mark_question(question: Mapping, chosen: Iterable[str], multiple_rule: str) -> QuestionMark:
    """Mark one question of a snapshot. An empty answer earns nothing, an unknown choice is wrong.

    Single and true-or-false: all the points or none. Multiple: by `multiple_rule`.
    """
    picked = frozenset(chosen)
    right = frozenset(choice["key"] for choice in question["choices"] if choice["correct"])
    max_score = question["points"] * HUNDREDTHS
    if question["kind"] == QuestionKind.MULTIPLE and multiple_rule == MultipleRule.PARTIAL:
        score = _partial(picked, right, max_score)
    else:
        score = max_score if picked and picked == right else 0
    known = [choice["key"] for choice in question["choices"]]
    order = {key: place for place, key in enumerate(known)}
    return QuestionMark(
        key=question["key"],
        chosen=tuple(sorted(picked, key=lambda key: (order.get(key, len(known)), key))),
        score=score,
        max_score=max_score,
    )


def _partial(picked: frozenset[str], right: frozenset[str], max_score: int) -> int:
    """(right ticks − wrong ticks) ÷ all the right ones, cut to a hundredth, never below zero."""
    if not right:
        return 0
    balance = len(picked & right) - len(picked - right)
    return max(0, max_score * balance // len(right))


def percent_of(score: int, max_score: int) -> int:
    """Whole per cent, cut: 59.99 is 59. An attempt without points is worth nothing."""
    return score * 100 // max_score if max_score else 0


def reaches(score: int, max_score: int, pass_mark: int) -> bool:
    """Inclusive and on integers: who has exactly `pass_mark` per cent has passed."""
    return max_score > 0 and score * 100 >= pass_mark * max_score


def fault_of(kind: str, choices: Iterable[tuple[str, bool]]) -> str:
    """Why a question with these `(key, correct)` choices cannot be asked; empty if it can."""
    rows = list(choices)
    keys = [key for key, _correct in rows]
    right = sum(correct for _key, correct in rows)
    if len(set(keys)) != len(keys):
        return _("Two choices have the same key.")
    if kind == QuestionKind.TRUE_FALSE and sorted(keys) != sorted(TRUE_FALSE_KEYS):
        return _(
            "A true-or-false question has exactly two choices, with the keys “true” and “false”."
        )
    if len(rows) < 2:
        return _("A question needs at least two choices.")
    if kind in (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE) and right != 1:
        return _("Exactly one choice must be the right one.")
    if not right:
        return _("At least one choice must be right.")
    return ""


@dataclass(frozen=True)
class ReviewedChoice:
    key: str
    text: str
    language: str
    chosen: bool
    correct: bool
    feedback: str
    feedback_language: str


@dataclass(frozen=True)
class ReviewedQuestion:
    """One question after the hand-in: what was chosen, what was right, what it earned."""

    number: int
    key: str
    text: str
    language: str
    feedback: str
    feedback_language: str
    choices: tuple[ReviewedChoice, ...]
    mark: QuestionMark

    @property
    def state(self) -> str:
        if not self.mark.answered:
            return "unanswered"
        if self.mark.full:
            return "right"
        return "partial" if self.mark.score else "wrong"

    @property
    def points(self) -> str:
        return points_text(self.mark.score)

    @property
    def max_points(self) -> str:
        return points_text(self.mark.max_score)


def points_text(hundredths: int) -> str:
    """Hundredths of a point as people write them in the reader's language: 150 is “1,5”."""
    whole, rest = divmod(hundredths, HUNDREDTHS)
    return number_format(f"{whole}.{rest:02d}".rstrip("0").rstrip("."))


def review_of(
    attempt: Attempt, answers: Iterable[Answer], language: str | None = None
) -> tuple[ReviewedQuestion, ...]:
    """Each question with the right answers, for an attempt that was handed in; no query."""
    if attempt.is_open:
        raise ValueError("An open attempt is not reviewed: its right answers stay on the server.")
    chosen = {answer.question_key: answer.choices for answer in answers}
    return tuple(
        _reviewed(number, question, chosen.get(question["key"], ()), attempt, language)
        for number, question in enumerate(attempt.questions, start=1)
    )


def _reviewed(
    number: int,
    question: Mapping,
    chosen: Iterable[str],
    attempt: Attempt,
    language: str | None,
) -> ReviewedQuestion:
    mark = mark_question(question, chosen, attempt.rule["multiple"])
    return ReviewedQuestion(
        number=number,
        key=question["key"],
        text=in_language(question["text"], language),
        language=language_of(question["text"], language),
        feedback=in_language(question["feedback"], language),
        feedback_language=language_of(question["feedback"], language),
        choices=tuple(
            ReviewedChoice(
                key=choice["key"],
                text=in_language(choice["text"], language),
                language=language_of(choice["text"], language),
                chosen=choice["key"] in mark.chosen,
                correct=choice["correct"],
                feedback=in_language(choice["feedback"], language),
                feedback_language=language_of(choice["feedback"], language),
            )
            for choice in question["choices"]
        ),
        mark=mark,
    )
