"""Cohorts at a glance: of an instructor, of a manager (their people alone), of the whole house."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.choices import Role
from lms.attendance.choices import SEALED
from lms.attendance.summary import Ledgers, Sitting, Standing
from lms.cohorts.choices import ApplicationStatus, EnrolmentStatus, Phase
from lms.cohorts.models import Application, ClassSession, Cohort, Enrolment
from lms.dashboard.summary.people import Someone
from lms.dashboard.summary.scope import Scope

RECENT = datetime.timedelta(days=60)  # how long a finished cohort stays on the page
ORDER = [
    Phase.RUNNING,
    Phase.APPLICATIONS,
    Phase.CLOSED,
    Phase.ANNOUNCED,
    Phase.DRAFT,
    Phase.FINISHED,
]
JUDGED = {Phase.RUNNING, Phase.FINISHED}


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done about a cohort, and the place where it is done."""

    words: str
    url: str
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class GlanceRow:
    """`people` are the active learners whom the reader may see; `seats_free` None for who does not fill them."""

    cohort: Cohort
    functions: tuple[str, ...]
    standing: Standing
    certified: int
    seats_free: int | None
    next_session: ClassSession | None
    tasks: tuple[Task, ...]
    links: tuple[tuple[str, str], ...]
    url: str

    @property
    def people(self) -> int:
        return self.standing.people


@dataclass(frozen=True, slots=True)
class GlanceGroup:
    phase: str
    label: str
    rows: tuple[GlanceRow, ...]
    judged: bool  # attendance says something


