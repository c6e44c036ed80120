"""How answers become marks: pure functions over plain values, without a database or a request.

Marks are integers in hundredths of a point, so that partial credit never meets a float
(docs/decisions/0020).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.choices import TRUE_FALSE_KEYS, MultipleRule, QuestionKind

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
