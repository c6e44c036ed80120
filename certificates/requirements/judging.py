"""The judgement: what a certificate asks of one learner's ledgers, rule by rule; no query."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assessment.summary import AssessmentResult
from certificates.choices import Kind
from certificates.requirements import words
from certificates.requirements.ledgers import Ledgers
from lms.attendance.choices import SEALED
from lms.attendance.summary import AttendanceSummary, Figure


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule. `detail` is a sentence in the reader's language; `evidence` the plain figures that it was
    judged by, which a certificate keeps.
    """

    key: str
    label: str
    met: bool
    detail: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


def judge(ledgers: Ledgers, kind: str) -> list[Requirement]:
    """The rules of `kind`, in the reader's language."""
    rules = [_attendance(ledgers.attendance), _sessions(ledgers.attendance)]
    if kind == Kind.MICROCREDENTIAL:
        rules.append(_lessons(ledgers))
        rules.extend(_quizzes(ledgers.results))
    return rules


def all_met(requirements: list[Requirement]) -> bool:
    return all(requirement.met for requirement in requirements)


def _attendance(summary: AttendanceSummary) -> Requirement:
    """Integers, inclusive, on the minutes that count at the end (domain, Attendance: “A threshold is a
    setting of the cohort”); where the cohort says so, in each module.
    """
    figure = summary.figure
    met = summary.planned > 0 and summary.earned
    return Requirement(
        key="attendance",
        label=_("Attendance"),
        met=met,
        detail=_attendance_detail(summary),
        evidence={
            "attended": figure.attended,
            "total": figure.full_total,
            "planned": figure.planned,
            "delivered": figure.delivered,
            "threshold": figure.threshold,
            "needed": figure.needed,
            "by_module": summary.by_module,
            "modules": [
                {
                    "position": module.module.position,
                    "attended": module.figure.attended,
                    "total": module.figure.full_total,
                    "needed": module.figure.needed,
                }
                for module in (summary.modules if summary.by_module else ())
            ],
        },
    )


def _attendance_detail(summary: AttendanceSummary) -> str:
    figure = summary.figure
    if not figure.full_total:
        return _("No session has been planned yet.")
    if summary.by_module:
        lacking = [module for module in summary.modules if not module.figure.earned]
        if lacking:
            return "; ".join(
                f"{module.module.title}: {_minutes_of(module.figure)}" for module in lacking
            )
    return _minutes_of(figure)


def _minutes_of(figure: Figure) -> str:
    return words.minutes(figure.attended, figure.full_total, figure.needed, figure.earned)


def _sessions(summary: AttendanceSummary) -> Requirement:
    counting = [row.session for row in summary.rows if not row.session.cancelled_at]
    signed = [
        s for s in counting if (sheet := getattr(s, "sheet", None)) and sheet.status in SEALED
    ]
    met = bool(counting) and len(signed) == len(counting)
    return Requirement(
        key="sessions",
        label=_("Sessions held"),
        met=met,
        detail=_sessions_detail(counting, signed),
        evidence={"sessions": len(counting), "signed": len(signed)},
    )


def _sessions_detail(counting: list, signed: list) -> str:
    if not counting:
        return _("No session has been planned yet.")
    if len(signed) == len(counting):
        return words.all_signed(len(counting))
    last = max(session.ends_at for session in counting)
    return words.some_signed(len(signed), len(counting), last)


def _lessons(ledgers: Ledgers) -> Requirement:
    progress, syllabus = ledgers.progress, ledgers.syllabus
    assert progress is not None and syllabus is not None  # noqa: S101  (this kind always reads them)
    lacking = [
        lesson.title
        for lesson in syllabus.lessons
        if lesson.required and lesson.id not in progress.completed
    ]
    detail = words.lessons_done(progress.required_done, progress.required_total)
    if lacking:
        detail += " — " + words.lessons_lacking(lacking)
    return Requirement(
        key="lessons",
        label=_("Lessons"),
        met=not lacking,
        detail=detail,
        evidence={"done": progress.required_done, "required": progress.required_total},
    )


def _quizzes(results: tuple[AssessmentResult, ...]) -> list[Requirement]:
    """A micro-credential is about assessed outcomes (2022/C 243/02): without a quiz there is none."""
    required = [result for result in results if result.required]
    if not required:
        return [
            Requirement(
                key="quizzes",
                label=_("Quizzes"),
                met=False,
                detail=_("This course has no required quiz: it gives no micro-credential."),
            )
        ]
    return [_quiz(result) for result in required]


def _quiz(result: AssessmentResult) -> Requirement:
    return Requirement(
        key=f"quiz:{result.assessment.key}",
        label=words.quiz(result.title),
        met=result.passed,
        detail=_quiz_detail(result),
        evidence={
            "assessment": result.assessment.key,
            "title": result.assessment.title,
            "best_percent": result.best_percent,
            "pass_mark": result.pass_mark,
            "attempts": [
                {"number": attempt.number, "percent": attempt.percent, "passed": attempt.passed}
                for attempt in result.attempts
                if attempt.percent is not None
            ],
        },
    )


def _quiz_detail(result: AssessmentResult) -> str:
    if result.passed:
        return words.quiz_passed(result.best_percent, result.pass_mark)
    return words.quiz_open(result.best_percent, result.pass_mark, result.attempts_left)
