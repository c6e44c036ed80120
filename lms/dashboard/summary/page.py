"""The whole of my page: whose it is, what is read for it, the boards of each role."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.attendance.summary import Ledgers, read_ledgers
from lms.cohorts.models import Enrolment
from lms.dashboard.summary.committee import CommitteeBoard, committee_board
from lms.dashboard.summary.glance import (
    GlanceBoard,
    glance_board,
    glance_cohorts,
    is_judged,
)
from lms.dashboard.summary.learner import LearnerBoard, enrolments_of, learner_board
from lms.dashboard.summary.people import people_of
from lms.dashboard.summary.scope import Scope, scope_of
from lms.dashboard.summary.teaching import TeachingBoard, teaching_board


@dataclass(frozen=True, slots=True)
class MyPage:
    """`staff` says that the person has boards of work, shown here or not."""

    learner: LearnerBoard
    teaching: TeachingBoard | None = None
    glance: GlanceBoard | None = None
    committee: CommitteeBoard | None = None
    readings: int = 0
    staff: bool = False
    administrator: bool = False

    @property
    def alone(self) -> bool:
        """Whether there is one board only: it needs no heading beside the page's own."""
        work = sum(board is not None for board in (self.teaching, self.glance, self.committee))
        return work + (not self.learner.empty) <= 1


def my_page(user: User, *, chosen: str = "", at: datetime.datetime | None = None) -> MyPage:
    """What `user` sees. `chosen` is the code of one of their cohorts, as a learner: then it alone is shown.

    The same few queries whatever the number of cohorts, and at most 20 with those of the frame, for
    every role and all of them together.
    """
    at = at or timezone.now()
    scope = scope_of(user, at)
    enrolments = enrolments_of(user, chosen)
    if scope.is_staff and not any(e.cohort.code == chosen for e in enrolments):
        return _working_page(scope, enrolments, at)
    ledgers = Ledgers()
    if enrolments:
        ledgers = read_ledgers([e.cohort for e in enrolments], _theirs(enrolments))
    return MyPage(
        learner=learner_board(user, enrolments, ledgers, chosen=chosen, at=at),
        readings=scope.readings,
        staff=scope.is_staff,
        administrator=scope.administrator,
    )


def _theirs(enrolments: list[Enrolment]) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in enrolments])


def _working_page(scope: Scope, enrolments: list[Enrolment], at: datetime.datetime) -> MyPage:
    user, day = scope.user, timezone.localdate(at)
    cohorts, people = {}, {}
    if scope.looks_after or scope.guest:
        cohorts = {cohort.pk: cohort for cohort in glance_cohorts(scope, at)}
    seen = {pk: cohort for pk, cohort in cohorts.items() if cohort.seen}
    if seen:
        people = people_of(scope, seen, at)
    judged = [pk for pk, cohort in seen.items() if is_judged(cohort, day)]
    every = {e.cohort_id: e.cohort for e in enrolments} | cohorts
    theirs = Enrolment.objects.active().filter(
        Q(pk__in=[e.pk for e in enrolments])
        | Q(pk__in=Enrolment.objects.visible_to(user).filter(cohort__in=judged).values("pk"))
    )
    ledgers = read_ledgers(every.values(), theirs)
    worked_in = {
        pk: cohort
        for pk, cohort in cohorts.items()
        if scope.administrator or pk in scope.functions or pk in scope.guest
    }
    return MyPage(
        learner=learner_board(user, enrolments, ledgers, brief=True, at=at),
        teaching=teaching_board(
            scope, worked_in, people, ledgers, at=at, quiet_days=settings.QUIET_AFTER_DAYS
        )
        if scope.teaches or scope.administrator
        else None,
        glance=glance_board(scope, seen, people, ledgers, at) if scope.looks_after else None,
        committee=committee_board(user, at) if user.has_role(Role.COMMITTEE) else None,
        readings=scope.readings,
        staff=True,
        administrator=scope.administrator,
    )
