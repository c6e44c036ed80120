"""The ledgers that a certificate is judged by, read once each."""

from dataclasses import dataclass

from assessment.summary import AssessmentResult, results_of, results_of_cohort
from certificates.choices import Kind
from lms.attendance.summary import AttendanceSummary, attendance_of, attendance_of_cohort
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.outline import Syllabus, cohort_syllabus
from lms.progress.summary import ProgressSummary, progress_of, progress_of_cohort


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What is read of one learner; `progress` and `results` only where the kind asks for them."""

    attendance: AttendanceSummary
    progress: ProgressSummary | None = None
    results: tuple[AssessmentResult, ...] = ()
    syllabus: Syllabus | None = None


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
