"""A learner's page: the next step, the week, one cohort in full, the others in brief, applications."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.summary import AssessmentResult, results_of_enrolments
from certificates.models import Certificate
from lms.accounts.models import User
from lms.attendance.summary import AttendanceSummary, Ledgers
from lms.cohorts.choices import OVER, ApplicationStatus
from lms.cohorts.models import Application, ClassSession, Cohort, Enrolment, Offer
from lms.cohorts.outline import LessonEntry, Syllabus, syllabi_of
from lms.cohorts.summary import errata_of, joinable
from lms.cohorts.summary.fees import with_sums
from lms.community.summary import Unread, unread_of, with_unread
from lms.core.dates import day_in_words
from lms.core.registries import QuizLedger
from lms.dashboard.summary.attendance import AttendanceWords, attendance_words, make_up_for
from lms.dashboard.summary.missing import Missing, what_is_missing
from lms.dashboard.summary.next_step import NextStep, Urgency, first_of, next_step
from lms.dashboard.summary.week import Week, WeekItem, session_item, weeks_of
from lms.progress.summary import Erratum, ProgressSummary, errata_to_read, progress_of_enrolments

NEXT_SESSIONS = 4
FRESH = datetime.timedelta(days=30)  # how long a certificate is news
UNDER_WAY = [
    ApplicationStatus.OFFERED,
    ApplicationStatus.DRAFT,
    ApplicationStatus.WAITLISTED,
    ApplicationStatus.SUBMITTED,
]
SOON = datetime.timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module's bar: `percent` of its lessons, and in words how far or from when."""

    title: str
    words: str
    percent: int


@dataclass(frozen=True, slots=True)
class CohortBoard:
    """One cohort of a learner; `later`, `errata` and `make_up` only where it is shown in full."""

    enrolment: Enrolment
    cohort: Cohort
    syllabus: Syllabus
    progress: ProgressSummary
    attendance: AttendanceWords
    results: tuple[AssessmentResult, ...]
    resume: LessonEntry | None
    modules: tuple[ModuleRow, ...]
    missing: Missing
    next_step: NextStep | None
    owing: int = 0  # cents still to pay
    later: tuple[WeekItem, ...] = ()
    errata: tuple[Erratum, ...] = ()
    make_up: ClassSession | None = None

    @property
    def lacking(self) -> int:
        """How many things are still asked for the certificate."""
        return sum(not rule.met for rule in self.missing.requirements)


@dataclass(frozen=True, slots=True)
class LearnerBoard:
    """`main` is None for who is in no cohort, and for staff who have not opened one of theirs."""

    main: CohortBoard | None = None
    others: tuple[CohortBoard, ...] = ()
    weeks: tuple[Week, ...] = ()
    next_step: NextStep | None = None
    applications: tuple[Application, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.main or self.others or self.applications or self.certificates)


def enrolments_of(user: User, chosen: str = "") -> list[Enrolment]:
    """The active ones with their cohorts, courses, fees and unread announcements, in no order; one query.

    Archived cohorts are off the page, but the one that is asked for by its code.
    """
    shown = Q(cohort__in=Cohort.objects.in_sight()) | Q(cohort__code=chosen)
    mine = Enrolment.objects.active().filter(shown, user=user, cohort__cancelled_at=None)
    return list(
        with_unread(with_sums(mine))
        .select_related("cohort__course", "user")
        .defer("cohort__course__introduction", "cohort__course__outcomes")
    )


def learner_board(
    user: User,
    enrolments: Sequence[Enrolment],
    ledgers: Ledgers,
    *,
    chosen: str = "",
    brief: bool = False,
    at: datetime.datetime,
) -> LearnerBoard:
    """What `user` sees as a learner. `chosen` is the code of the cohort to show in full; without one it is
    the one running, else the one to come, else the last. `brief` shows none in full.

    9 queries at most for a person with any number of cohorts, 7 where none is shown in full.
    """
    certificates = tuple(
        Certificate.objects.produced()
        .filter(enrolment__user=user)
        .select_related("enrolment")
        .order_by("-issued_at")
    )
    boards = _boards(enrolments, ledgers, certificates, at) if enrolments else []
    main = next((board for board in boards if board.cohort.code == chosen), None)
    if main is None and boards and not brief:
        main = boards[0]
    others = tuple(board for board in boards if board is not main)
    applications = _applications(user)
    items = chain.from_iterable(_week_items(board, ledgers, at) for board in boards)
    weeks = weeks_of(chain(items, _closings(applications, at)), at)
    return LearnerBoard(
        main=_in_full(main, ledgers, weeks, at) if main else None,
        others=others,
        weeks=weeks if boards or any(week.items for week in weeks) else (),
        next_step=first_of(
            main.next_step if main else None,
            chain((b.next_step for b in others), (_application_step(a, at) for a in applications)),
        ),
        applications=applications,
        certificates=certificates,
        unread=unread_of(enrolments),
    )


