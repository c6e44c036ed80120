"""What is missing for the certificate: the rules of `certificates`, judged on ledgers read already."""

from dataclasses import dataclass

from assessment.summary import AssessmentResult
from certificates.choices import Kind
from certificates.requirements import Ledgers, Requirement, all_met, judge
from lms.attendance.summary import AttendanceSummary
from lms.cohorts.outline import Syllabus
from lms.progress.summary import ProgressSummary


@dataclass(frozen=True, slots=True)
class Missing:
    """The requirements of the widest document that the course gives."""

    kind: str
    label: str
    requirements: tuple[Requirement, ...]
    complete: bool


def what_is_missing(
    attendance: AttendanceSummary,
    progress: ProgressSummary,
    results: tuple[AssessmentResult, ...],
    syllabus: Syllabus,
) -> Missing:
    """A micro-credential where the course has a required quiz, else the certificate of attendance; no query."""
    assessed = any(result.required for result in results)
    kind = Kind.MICROCREDENTIAL if assessed else Kind.ATTENDANCE
    rules = judge(Ledgers(attendance, progress, results, syllabus), kind)
    return Missing(kind, str(kind.label), tuple(rules), all_met(rules))
