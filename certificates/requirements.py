"""What a certificate asks and how far a learner is: each rule explains itself in minutes, marks and names.

Feeds the learner's page, the admin and the decision; reads the ledgers, writes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.models.texts import in_language
from assessment.summary import AssessmentResult, results_of, results_of_cohort
from certificates.choices import Kind
from certificates.models import Certificate
from lms.attendance.choices import SEALED
from lms.attendance.summary import (
    AttendanceSummary,
    Figure,
    attendance_of,
    attendance_of_cohort,
)
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.outline import Syllabus, cohort_syllabus
from lms.progress.summary import ProgressSummary, progress_of, progress_of_cohort

NBSP = "\u00a0"
NAMED = 3  # lessons named in a sentence before “and N more”


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


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What is read of one learner; `progress` and `results` only where the kind asks for them."""

    attendance: AttendanceSummary
    progress: ProgressSummary | None = None
    results: tuple[AssessmentResult, ...] = ()
    syllabus: Syllabus | None = None


def requirements_for(enrolment: Enrolment, kind: str) -> list[Requirement]:
    """The rules of `kind` for one learner, in the reader's language; about 8 queries for `frequenza`,
    15 for `microcredenziale`.

    `frequenza` asks attendance alone; `microcredenziale` attendance, required lessons and required quizzes.
    Both wait for the last session's signature: until then the minutes may still change
    (domain, Attendance: “The register closes”).
    """
    return judge(ledgers_of(enrolment, kind), kind)


def requirements_of_cohort(cohort: Cohort, kind: str) -> dict[int, list[Requirement]]:
    """{enrolment id: rules} of every enrolment, withdrawn ones too; the same queries whatever the size."""
    return {pk: judge(ledgers, kind) for pk, ledgers in ledgers_of_cohort(cohort, kind).items()}


@dataclass(frozen=True, slots=True)
class KindStanding:
    """One learner and one kind: the rules, and the valid certificate if there is one."""

    kind: str
    label: str
    requirements: list[Requirement]
    certificate: Certificate | None

    @property
    def due(self) -> bool:
        return self.certificate is None and bool(self.requirements) and all_met(self.requirements)


@dataclass(frozen=True, slots=True)
class Standing:
    enrolment: Enrolment
    kinds: list[KindStanding] = field(default_factory=list)