@dataclass(frozen=True, slots=True)
class GlanceBoard:
    groups: tuple[GlanceGroup, ...]
    whole_house: bool

    @property
    def rows(self) -> list[GlanceRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def people(self) -> int:
        return sum(row.people for row in self.rows)

    @property
    def running(self) -> int:
        return sum(len(g.rows) for g in self.groups if g.phase == Phase.RUNNING)

    @property
    def at_risk(self) -> int:
        return sum(row.standing.low for row in self.rows if row.cohort.teaches)

    @property
    def tasks(self) -> int:
        return sum(len(row.tasks) for row in self.rows)


def glance_cohorts(scope: Scope, at: datetime.datetime) -> QuerySet[Any]:
    """Cohorts that the person works in, manages or, as an administrator, all: not cancelled, not long over.

    A guest's cohort is among them too, for its sessions, with `seen` false: `glance_board` leaves it out.
    """
    seen = Q(pk__in=Cohort.objects.visible_to(scope.user).order_by().values("pk"))
    everything = Q(seen=True) | Q(pk__in=list(scope.guest))
    day = timezone.localdate(at)
    lately = Q(ends_on__gte=day - RECENT) | Q(pk__in=Cohort.objects.teaching(day).values("pk"))
    rows = (
        Cohort.objects.in_sight(day)
        .annotate(seen=Case(When(seen, then=True), default=False))
        .filter(
            everything,
            lately,
            cancelled_at=None,
        )
    )
    if not scope.administrator:
        rows = rows.filter(opened_at__isnull=False)
    waiting = Application.objects.filter(status=ApplicationStatus.SUBMITTED)
    untaught = ClassSession.objects.filter(
        cancelled_at=None, starts_at__gt=at, teachers__isnull=True
    )
    taken = Enrolment.objects.filter(status=EnrolmentStatus.ACTIVE)
    return rows.annotate(
        offered=_of_cohort(Application.objects.filter(status=ApplicationStatus.OFFERED)),
        enrolled=_of_cohort(taken),
        waiting=_of_cohort(waiting),
        untaught=_of_cohort(untaught),
    ).order_by("starts_on", "code")


def _of_cohort(rows: QuerySet) -> Coalesce:
    counted = rows.filter(cohort=OuterRef("pk")).order_by().values("cohort").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def glance_board(
    scope: Scope,
    cohorts: Mapping[int, Any],
    people: Mapping[int, Sequence[Someone]],
    ledgers: Ledgers,
    at: datetime.datetime,
) -> GlanceBoard:
    """No query. Figures count the people that the reader may see, and are those of the reports."""
    day = timezone.localdate(at)
    groups: dict[str, list[GlanceRow]] = {}
    for pk, cohort in cohorts.items():
        if not cohort.seen:
            continue
        row = _row(scope, cohort, people.get(pk, ()), ledgers, at)
        groups.setdefault(cohort.phase_on(day), []).append(row)
    return GlanceBoard(
        groups=tuple(
            GlanceGroup(phase, str(Phase(phase).label), tuple(groups[phase]), phase in JUDGED)
            for phase in sorted(groups, key=_place)
        ),
        whole_house=scope.administrator,
    )


def is_judged(cohort: Cohort, day: datetime.date) -> bool:
    """Whether there is attendance to judge: in class, whatever was set by hand for applications, or over."""
    return cohort.teaches_on(day) or cohort.phase_on(day) in JUDGED


def _place(phase: str) -> int:
    return ORDER.index(Phase(phase)) if phase in ORDER else len(ORDER)


def _row(
    scope: Scope,
    cohort: Any,  # as `glance_cohorts` annotates it
    people: Sequence[Someone],
    ledgers: Ledgers,
    at: datetime.datetime,
) -> GlanceRow:
    sittings = ledgers.sittings.get(cohort.pk, [])
    standing = Standing(len(people), None, 0, 0)
    if is_judged(cohort, timezone.localdate(at)):
        standing = ledgers.standing_of(cohort, [someone.pk for someone in people])
    fills = scope.administrator or cohort.pk in scope.functions
    coming = next((s.session for s in sittings if not s.cancelled and s.session.ends_at > at), None)
    workbench = reverse("cohorts_admin:workbench", args=[cohort.pk])
    return GlanceRow(
        cohort=cohort,
        functions=scope.words(cohort.pk),
        standing=standing,
        certified=sum(someone.certified for someone in people),
        seats_free=max(0, cohort.seats - cohort.enrolled) if fills else None,
        next_session=coming,
        tasks=tuple(_tasks(scope, cohort, standing, sittings, at)),
        links=tuple(_links(scope, cohort)),
        url=workbench if scope.administrator else _address(cohort),
    )


def _address(cohort: Cohort) -> str:
    return cohort.get_absolute_url() if cohort.opened_at else ""


def _tasks(
    scope: Scope, cohort: Any, standing: Standing, sittings: list[Sitting], at: datetime.datetime
) -> list[Task]:
    """What waits, for whoever may do it; the most pressing first."""
    found = []
    phase = cohort.phase_on(timezone.localdate(at))
    if scope.administrator:
        workbench = reverse("cohorts_admin:workbench", args=[cohort.pk])
        if phase == Phase.DRAFT:
            found.append(Task(_("to be opened"), workbench, "info"))
        if cohort.waiting:
            words = ngettext(
                "%(n)s application to read", "%(n)s applications to read", cohort.waiting
            )
            address = reverse("cohorts_admin:applications", args=[cohort.pk])
            found.append(Task(words % {"n": cohort.waiting}, address))
        if cohort.offered:
            words = ngettext("%(n)s seat offered", "%(n)s seats offered", cohort.offered)
            address = reverse("cohorts_admin:waiting", args=[cohort.pk])
            found.append(Task(words % {"n": cohort.offered}, address, "info"))
        if cohort.untaught:
            words = ngettext(
                "%(n)s session without a teacher",
                "%(n)s sessions without a teacher",
                cohort.untaught,
            )
            address = reverse("cohorts_admin:sessions", args=[cohort.pk])
            found.append(Task(words % {"n": cohort.untaught}, address))
    unsigned = [
        s.session for s in sittings if _is_unsigned(s, at) and scope.keeps_register(s.session)
    ]
    if unsigned:
        words = ngettext("%(n)s register to sign", "%(n)s registers to sign", len(unsigned))
        address = reverse("attendance:register", args=[cohort.code, unsigned[0].number])
        found.append(Task(words % {"n": len(unsigned)}, address))
    if standing.low and cohort.teaches_on(timezone.localdate(at)):
        words = ngettext(
            "%(n)s person below the threshold", "%(n)s people below the threshold", standing.low
        ) % {"n": standing.low}
        if standing.lost:
            words += ", " + ngettext("%(n)s for good", "%(n)s for good", standing.lost) % {
                "n": standing.lost
            }
        found.append(Task(words, reverse("attendance:overview", args=[cohort.code]), "bad"))
    return found


def _is_unsigned(sitting: Sitting, at: datetime.datetime) -> bool:
    return not sitting.cancelled and sitting.status not in SEALED and sitting.session.ends_at <= at


def _links(scope: Scope, cohort: Cohort) -> list[tuple[str, str]]:
    """(words, address) of the pages about the cohort that the person may open."""
    found: list[tuple[str, str]] = []
    if not cohort.opened_at:
        return found
    worked_in = scope.administrator or cohort.pk in scope.functions
    if worked_in:
        found.append((_("Lessons"), reverse("progress:syllabus", args=[cohort.code])))
    found.append((_("Attendance"), reverse("attendance:overview", args=[cohort.code])))
    if scope.user.has_role(Role.MANAGER, Role.ADMINISTRATOR):
        found.append((_("Reports"), reverse("reports:cohort", args=[cohort.code])))
    if scope.administrator:
        found.append((_("Certificates"), reverse("certificates_admin:cohort", args=[cohort.pk])))
    elif scope.keeps_versions(cohort.pk):
        found.append((_("Versions"), reverse("cohorts_admin:versions", args=[cohort.pk])))
    return found