def _applications(user: User) -> tuple[Application, ...]:
    """Those under way, what can still be done about them first; `offered_until` of an open offer."""
    offers = Offer.objects.open().filter(application=OuterRef("pk")).order_by()
    rows = (
        Application.objects.filter(user=user, status__in=UNDER_WAY, cohort__cancelled_at=None)
        .select_related("cohort__course")
        .annotate(offered_until=Subquery(offers.values("expires_at")[:1]))
    )
    return tuple(
        sorted(rows, key=lambda row: (UNDER_WAY.index(ApplicationStatus(row.status)), row.pk))
    )


def _application_step(application: Application, at: datetime.datetime) -> NextStep | None:
    cohort, until = application.cohort, _offered_until(application)
    if until and until > at:
        return NextStep(
            eyebrow=_("A seat is waiting for your answer"),
            title=cohort.title,
            text=_("It is kept for you until %(day)s at %(time)s.")
            % {"day": day_in_words(until), "time": time_format(timezone.localtime(until), "H:i")},
            url=reverse("cohorts:offer", args=[cohort.code]),
            action=_("Answer the offer"),
            urgency=Urgency.OFFER,
            code=cohort.code,
        )
    if application.status != ApplicationStatus.DRAFT:
        return None
    if not cohort.accepts_applications_on(timezone.localdate(at)):
        return None
    return NextStep(
        eyebrow=_("The next step"),
        title=_("Finish your application to %(title)s") % {"title": cohort.title},
        text=_("It is kept as a draft; applications close on %(day)s.")
        % {"day": day_in_words(cohort.applications_close_on)},
        url=reverse("cohorts:apply", args=[cohort.code]),
        action=_("Go on with the application"),
        urgency=Urgency.DRAFT,
        code=cohort.code,
    )


def _rank(cohort: Cohort, day: datetime.date) -> tuple[int, int]:
    """Running first (latest start), then to come (soonest), then finished (latest end)."""
    if cohort.teaches_on(day):
        return 0, -cohort.starts_on.toordinal()
    if cohort.phase_on(day) in OVER:
        return 2, -cohort.ends_on.toordinal()
    return 1, cohort.starts_on.toordinal()


def _boards(
    enrolments: Sequence[Enrolment],
    ledgers: Ledgers,
    certificates: Sequence[Certificate],
    at: datetime.datetime,
) -> list[CohortBoard]:
    day = timezone.localdate(at)
    ordered = sorted(enrolments, key=lambda enrolment: _rank(enrolment.cohort, day))
    results = results_of_enrolments(ordered)
    progress = progress_of_enrolments(ordered, _quizzes(ordered, results))
    cohorts = {e.cohort_id: e.cohort for e in ordered}
    syllabi = syllabi_of(cohorts, {e.cohort_id: progress[e.pk].lessons for e in ordered})
    fresh = {
        row.enrolment_id: row
        for row in reversed(certificates)
        if row.status == "issued" and row.produced_at and at - row.produced_at <= FRESH
    }
    return [
        _board(
            enrolment,
            progress[enrolment.pk],
            tuple(results[enrolment.pk]),
            syllabi[enrolment.cohort_id],
            ledgers.summary_of(enrolment),
            fresh.get(enrolment.pk),
            at,
        )
        for enrolment in ordered
    ]


def _quizzes(
    enrolments: Sequence[Enrolment], results: Mapping[int, Sequence[AssessmentResult]]
) -> QuizLedger:
    """The results that the page has read, as modules that wait for a quiz want them: no further query."""
    titles = {
        e.cohort_id: {r.assessment.key: r.title or r.assessment.key for r in results[e.pk]}
        for e in enrolments
    }
    passed = {pk: {r.assessment.key for r in rows if r.passed} for pk, rows in results.items()}
    return QuizLedger(titles=lambda _cohorts: titles, passed=lambda _enrolments: passed)


