"""What a lesson, a module and a course lack as a whole."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from curriculum.completeness.bodies import body_issues
from curriculum.completeness.issues import Issue
from curriculum.completeness.raw import STREAMS, blocks_of
from curriculum.completeness.references import Known


def _panel(name: str) -> str:
    """The id of a field in the editor; panels have none that is the same in every language."""
    return name if name in STREAMS else f"id_{name}"


def lesson_issues(
    content: Mapping[str, Any],
    known: Known,
    *,
    outcomes: Iterable[str] | None = None,
    translated: bool = True,
) -> list[Issue]:
    """What a lesson lacks. `content`: summary, minutes, body (raw, or its blocks), outcome_keys.

    `outcomes` are the keys that the course defines (None: not looked at); `translated` is False where the
    course exists in a language in which the lesson does not.
    """
    issues = _summary_issues(content)
    if not content.get("body"):
        issues.append(Issue("body_empty", _("There is no text yet"), "", _panel("body")))
    if not content.get("minutes"):
        issues.append(
            Issue("minutes_missing", _("There is no estimated time"), "", _panel("minutes"))
        )
    issues += body_issues(content.get("body"), known)
    issues += _outcome_issues(content, outcomes)
    return issues + _translation_issues(translated)


def module_issues(
    content: Mapping[str, Any],
    *,
    lessons: int,
    outcomes: Iterable[str] | None = None,
    translated: bool = True,
) -> list[Issue]:
    """What a module lacks; `lessons` is how many stand in it."""
    issues: list[Issue] = []
    if not lessons:
        issues.append(Issue("module_empty", _("The module has no lessons")))
    issues += _summary_issues(content)
    try:
        hours = float(content.get("hours") or 0)
    except (TypeError, ValueError):
        hours = 0
    if hours <= 0:
        issues.append(Issue("hours_missing", _("There are no hours in class"), "", _panel("hours")))
    issues += _outcome_issues(content, outcomes)
    return issues + _translation_issues(translated)


def course_issues(
    content: Mapping[str, Any],
    known: Known,
    *,
    modules: int,
    served: Iterable[str],
    instructors: int,
    translated: bool = True,
) -> list[Issue]:
    """What a course lacks as a whole; `served` are the outcome keys that lessons and assessments serve."""
    issues = _summary_issues(content)
    issues += body_issues(content.get("introduction"), known)
    rows = outcomes_of(content)
    reached = set(served)
    if not rows:
        issues.append(
            Issue("outcomes_missing", _("No learning outcome is named"), "", _panel("outcomes"))
        )
    for key, text in rows:
        if not text:
            issues.append(
                Issue("outcome_empty", _("An outcome has no text"), key, _panel("outcomes"))
            )
        elif key not in reached:
            issues.append(
                Issue(
                    "outcome_unserved",
                    _("No lesson or assessment serves an outcome"),
                    f"{key}: {text}",
                    _panel("outcomes"),
                )
            )
    if not modules:
        issues.append(Issue("course_empty", _("The course has no modules")))
    if not instructors:
        issues.append(
            Issue(
                "instructors_missing",
                _("No instructor is named"),
                "",
                _panel("instructor_rows-FORMS"),
            )
        )
    return issues + _translation_issues(translated)


def outcomes_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, text) of the outcomes that a course names, from its raw content."""
    return [
        (str(block.value.get("key") or "").strip(), str(block.value.get("text") or "").strip())
        for block in blocks_of(content.get("outcomes"))
        if isinstance(block.value, Mapping)
    ]


def _summary_issues(content: Mapping[str, Any]) -> list[Issue]:
    if str(content.get("summary") or "").strip():
        return []
    return [Issue("summary_missing", _("There is no summary"), "", _panel("summary"))]


def _outcome_issues(content: Mapping[str, Any], outcomes: Iterable[str] | None) -> list[Issue]:
    if outcomes is None:
        return []
    named = set(outcomes)
    foreign = [str(k) for k in content.get("outcome_keys") or [] if k not in named]
    return [
        Issue(
            "outcome_unknown",
            _("It serves an outcome that the course does not name"),
            key,
            _panel("outcome_keys"),
        )
        for key in foreign
    ]


def _translation_issues(translated: bool) -> list[Issue]:
    if translated:
        return []
    return [
        Issue(
            "translation_missing",
            _("There is no translation yet: readers see the Italian text"),
            advice=True,
        )
    ]
