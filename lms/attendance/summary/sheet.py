"""One session's register as its page shows it: who is on it and what stands beside each name."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.attendance.choices import Channel, ExcuseStatus, Mark, State
from lms.attendance.models import Credit, Excuse, PresenceInterval, RegisterSheet
from lms.attendance.summary.facts import Presence, Sitting
from lms.attendance.summary.figures import SessionAttendance
from lms.attendance.summary.judge import attendance_at
from lms.attendance.summary.reading import sitting_of
from lms.cohorts.models import ClassSession, Enrolment


def clock(moment: datetime | None) -> str:
    """The time of day in Europe/Rome, as "18:25"."""
    return "" if moment is None else timezone.localtime(moment).strftime("%H:%M")


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """`mark` is what the teacher tapped, empty until the register is taken."""

    enrolment: Enrolment
    mark: str
    presences: tuple[Presence, ...]
    attendance: SessionAttendance
    joined_later: bool

    @property
    def name(self) -> str:
        return str(self.enrolment.user)

    @property
    def caption(self) -> str:
        """The small line under a name: the times, or why there are none."""
        if self.presences:
            times = ", ".join(f"{clock(p.in_at)} – {clock(p.out_at)}" for p in self.presences)
            remote = any(p.channel == Channel.REMOTE for p in self.presences)
            return f"{times} · " + _("remote") if remote else times
        if self.attendance.excuse:
            return _("excused")
        if self.attendance.state == State.EXEMPT:
            return str(State.EXEMPT.label).lower()
        return _("joined later") if self.joined_later else ""


@dataclass(frozen=True, slots=True)
class Register:
    session: ClassSession
    sitting: Sitting
    sheet: RegisterSheet
    rows: tuple[RegisterRow, ...]

    def count(self, *states: str) -> int:
        return sum(row.attendance.state in states for row in self.rows)

    @property
    def present(self) -> int:
        return self.count(State.PRESENT, State.REMOTE, State.EARLY, State.MADE_UP)

    @property
    def late(self) -> int:
        return self.count(State.LATE)

    @property
    def absent(self) -> int:
        return self.count(State.ABSENT, State.EXCUSED)

    @property
    def counts(self) -> list[str]:
        """How many, in words: learners, and once the register is taken who was there."""
        said = [ngettext("%(n)s learner", "%(n)s learners", len(self.rows)) % {"n": len(self.rows)}]
        if self.sheet.is_taken:
            said.append(
                ngettext("%(n)s present", "%(n)s present", self.present) % {"n": self.present}
            )
            if self.late:
                said.append(ngettext("%(n)s late", "%(n)s late", self.late) % {"n": self.late})
            said.append(ngettext("%(n)s absent", "%(n)s absent", self.absent) % {"n": self.absent})
        return said

    @property
    def saved_text(self) -> str:
        moment = self.sheet.saved_at
        return _("Saved at %(time)s") % {"time": clock(moment)} if moment else ""

    @property
    def hours(self) -> tuple:
        """What «the whole session» means: the real times once signed, else the timetable."""
        if self.sheet.is_sealed:
            return (self.sheet.actual_start, self.sheet.actual_end)
        return (self.session.starts_at, self.session.ends_at)


def listed_on(session: ClassSession) -> QuerySet[Enrolment]:
    """Enrolments on the session's sheet: all but those withdrawn before its day, in order of name."""
    day = timezone.localdate(session.starts_at)
    return (
        Enrolment.objects.filter(cohort=session.cohort_id)
        .exclude(withdrawn_on__lt=day)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )


def register_of(session: ClassSession) -> Register:
    """The register with its rows; 5 queries whatever the number of learners, if the sheet was fetched.

    Make-ups are shown on the learner's page, not on the sheet: they are minutes of another room.
    """
    sitting = sitting_of(session)
    sheet = getattr(session, "sheet", None) or RegisterSheet(session=session)
    presences = defaultdict(list)
    for row in PresenceInterval.objects.filter(session=session).order_by("in_at"):
        presences[row.enrolment_id].append(Presence(row.in_at, row.out_at, row.channel))
    excuses = dict(
        Excuse.objects.filter(session=session, status=ExcuseStatus.APPROVED).values_list(
            "enrolment_id", "reason"
        )
    )
    exempt = _exempt_from(session)
    day = timezone.localdate(session.starts_at)
    register = Register(session, sitting, sheet, ())
    rows = []
    for enrolment in listed_on(session):
        there = tuple(presences[enrolment.pk])
        rows.append(
            RegisterRow(
                enrolment=enrolment,
                mark=_mark(register, there),
                presences=there,
                attendance=attendance_at(
                    sitting,
                    presences=there,
                    excuse=excuses.get(enrolment.pk, ""),
                    exempt=enrolment.pk in exempt,
                    grace=session.cohort.grace_minutes,
                ),
                joined_later=enrolment.joined_on > day,
            )
        )
    return Register(session, sitting, sheet, tuple(rows))


def _exempt_from(session: ClassSession) -> set[int]:
    if session.module is None:
        return set()
    rows = Credit.objects.filter(module=session.module, minutes__gte=session.module.minutes)
    return set(rows.values_list("enrolment_id", flat=True))


def _mark(register: Register, presences: tuple[Presence, ...]) -> str:
    if not register.sheet.is_taken:
        return ""
    if not presences:
        return Mark.ABSENT
    if len(presences) == 1 and (presences[0].in_at, presences[0].out_at) == register.hours:
        return Mark.PRESENT
    return Mark.TIMES