def standings_of(cohort: Cohort) -> list[Standing]:
    """Active learners by name with both kinds; the same queries whatever the size of the cohort."""
    ledgers = ledgers_of_cohort(cohort, Kind.MICROCREDENTIAL)  # reads all that the other asks too
    held = {
        (row.enrolment_id, row.kind): row
        for row in Certificate.objects.valid().filter(enrolment__cohort=cohort)
    }
    enrolments: Iterable[Enrolment] = (
        cohort.enrolments.active()
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return [
        Standing(
            enrolment,
            [
                KindStanding(
                    kind,
                    str(Kind(kind).label),
                    judge(ledgers[enrolment.pk], kind),
                    held.get((enrolment.pk, kind)),
                )
                for kind in Kind.values
            ],
        )
        for enrolment in enrolments
    ]


def ledgers_of(enrolment: Enrolment, kind: str) -> Ledgers:
    """One learner's ledgers, read once: the judgement and the facts of a certificate share them."""
    if kind == Kind.ATTENDANCE:
        return Ledgers(attendance_of(enrolment))
    return Ledgers(
        attendance_of(enrolment),
        progress_of(enrolment),
        tuple(results_of(enrolment)),
        cohort_syllabus(enrolment.cohort),
    )


def ledgers_of_cohort(cohort: Cohort, kind: str) -> dict[int, Ledgers]:
    """{enrolment id: ledgers}: 8 queries for `frequenza`, 17 for `microcredenziale`."""
    attendance = attendance_of_cohort(cohort)
    if kind == Kind.ATTENDANCE:
        return {pk: Ledgers(summary) for pk, summary in attendance.items()}
    progress = progress_of_cohort(cohort)
    results = results_of_cohort(cohort)
    syllabus = cohort_syllabus(cohort)
    return {
        pk: Ledgers(summary, progress[pk], tuple(results[pk]), syllabus)
        for pk, summary in attendance.items()
    }


def judge(ledgers: Ledgers, kind: str) -> list[Requirement]:
    """No query."""
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
        detail=_attendance_detail(summary, met),
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


def _attendance_detail(summary: AttendanceSummary, met: bool) -> str:
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
    return _minutes_in_words(figure.attended, figure.full_total, figure.needed, figure.earned)


def _minutes_in_words(attended: int, total: int, needed: int, met: bool) -> str:
    values = {
        "attended": grouped(attended),
        "total": grouped(total),
        "percent": percent_of(attended, total),
        "needed": grouped(needed),
    }
    if met:
        return (
            _("%(attended)s minutes of %(total)s, %(percent)s %% — %(needed)s were needed") % values
        )
    return _("%(attended)s minutes of %(total)s, %(percent)s %% — %(needed)s are needed") % values


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
    values: dict[str, object] = {"signed": len(signed), "all": len(counting)}
    if len(signed) == len(counting):
        return _("The registers of all %(all)s sessions are signed") % values
    last = max(session.ends_at for session in counting)
    values["day"] = date_format(last, "j F Y")
    return _("%(signed)s of %(all)s registers are signed; the last session is on %(day)s") % values


def _lessons(ledgers: Ledgers) -> Requirement:
    progress, syllabus = ledgers.progress, ledgers.syllabus
    assert progress is not None and syllabus is not None  # noqa: S101  (this kind always reads them)
    lacking = [
        lesson.title
        for lesson in syllabus.lessons
        if lesson.required and lesson.id not in progress.completed
    ]
    detail = _("%(done)s of %(total)s required lessons done") % {
        "done": progress.required_done,
        "total": progress.required_total,
    }
    if lacking:
        detail += " — " + _("still to do: %(names)s") % {"names": _names(lacking)}
    return Requirement(
        key="lessons",
        label=_("Lessons"),
        met=not lacking,
        detail=detail,
        evidence={"done": progress.required_done, "required": progress.required_total},
    )


def _names(titles: list[str]) -> str:
    named = ", ".join(f"“{title}”" for title in titles[:NAMED])
    more = len(titles) - NAMED
    if more <= 0:
        return named
    return (
        named + " " + ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
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
        label=_("Quiz “%(title)s”") % {"title": result.title},
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
    values = {"best": result.best_percent, "mark": result.pass_mark, "left": result.attempts_left}
    if result.passed:
        return _("passed with %(best)s %% — %(mark)s %% was needed") % values
    if result.best_percent is None:
        return _("not handed in yet — %(mark)s %% is needed") % values
    return (
        ngettext(
            "%(best)s %% so far, %(mark)s %% is needed — %(left)s attempt left",
            "%(best)s %% so far, %(mark)s %% is needed — %(left)s attempts left",
            result.attempts_left,
        )
        % values
    )


def explain(evidence: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(label, sentence) of each rule that a certificate was judged by, from what it keeps; no query."""
    return [_explained(rule) for rule in evidence]


def _explained(rule: dict[str, Any]) -> tuple[str, str]:
    if rule["key"] == "attendance":
        words = _minutes_in_words(rule["attended"], rule["total"], rule["needed"], rule["met"])
        return _("Attendance"), words
    if rule["key"] == "sessions":
        words = _("The registers of all %(all)s sessions are signed") % {"all": rule["sessions"]}
        return _("Sessions held"), words
    if rule["key"] == "lessons":
        words = _("%(done)s of %(total)s required lessons done")
        return _("Lessons"), words % {"done": rule["done"], "total": rule["required"]}
    words = _("passed with %(best)s %% — %(mark)s %% was needed")
    return (
        _("Quiz “%(title)s”") % {"title": in_language(rule["title"])},
        words % {"best": rule["best_percent"], "mark": rule["pass_mark"]},
    )


def grouped(number: int) -> str:
    """1440 -> “1 440”, the space never broken."""
    return f"{number:,}".replace(",", NBSP)


def percent_of(part: int, whole: int) -> str:
    """Two decimals, cut and never rounded up, in the reader's locale: “70,83”."""
    hundredths = min(10000, part * 10000 // whole) if whole else 0
    return str(number_format(f"{hundredths // 100}.{hundredths % 100:02d}"))
