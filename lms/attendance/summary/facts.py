"""What a summary is computed from: a policy, sessions with their sheets, what is known of a learner."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.attendance.choices import SEALED, TAKEN, Channel, SheetStatus
from lms.attendance.summary.spans import Span, recognised


@dataclass(frozen=True, slots=True)
class Policy:
    """The cohort's attendance policy, frozen when it opened."""

    threshold: int = 75
    by_module: bool = False
    on_planned: bool = False
    excused_leave: bool = False
    grace: int = 10  # minutes; changes the label, never the minutes


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session and its sheet. `scheduled` and `actual` are spans; `actual` is the teacher's word."""

    session: Any
    key: int
    module: Any | None
    day: datetime.date
    scheduled: Span
    breaks: tuple[Span, ...] = ()
    cancelled: bool = False
    status: str = SheetStatus.PLANNED
    actual: Span | None = None

    @property
    def window(self) -> Span:
        """What counts as the session: the real times once confirmed, until then the scheduled ones."""
        return self.actual if self.actual and self.status in SEALED else self.scheduled

    @property
    def taken(self) -> bool:
        return not self.cancelled and self.status in TAKEN

    @property
    def planned(self) -> int:
        """Minutes of the timetable minus breaks; none if cancelled (domain: “cancelled sessions are out”)."""
        if self.cancelled:
            return 0
        return recognised([self.scheduled], window=self.scheduled, breaks=self.breaks)

    @property
    def delivered(self) -> int:
        """Minutes really held minus breaks, never above the planned ones; none until the register is taken."""
        if not self.taken:
            return 0
        return min(self.planned, recognised([self.window], window=self.window, breaks=self.breaks))


@dataclass(frozen=True, slots=True)
class Presence:
    in_at: datetime.datetime
    out_at: datetime.datetime
    channel: str = Channel.HOUSE

    @property
    def span(self) -> Span:
        return (int(self.in_at.timestamp()), int(self.out_at.timestamp()))


@dataclass(frozen=True, slots=True)
class Exemption:
    module: Any | None
    module_key: int | None
    minutes: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one learner, keyed by the session's key."""

    presences: Mapping[int, Sequence[Presence]] = field(default_factory=dict)
    excuses: Mapping[int, str] = field(default_factory=dict)  # approved ones: their reason
    make_ups: Mapping[int, int] = field(default_factory=dict)  # minutes, before the cap
    exemptions: Sequence[Exemption] = ()
    withdrawn_on: datetime.date | None = None
