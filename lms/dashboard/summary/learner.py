"""A learner's page: one cohort in full, the others as cards, applications under way."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.summary import AssessmentResult, results_of
from certificates.models import Certificate
from lms.accounts.models import User
from lms.attendance.summary import AttendanceSummary, attendance_of
from lms.cohorts.choices import ApplicationStatus, Phase
from lms.cohorts.models import Application, ClassSession, Cohort, Enrolment
from lms.cohorts.outline import LessonEntry, Syllabus, cohort_syllabus
from lms.cohorts.summary import errata_of, joinable
from lms.core.dates import day_in_words
from lms.dashboard.summary.missing import Missing, what_is_missing
from lms.dashboard.summary.next_step import NextStep, next_step
from lms.progress.summary import Erratum, ProgressSummary, errata_to_read, progress_of_enrolments

NEXT_SESSIONS = 4


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module's bar: `percent` of its lessons, and in words how far or from when."""

    title: str
    words: str
    percent: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    session: ClassSession
    today: bool
    now: bool
    joinable: bool


@dataclass(frozen=True, slots=True)
class OtherCohort:
    """A cohort of the learner's that is not the one on the page."""

    cohort: Cohort
    progress: ProgressSummary


@dataclass(frozen=True, slots=True)
class CohortBoard:
    """One cohort of a learner in full."""

    enrolment: Enrolment
    cohort: Cohort
    progress: ProgressSummary
    attendance: AttendanceSummary
    results: tuple[AssessmentResult, ...]
    resume: LessonEntry | None
    modules: tuple[ModuleRow, ...]
    sessions: tuple[SessionRow, ...]
    missing: Missing
    next_step: NextStep | None
    errata: tuple[Erratum, ...] = ()


@dataclass(frozen=True, slots=True)
class LearnerBoard:
    """`main` is None for who is in no cohort, and for staff who have not opened one of theirs."""

    main: CohortBoard | None = None
    others: tuple[OtherCohort, ...] = ()
    applications: tuple[Application, ...] = ()
    certificates: tuple[Certificate, ...] = field(default_factory=tuple)

    @property
    def empty(self) -> bool:
        return not (self.main or self.others or self.applications or self.certificates)


def learner_board(
    user: User, *, chosen: str = "", brief: bool = False, at: datetime.datetime | None = None
) -> LearnerBoard:
    """What `user` sees as a learner. `chosen` is the code of the cohort to show in full; without one it is
    the one running, else the one to come, else the last. `brief` shows none in full unless it was chosen.

    At most 17 queries for a person with any number of cohorts (attendance may add some for make-ups).
    """
    at = at or timezone.now()
    enrolments = list(
        Enrolment.objects.active()
        .filter(user=user, cohort__cancelled_at=None)
        .select_related("cohort__course", "user")
        .defer("cohort__course__introduction", "cohort__course__outcomes")
    )
    progress = progress_of_enrolments(enrolments) if enrolments else {}
    ordered = sorted(enrolments, key=lambda e: _rank(e.cohort, timezone.localdate(at)))
    main = next((e for e in ordered if e.cohort.code == chosen), None)
    if main is None and ordered and not brief:
        main = ordered[0]
    certificates = Certificate.objects.produced().filter(enrolment__user=user)
    return LearnerBoard(
        main=_board(main, progress[main.pk], at) if main else None,
        others=tuple(OtherCohort(e.cohort, progress[e.pk]) for e in ordered if e is not main),
        applications=tuple(
            Application.objects.filter(
                user=user, status=ApplicationStatus.SUBMITTED, cohort__cancelled_at=None
            ).select_related("cohort__course")
        ),
        certificates=tuple(certificates.order_by("-issued_at")),
    )


def _rank(cohort: Cohort, day: datetime.date) -> tuple[int, int]:
    """Running first (latest start), then to come (soonest), then finished (latest end)."""
    phase = cohort.phase_on(day)
    if phase == Phase.RUNNING:
        return 0, -cohort.starts_on.toordinal()
    if phase == Phase.FINISHED:
        return 2, -cohort.ends_on.toordinal()
    return 1, cohort.starts_on.toordinal()


def _board(enrolment: Enrolment, progress: ProgressSummary, at: datetime.datetime) -> CohortBoard:
    cohort = enrolment.cohort
    attendance = attendance_of(enrolment)
    results = tuple(results_of(enrolment))
    syllabus = cohort_syllabus(cohort, rows=progress.lessons)
    sessions = _sessions(attendance, at)
    resume = next(
        (e for e in syllabus.lessons if progress.resume and e.id == progress.resume.pk), None
    )
    missing = what_is_missing(attendance, progress, results, syllabus)
    return CohortBoard(
        enrolment=enrolment,
        cohort=cohort,
        progress=progress,
        attendance=attendance,
        results=results,
        resume=resume,
        modules=_modules(syllabus, progress, attendance, at),
        sessions=sessions[:NEXT_SESSIONS],
        missing=missing,
        next_step=next_step(
            cohort,
            session=next((row for row in sessions if row.now), None),
            resume=resume,
            started=progress.started,
            results=results,
            missing=missing,
        ),
        errata=tuple(errata_to_read(errata_of(cohort), syllabus, progress.opened).values()),
    )


def _sessions(attendance: AttendanceSummary, at: datetime.datetime) -> tuple[SessionRow, ...]:
    """Those to come and the one going on, cancelled ones too: who is not told comes for nothing."""
    today = timezone.localdate(at)
    return tuple(
        SessionRow(
            session=row.session,
            today=timezone.localdate(row.session.starts_at) == today,
            now=not row.session.cancelled_at
            and row.session.starts_at - datetime.timedelta(minutes=60) <= at,
            joinable=joinable(row.session, at),
        )
        for row in attendance.rows
        if row.session.ends_at > at
    )


def _modules(
    syllabus: Syllabus,
    progress: ProgressSummary,
    attendance: AttendanceSummary,
    at: datetime.datetime,
) -> tuple[ModuleRow, ...]:
    first: dict[int, datetime.datetime] = {}
    for row in attendance.rows:
        if row.session.module_id and not row.session.cancelled_at:
            first.setdefault(row.session.module_id, row.session.starts_at)
    titles = {module.row.pk: f"{module.number}. {module.title}" for module in syllabus.modules}
    return tuple(
        ModuleRow(
            title=titles.get(m.module.pk, ""),
            words=_module_words(m.done, m.total, first.get(m.module.pk), at),
            percent=m.done * 100 // m.total if m.total else 0,
        )
        for m in progress.modules
    )


def _module_words(
    done: int, total: int, first: datetime.datetime | None, at: datetime.datetime
) -> str:
    if done == total:
        return pgettext("module", "done")
    if not done and first and first > at:
        return _("from %(day)s") % {"day": day_in_words(first)}
    return _("%(done)s of %(total)s") % {"done": done, "total": total}
