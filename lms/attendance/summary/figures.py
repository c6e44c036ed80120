"""What a summary says: plain values, all times in whole minutes unless a name says otherwise."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from lms.attendance.choices import State


@dataclass(frozen=True, slots=True)
class SessionAttendance:
    """One learner at one session: a row of R1.

    `credited` (minuti_riconosciuti) holds `remote` and `make_up` as parts. `state` is one label; `late`
    and `early` may both be true under it. `excuse` is the reason of an approved excuse.
    """

    session: Any
    state: State
    planned: int = 0
    delivered: int = 0
    credited: int = 0
    remote: int = 0
    make_up: int = 0
    first_in: datetime.datetime | None = None
    last_out: datetime.datetime | None = None
    intervals: int = 0
    channel: str = ""  # house, remote, mixed or empty
    late: bool = False
    early: bool = False
    excuse: str = ""

    @property
    def state_label(self) -> str:
        """The state in words; a session to come is not one that somebody forgot to record."""
        if self.state == State.PLANNED and self.session.starts_at > timezone.now():
            return pgettext("session", "To come")
        return str(self.state.label)

    @property
    def missed(self) -> int:
        """Delivered minutes that the learner did not attend."""
        return max(0, self.delivered - self.credited)


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit (esonero): the minutes recorded, and those that left the denominator."""

    module: Any | None
    minutes: int
    counted: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Minutes against a threshold: of a cohort, or of one module.

    `total` is the denominator so far, `full_total` the one at the end if all goes as planned. On
    delivered minutes they differ until the last session; on planned minutes never.
    """

    threshold: int
    planned: int
    delivered: int
    attended: int
    total: int
    full_total: int
    still_possible: int

    @property
    def reached(self) -> bool:
        """Integers, inclusive (domain, Attendance: “A threshold is a setting of the cohort”).

        Where nothing counts yet the threshold is not reached, unless credits leave nothing to attend.
        """
        if self.total == 0:
            return self.full_total == 0 and self.planned > 0
        return self.attended * 100 >= self.threshold * self.total

    @property
    def earned(self) -> bool:
        """Reached whatever happens in the sessions to come: what a certificate asks."""
        return self.planned > 0 and self.attended * 100 >= self.threshold * self.full_total

    @property
    def needed(self) -> int:
        """Minutes that the threshold asks for at the end, rounded up."""
        return -(-self.threshold * self.full_total // 100)

    @property
    def reachable(self) -> bool:
        """Before the point of no return."""
        return self.attended + self.still_possible >= self.needed

    @property
    def can_miss(self) -> int:
        """Minutes still to lose before the threshold is out of reach, never above those still possible."""
        slack = self.attended + self.still_possible - self.needed
        return max(0, min(slack, self.still_possible))

    @property
    def hundredths(self) -> int:
        """Hundredths of a percent, cut; never above 100.00 %, which only a credited module could pass."""
        if self.total == 0:
            return 10000 if self.reached else 0
        return min(10000, self.attended * 10000 // self.total)

    @property
    def percent(self) -> str:
        """Two decimals, cut, with a point: "82.35"."""
        return f"{self.hundredths // 100}.{self.hundredths % 100:02d}"

    @property
    def percent_int(self) -> int:
        return self.hundredths // 100


@dataclass(frozen=True, slots=True)
class ModuleAttendance:
    module: Any
    figure: Figure


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """One learner in one cohort: a row of R2, the learner's own page, a certificate's requirement.

    `credit` and `excused` are minutes that left the denominator (excused ones only where the policy
    says so; `excused_absences` counts them in any case). `absences` counts excused ones too.
    """

    figure: Figure
    rows: tuple[SessionAttendance, ...]
    credits: tuple[CreditRow, ...] = ()
    modules: tuple[ModuleAttendance, ...] = ()
    by_module: bool = False
    remote: int = 0
    make_up: int = 0
    credit: int = 0
    excused: int = 0
    absences: int = 0
    excused_absences: int = 0
    late_arrivals: int = 0
    early_leaves: int = 0
    final: bool = False

    @property
    def planned(self) -> int:
        return self.figure.planned

    @property
    def delivered(self) -> int:
        return self.figure.delivered

    @property
    def attended(self) -> int:
        return self.figure.attended

    @property
    def total(self) -> int:
        return self.figure.total

    @property
    def full_total(self) -> int:
        return self.figure.full_total

    @property
    def threshold(self) -> int:
        return self.figure.threshold

    @property
    def still_possible(self) -> int:
        return self.figure.still_possible

    @property
    def percent(self) -> str:
        return self.figure.percent

    @property
    def percent_int(self) -> int:
        return self.figure.percent_int

    @property
    def judged(self) -> tuple[Figure, ...]:
        """The figures that must all reach the threshold: one per module where the basis says so."""
        if self.by_module and self.modules:
            return tuple(module.figure for module in self.modules)
        return (self.figure,)

    @property
    def reached(self) -> bool:
        """So far; modules that have not begun are left out."""
        begun = [figure for figure in self.judged if figure.total or not figure.full_total]
        return bool(begun) and all(figure.reached for figure in begun)

    @property
    def earned(self) -> bool:
        """Cannot be lost any more; the same as `reached` when `final`."""
        return all(figure.earned for figure in self.judged)

    @property
    def reachable(self) -> bool:
        return all(figure.reachable for figure in self.judged)

    @property
    def can_miss(self) -> int:
        """The tightest figure that still has minutes to come; 0 when one is out of reach."""
        if not self.reachable:
            return 0
        return min((f.can_miss for f in self.judged if f.still_possible), default=0)

    @property
    def is_low(self) -> bool:
        """Something is below the threshold so far."""
        return self.total > 0 and not self.reached

    @property
    def short_of(self) -> int:
        """Minutes still to attend for the threshold, where it is judged on the cohort."""
        return max(0, self.figure.needed - self.attended)