def _board(
    enrolment: Enrolment,
    progress: ProgressSummary,
    results: tuple[AssessmentResult, ...],
    syllabus: Syllabus,
    attendance: AttendanceSummary,
    certificate: Certificate | None,
    at: datetime.datetime,
) -> CohortBoard:
    cohort = enrolment.cohort
    resume = next(
        (e for e in syllabus.lessons if progress.resume and e.id == progress.resume.pk), None
    )
    missing = what_is_missing(attendance, progress, results, syllabus)
    soon = _soon(attendance, at)
    return CohortBoard(
        enrolment=enrolment,
        cohort=cohort,
        syllabus=syllabus,
        progress=progress,
        attendance=attendance_words(attendance, at),
        results=results,
        resume=resume,
        modules=_modules(syllabus, progress, attendance, at),
        missing=missing,
        owing=max(0, (getattr(enrolment, "due", None) or 0) - getattr(enrolment, "paid", 0)),
        next_step=next_step(
            cohort,
            session=soon,
            joinable=bool(soon and joinable(soon, at)),
            resume=resume,
            started=progress.started,
            results=results,
            missing=missing,
            certificate=certificate,
            waiting=progress.waiting,
        ),
    )


def _soon(attendance: AttendanceSummary, at: datetime.datetime) -> ClassSession | None:
    """The session that is going on or begins within the hour."""
    return next(
        (
            row.session
            for row in attendance.rows
            if not row.session.cancelled_at
            and row.session.starts_at - SOON <= at < row.session.ends_at
        ),
        None,
    )


def _in_full(
    board: CohortBoard, ledgers: Ledgers, weeks: Sequence[Week], at: datetime.datetime
) -> CohortBoard:
    """The board with what only the cohort shown in full has; at most 2 queries."""
    shown = {item.session.pk for week in weeks for item in week.items if item.session}
    later = [
        item
        for item in _sessions(board, ledgers, at)
        if not item.past and item.session is not None and item.session.pk not in shown
    ]
    syllabus_errata = errata_to_read(errata_of(board.cohort), board.syllabus, board.progress.opened)
    words = board.attendance
    return replace(
        board,
        later=tuple(later[:NEXT_SESSIONS]),
        errata=tuple(syllabus_errata.values()),
        make_up=make_up_for(board.cohort, words.summary, at) if words.missed else None,
    )


def _sessions(board: CohortBoard, ledgers: Ledgers, at: datetime.datetime) -> list[WeekItem]:
    """Cancelled ones too: who is not told comes for nothing."""
    sittings = ledgers.sittings.get(board.cohort.pk, ())
    return [session_item(sitting.session, board.cohort, at) for sitting in sittings]


def _week_items(board: CohortBoard, ledgers: Ledgers, at: datetime.datetime) -> list[WeekItem]:
    return [*_sessions(board, ledgers, at), *_deadlines(board, at)]


def _deadlines(board: CohortBoard, at: datetime.datetime) -> list[WeekItem]:
    """The end of an open quiz, and the cohort's last day for the quizzes that are still to be passed."""
    found, cohort = [], board.cohort
    _first, last_day = cohort.teaching_days(timezone.localdate(at))
    last = _end_of(last_day)
    for result in board.results:
        attempt = result.open_attempt
        if attempt and attempt.deadline_at:
            found.append(
                WeekItem(
                    at=attempt.deadline_at,
                    title=result.title,
                    cohort=cohort,
                    url=reverse("assessment:attempt", args=[attempt.pk]),
                    words=_("the quiz you have open closes"),
                    past=attempt.deadline_at <= at,
                )
            )
        elif not result.passed and result.attempts_left:
            found.append(
                WeekItem(
                    at=last,
                    title=result.title,
                    cohort=cohort,
                    url=reverse("assessment:detail", args=[cohort.code, result.assessment.pk]),
                    words=_("last day for this quiz"),
                    past=last <= at,
                )
            )
    return found


def _closings(applications: Sequence[Application], at: datetime.datetime) -> list[WeekItem]:
    """Until when an offered seat waits, and the last day for what is still a draft."""
    found = []
    for application in applications:
        until = _offered_until(application)
        if until and until > at:
            found.append(
                WeekItem(
                    at=until,
                    title=application.cohort.title,
                    cohort=application.cohort,
                    url=reverse("cohorts:offer", args=[application.cohort.code]),
                    words=_("a seat waits for your answer"),
                )
            )
        last = _end_of(application.cohort.applications_close_on)
        if application.status == ApplicationStatus.DRAFT and last > at:
            found.append(
                WeekItem(
                    at=last,
                    title=application.cohort.title,
                    cohort=application.cohort,
                    url=reverse("cohorts:apply", args=[application.cohort.code]),
                    words=_("your application is a draft: last day to send it"),
                )
            )
    return found


def _offered_until(application: Application) -> datetime.datetime | None:
    return getattr(application, "offered_until", None)


def _end_of(day: datetime.date) -> datetime.datetime:
    """23:59 of a day of Europe/Rome."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59)))


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
