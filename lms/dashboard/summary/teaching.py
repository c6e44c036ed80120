"""Who teaches: today's sessions with the register at hand, registers to sign, learners who need a word."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from assessment.models import Attempt
from assessment.models.texts import in_language
from lms.attendance.choices import SEALED
from lms.attendance.summary import Ledgers
from lms.cohorts.models import ClassSession, Cohort, Enrolment
from lms.dashboard.summary.marking import CohortToMark, lessons_to_mark
from lms.dashboard.summary.people import Someone, follows
from lms.dashboard.summary.quiet import QuietLearner, Signs, quiet_among
from lms.dashboard.summary.scope import Scope

AHEAD = datetime.timedelta(days=21)
BACK = datetime.timedelta(days=60)
NEXT_SESSIONS = 6
SHOWN = 10  # rows of a list before “and N more”


@dataclass(frozen=True, slots=True)
class TaughtSession:
    """`register` says whether this person keeps its register; `signed` whether it is signed already."""

    session: ClassSession
    cohort: Cohort
    now: bool
    signed: bool
    register: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """A learner who has no attempt left at a required quiz and has not passed it: only a person can help."""

    name: str
    cohort: Cohort
    title: str
    best: int
    since: datetime.datetime
    days: int


@dataclass(frozen=True, slots=True)
class TeachingBoard:
    """`follows` says whether the person accompanies learners at all: an inspector does not."""

    today: tuple[TaughtSession, ...]
    coming: tuple[TaughtSession, ...]
    to_sign: tuple[TaughtSession, ...]
    to_sign_more: int
    follows: bool = False
    quiet: tuple[QuietLearner, ...] = ()
    quiet_more: int = 0
    quiet_days: int = 0
    stuck: tuple[Stuck, ...] = ()
    stuck_more: int = 0
    to_mark: tuple[CohortToMark, ...] = ()


def teaching_board(
    scope: Scope,
    cohorts: Mapping[int, Cohort],
    people: Mapping[int, Sequence[Someone]],
    ledgers: Ledgers,
    *,
    at: datetime.datetime,
    quiet_days: int,
) -> TeachingBoard:
    """Two queries where the person accompanies learners, else none; `cohorts` are those worked in."""
    sessions = _taught(scope, cohorts, ledgers, at)
    day = timezone.localdate(at)
    today = [row for row in sessions if timezone.localdate(row.session.starts_at) == day]
    unsigned = [
        row
        for row in sessions
        if row.register and not row.signed and row.session.ends_at <= at and row not in today
    ]
    mine = [cohort for cohort in cohorts.values() if follows(scope, cohort, at)]
    quiet = quiet_among(_signs(mine, people, ledgers), at, days=quiet_days)
    learners = Enrolment.objects.visible_to(scope.user).active()
    stuck = _stuck(mine, learners, at) if mine else []
    return TeachingBoard(
        today=tuple(today),
        coming=tuple(r for r in sessions if timezone.localdate(r.session.starts_at) > day)[
            :NEXT_SESSIONS
        ],
        to_sign=tuple(unsigned[:SHOWN]),
        to_sign_more=max(0, len(unsigned) - SHOWN),
        follows=bool(mine),
        quiet=tuple(quiet[:SHOWN]),
        quiet_more=max(0, len(quiet) - SHOWN),
        quiet_days=quiet_days,
        stuck=tuple(stuck[:SHOWN]),
        stuck_more=max(0, len(stuck) - SHOWN),
        to_mark=lessons_to_mark(mine, learners, ledgers, at) if mine else (),
    )


def _taught(
    scope: Scope, cohorts: Mapping[int, Cohort], ledgers: Ledgers, at: datetime.datetime
) -> list[TaughtSession]:
    """In order of time, those of two months back to three weeks ahead; cancelled ones are not taught."""
    found = []
    for pk, cohort in cohorts.items():
        everything = scope.administrator or pk in scope.functions
        for sitting in ledgers.sittings.get(pk, ()):
            session = sitting.session
            if sitting.cancelled or not at - BACK <= session.starts_at <= at + AHEAD:
                continue
            if not everything and session.pk not in scope.guest.get(pk, ()):
                continue
            found.append(
                TaughtSession(
                    session=session,
                    cohort=cohort,
                    now=session.starts_at - datetime.timedelta(minutes=30) <= at < session.ends_at,
                    signed=sitting.status in SEALED,
                    register=scope.keeps_register(session),
                )
            )
    return sorted(found, key=lambda row: (row.session.starts_at, row.cohort.code))


def _signs(
    cohorts: Iterable[Cohort], people: Mapping[int, Sequence[Someone]], ledgers: Ledgers
) -> list[Signs]:
    there = ledgers.last_presences()
    return [
        Signs(
            name=someone.name,
            cohort=cohort,
            since=max(someone.joined_on, cohort.starts_on),
            read_at=someone.read_at,
            tried_at=someone.tried_at,
            there_at=datetime.datetime.fromtimestamp(there[someone.pk], datetime.UTC)
            if someone.pk in there
            else None,
            finished=someone.finished,
        )
        for cohort in cohorts
        for someone in people.get(cohort.pk, ())
    ]


def _stuck(
    cohorts: Iterable[Cohort], learners: QuerySet[Enrolment], at: datetime.datetime
) -> list[Stuck]:
    """The longest waiting first; one query."""
    known = {cohort.pk: cohort for cohort in cohorts}
    rows = (
        Attempt.objects.filter(
            enrolment__in=learners.filter(cohort__in=known).values("pk"),
            assessment__required=True,
            assessment__published=True,
            submitted_at__isnull=False,
        )
        .order_by()
        .values(
            "enrolment_id", "enrolment__cohort_id", "enrolment__user__first_name",
            "enrolment__user__last_name", "assessment__title", "assessment__attempts_allowed",
        )
        .annotate(
            used=Count("pk"), best=Max("percent"), last=Max("submitted_at"),
            good=Count("pk", filter=Q(passed=True)),
        )
        .filter(good=0, used__gte=F("assessment__attempts_allowed"))
        .order_by("last", "enrolment_id")
    )  # fmt: skip
    today = timezone.localdate(at)
    return [
        Stuck(
            name=f"{row['enrolment__user__first_name']} {row['enrolment__user__last_name']}".strip(),
            cohort=known[row["enrolment__cohort_id"]],
            title=in_language(row["assessment__title"]),
            best=row["best"],
            since=row["last"],
            days=(today - timezone.localdate(row["last"])).days,
        )
        for row in rows
    ]
