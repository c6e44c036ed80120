"""The page of who teaches or runs cohorts: today, what comes, registers to sign, cohorts at a glance."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.attendance.choices import SEALED
from lms.cohorts.choices import (
    ANSWERING_FUNCTIONS,
    TEACHING_FUNCTIONS,
    ApplicationStatus,
    EnrolmentStatus,
)
from lms.cohorts.models import ClassSession, Cohort, CohortStaff

AHEAD = datetime.timedelta(days=21)
BACK = datetime.timedelta(days=60)
NEXT_SESSIONS = 6
TO_SIGN = 10


@dataclass(frozen=True, slots=True)
class TaughtSession:
    """`register` says whether this person keeps its register; `signed` whether it is signed already."""

    session: ClassSession
    cohort: Cohort
    now: bool
    signed: bool
    register: bool


@dataclass(frozen=True, slots=True)
class TaughtCohort:
    cohort: Cohort
    functions: tuple[str, ...]
    enrolled: int
    waiting: int
    versions: bool  # may bring newer lessons in


@dataclass(frozen=True, slots=True)
class StaffBoard:
    today: tuple[TaughtSession, ...]
    coming: tuple[TaughtSession, ...]
    to_sign: tuple[TaughtSession, ...]
    to_sign_more: int
    cohorts: tuple[TaughtCohort, ...]
    administrator: bool

    @property
    def waiting(self) -> int:
        """Applications that wait for an answer."""
        return sum(row.waiting for row in self.cohorts)


def staff_board(user: User, at: datetime.datetime | None = None) -> StaffBoard | None:
    """What `user` sees as staff, None for who is staff of no cohort and no administrator; 3 queries."""
    at = at or timezone.now()
    administrator = user.has_role(Role.ADMINISTRATOR)
    functions: dict[int, list[CohortStaff]] = {}
    for row in CohortStaff.objects.current().filter(user=user):
        functions.setdefault(row.cohort_id, []).append(row)
    if not functions and not administrator and not user.has_role(Role.INSTRUCTOR):
        return None
    cohorts = list(_cohorts(None if administrator else functions, at))
    known = {cohort.pk: cohort for cohort in cohorts}
    sessions = [
        _taught(session, known[session.cohort_id], functions, administrator, at)
        for session in ClassSession.objects.filter(
            cohort__in=known, cancelled_at=None, starts_at__gte=at - BACK, starts_at__lte=at + AHEAD
        )
        .select_related("sheet", "module")
        .order_by("starts_at")
    ]
    day = timezone.localdate(at)
    today = [row for row in sessions if timezone.localdate(row.session.starts_at) == day]
    unsigned = [
        row
        for row in sessions
        if row.register and not row.signed and row.session.ends_at <= at and row not in today
    ]
    return StaffBoard(
        today=tuple(today),
        coming=tuple(row for row in sessions if timezone.localdate(row.session.starts_at) > day)[
            :NEXT_SESSIONS
        ],
        to_sign=tuple(unsigned[:TO_SIGN]),
        to_sign_more=max(0, len(unsigned) - TO_SIGN),
        cohorts=tuple(
            TaughtCohort(
                cohort=cohort,
                functions=tuple(row.get_function_display() for row in functions.get(cohort.pk, [])),
                enrolled=cohort.enrolled,
                waiting=cohort.waiting if administrator else 0,
                versions=administrator
                or any(row.function in ANSWERING_FUNCTIONS for row in functions.get(cohort.pk, [])),
            )
            for cohort in cohorts
        ),
        administrator=administrator,
    )


def _cohorts(mine: Iterable[int] | None, at: datetime.datetime) -> QuerySet[Any]:
    """Opened cohorts that are not over for long; `mine` None means all of them."""
    rows = Cohort.objects.public().filter(ends_on__gte=timezone.localdate(at) - BACK)
    if mine is not None:
        rows = rows.filter(pk__in=list(mine))
    return rows.annotate(
        enrolled=Count(
            "enrolments", filter=Q(enrolments__status=EnrolmentStatus.ACTIVE), distinct=True
        ),
        waiting=Count(
            "applications",
            filter=Q(applications__status=ApplicationStatus.SUBMITTED),
            distinct=True,
        ),
    ).order_by("starts_on", "code")


def _taught(
    session: ClassSession,
    cohort: Cohort,
    functions: dict[int, list[CohortStaff]],
    administrator: bool,
    at: datetime.datetime,
) -> TaughtSession:
    sheet = getattr(session, "sheet", None)
    keeps = any(row.function in TEACHING_FUNCTIONS for row in functions.get(cohort.pk, []))
    return TaughtSession(
        session=session,
        cohort=cohort,
        now=session.starts_at - datetime.timedelta(minutes=30) <= at < session.ends_at,
        signed=bool(sheet and sheet.status in SEALED),
        register=keeps or administrator,
    )
