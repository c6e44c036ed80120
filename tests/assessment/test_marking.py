from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.choices import MultipleRule
from assessment.marking import (
    Mark,
    QuestionMark,
    fault_of,
    mark_attempt,
    mark_question,
    percent_of,
    reaches,
)

KEYS = "abcdef"


def question(kind, right, points=1, keys="abcd"):
    choices = [{"key": key, "correct": key in right} for key in keys]
    return {"key": "q", "kind": kind, "points": points, "choices": choices}


def mark(kind, right, chosen, rule=MultipleRule.ALL_OR_NOTHING, points=1):
    return mark_question(question(kind, right, points), chosen, rule).score


@pytest.mark.parametrize(("chosen", "score"), [("a", 100), ("b", 0), ("", 0), ("ab", 0), ("z", 0)])
def test_single_is_all_or_nothing(chosen, score):
    assert mark("single", "a", chosen) == score


@pytest.mark.parametrize(
    ("chosen", "whole", "partial"),
    [
        ("abc", 200, 200),
        ("ab", 0, 133),  # 2/3 of two points, cut to a hundredth
        ("a", 0, 66),
        ("abd", 0, 66),
        ("ad", 0, 0),
        ("abcd", 0, 133),
        ("d", 0, 0),
        ("", 0, 0),
    ],
)
def test_multiple_by_each_rule(chosen, whole, partial):
    assert mark("multiple", "abc", chosen, points=2) == whole
    assert mark("multiple", "abc", chosen, MultipleRule.PARTIAL, points=2) == partial


def test_an_attempt_is_marked_by_its_snapshot():
    snapshot = {
        "rule": {"pass_mark": 60, "multiple": "all_or_nothing"},
        "questions": [
            question("single", "a", points=3) | {"key": "uno"},
            question("multiple", "ab", points=2) | {"key": "due"},
        ],
    }
    assert mark_attempt(snapshot, {"uno": ["a"], "due": ["b"]}) == Mark(
        questions=(QuestionMark("uno", ("a",), 300, 300), QuestionMark("due", ("b",), 0, 200)),
        score=300,
        max_score=500,
        percent=60,
        passed=True,
    )


def test_an_attempt_without_questions_is_not_passed():
    empty = {"rule": {"pass_mark": 0, "multiple": "all_or_nothing"}, "questions": []}
    assert mark_attempt(empty, {}) == Mark((), 0, 0, 0, False)


@pytest.mark.parametrize(
    ("score", "max_score", "pass_mark", "percent", "passed"),
    [
        (600, 1000, 60, 60, True),
        (599, 1000, 60, 59, False),
        (200, 300, 66, 66, True),
        (200, 300, 67, 66, False),  # 66.6…% does not become 67
        (0, 100, 0, 0, True),
        (100, 100, 100, 100, True),
    ],
)
def test_the_pass_mark_is_inclusive_and_never_rounded_up(
    score, max_score, pass_mark, percent, passed
):
    assert percent_of(score, max_score) == percent
    assert reaches(score, max_score, pass_mark) is passed


sets = st.sets(st.sampled_from(KEYS))


@given(right=sets.filter(bool), chosen=sets, points=st.integers(1, 100))
def test_partial_credit_is_the_cut_fraction(right, chosen, points):
    got = mark_question(
        question("multiple", right, points, KEYS), chosen, MultipleRule.PARTIAL
    ).score
    exact = Fraction(len(chosen & right) - len(chosen - right), len(right)) * points * 100
    assert got == max(0, exact.__floor__())
    assert (got == points * 100) == (chosen == right)


@given(
    kind=st.sampled_from(["single", "multiple", "true_false"]),
    rule=st.sampled_from(MultipleRule.values),
    right=sets,
    chosen=st.lists(st.sampled_from(KEYS + "z")),
    points=st.integers(1, 100),
)
def test_a_mark_is_never_outside_its_bounds_and_order_and_repeats_do_not_count(
    kind, rule, right, chosen, points
):
    asked = question(kind, right, points, KEYS)
    first = mark_question(asked, chosen, rule)
    assert 0 <= first.score <= first.max_score == points * 100
    assert mark_question(asked, [*reversed(chosen), *chosen], rule) == first
    if not chosen:
        assert first.score == 0


@given(right=sets.filter(bool), chosen=sets, extra=st.sampled_from(KEYS))
def test_a_wrong_tick_never_helps_and_a_right_one_never_hurts(right, chosen, extra):
    asked = question("multiple", right, 1, KEYS)
    before = mark_question(asked, chosen, MultipleRule.PARTIAL).score
    after = mark_question(asked, chosen | {extra}, MultipleRule.PARTIAL).score
    assert after >= before if extra in right else after <= before


@given(score=st.integers(0, 10_000), rest=st.integers(0, 10_000), pass_mark=st.integers(0, 100))
def test_the_shown_per_cent_and_the_verdict_agree(score, rest, pass_mark):
    total = score + rest
    if total:
        assert reaches(score, total, pass_mark) == (percent_of(score, total) >= pass_mark)


@pytest.mark.parametrize(
    ("kind", "choices", "ok"),
    [
        ("single", [("a", True), ("b", False)], True),
        ("single", [("a", True), ("b", True)], False),
        ("single", [("a", True)], False),
        ("single", [("a", True), ("a", False)], False),
        ("multiple", [("a", True), ("b", True)], True),
        ("multiple", [("a", False), ("b", False)], False),
        ("true_false", [("true", True), ("false", False)], True),
        ("true_false", [("false", True), ("true", False)], True),
        ("true_false", [("a", True), ("b", False)], False),
        ("true_false", [("true", True), ("false", True)], False),
    ],
)
def test_a_question_that_cannot_be_asked_is_named(kind, choices, ok):
    assert (fault_of(kind, choices) == "") is ok
