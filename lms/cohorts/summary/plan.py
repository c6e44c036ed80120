"""Laying sessions on days: pure, so the same question always has the same answer; nothing is read or written.

Hours are those on the wall in Europe/Rome: a session keeps its hour across a change of daylight saving, and
its true length through one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

ROME = ZoneInfo(settings.TIME_ZONE)
# A meeting shorter than this is not worth the way: the one before it gives up some minutes.
SHORTEST = 30
# Nobody plans further: whatever has found no day by then has too few of them.
LONGEST = timedelta(days=3 * 366)


class NoDaysLeft(Exception):
    """The days chosen do not hold the modules within three years."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """An hour of every week: `weekday` 0 is Monday; the end comes after the start, on the same day."""

    weekday: int
    starts: time
    ends: time

    @property
    def minutes(self) -> int:
        return _minute(self.ends) - _minute(self.starts)


@dataclass(frozen=True, slots=True)
class Pause:
    """A break of `minutes` that begins `after` minutes of teaching; 0 minutes is none."""

    after: int = 0
    minutes: int = 0

    def within(self, slot: Slot) -> int:
        """The minutes of break in a whole slot."""
        return self.minutes if self.after < slot.minutes - self.minutes else 0


@dataclass(frozen=True, slots=True)
class Need:
    """A module and its minutes in class. `key` is its translation key: it outlives drafts and languages."""

    key: UUID | None
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A session laid down; `minutes` are those of teaching, without the break. Moments are aware, in Rome."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    module: Need
    break_starts_at: datetime | None = None
    break_minutes: int = 0

    @property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def breaks(self) -> list[tuple[datetime, datetime]]:
        if self.break_starts_at is None:
            return []
        return [(self.break_starts_at, later(self.break_starts_at, self.break_minutes))]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day on which one would have met, and why one does not."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    sessions: tuple[Planned, ...]
    skipped: tuple[Skipped, ...]


def plan_sessions(
    needs: Sequence[Need],
    slots: Sequence[Slot],
    first_day: date,
    days_off: Mapping[date, str],
    pause: Pause | None = None,
) -> Plan:
    """Lay each module's minutes, in order, on the slots of each week from `first_day`, days off left out.

    A session teaches one module; every slot is filled but the last of a module, which ends when the module's
    minutes are done. Minutes of each module are covered exactly. Raises `NoDaysLeft`.
    """
    pause = pause or Pause()
    days = _Days(slots, first_day, days_off)
    sessions: list[Planned] = []
    for need in needs:
        laid: list[tuple[date, Slot, int]] = []
        left = need.minutes
        while left > 0:
            day, slot = days.next()
            minutes = min(left, slot.minutes - pause.within(slot))
            laid.append((day, slot, minutes))
            left -= minutes
        sessions += [_session(*row, need, pause) for row in _without_stumps(laid, pause)]
    return Plan(tuple(sessions), tuple(days.skipped))


def next_days(
    slots: Sequence[Slot], first_day: date, days_off: Mapping[date, str], number: int
) -> tuple[list[tuple[date, Slot]], tuple[Skipped, ...]]:
    """The first `number` meetings on these slots, and the days left out on the way. Raises `NoDaysLeft`."""
    days = _Days(slots, first_day, days_off)
    return [days.next() for _number in range(number)], tuple(days.skipped)


def same_rhythm(
    days: Sequence[date], first_day: date, days_off: Mapping[date, str]
) -> tuple[list[date], tuple[Skipped, ...]]:
    """Where meetings go that begin on `first_day` instead of `days[0]`, one for each, in the same rhythm.

    Meetings are counted among the days on which one could have met: the weekdays in use, without days off.
    So a gap made by a holiday closes, one made on purpose stays. `days` ascend, and may repeat. `NoDaysLeft`.
    """
    if not days:
        return [], ()
    weekdays = {day.weekday() for day in days}
    could = _weekdays_from(days[0], weekdays, set(days_off) - set(days))
    places: dict[date, int] = {}
    for day in days:
        while day not in places:
            found = next(could)
            places[found] = len(places)
    shift = (first_day - days[0]).days
    slots = [Slot((weekday + shift) % 7, time.min, time.max) for weekday in weekdays]
    meetings, skipped = next_days(slots, first_day, days_off, len(places))
    return [meetings[places[day]][0] for day in days], skipped


def _weekdays_from(day: date, weekdays: set[int], without: set[date]) -> Iterator[date]:
    while True:
        if day.weekday() in weekdays and day not in without:
            yield day
        day += timedelta(days=1)


def at(day: date, hour: time) -> datetime:
    """The moment at which the clocks of Rome show that hour of that day."""
    return datetime.combine(day, hour, tzinfo=ROME)


def later(moment: datetime, minutes: int) -> datetime:
    """So many true minutes later, on the clocks of Rome."""
    return (moment.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ROME)


def true_minutes(first: datetime, last: datetime) -> int:
    """Minutes that pass between two moments, whatever the clocks do."""
    return int((last.astimezone(UTC) - first.astimezone(UTC)).total_seconds()) // 60


class _Days:
    """The meetings of the weeks to come, one after the other."""

    def __init__(
        self, slots: Sequence[Slot], first_day: date, days_off: Mapping[date, str]
    ) -> None:
        self.slots = sorted(set(slots))
        self.day = first_day
        self.last = first_day + LONGEST
        self.days_off = days_off
        self.skipped: list[Skipped] = []
        self._left: list[Slot] = self._of_today()

    def next(self) -> tuple[date, Slot]:
        while not self._left:
            self.day += timedelta(days=1)
            if self.day > self.last:
                raise NoDaysLeft
            self._left = self._of_today()
        return self.day, self._left.pop(0)

    def _of_today(self) -> list[Slot]:
        today = [slot for slot in self.slots if slot.weekday == self.day.weekday()]
        if today and self.day in self.days_off:
            self.skipped.append(Skipped(self.day, self.days_off[self.day]))
            return []
        return today


def _without_stumps(
    laid: list[tuple[date, Slot, int]], pause: Pause
) -> list[tuple[date, Slot, int]]:
    """The last meeting of a module is no shorter than `SHORTEST` where the one before it can give."""
    if len(laid) < 2 or laid[-1][2] >= SHORTEST:
        return laid
    *before, (day, slot, much), (last_day, last_slot, little) = laid
    room = last_slot.minutes - pause.within(last_slot) - little
    give = min(SHORTEST - little, much - SHORTEST, room)
    if give <= 0:
        return laid
    return [*before, (day, slot, much - give), (last_day, last_slot, little + give)]


def _session(day: date, slot: Slot, minutes: int, need: Need, pause: Pause) -> Planned:
    starts_at = at(day, slot.starts)
    # Who leaves before the break has none.
    rests = pause.within(slot) if pause.after < minutes else 0
    session = Planned(starts_at, later(starts_at, minutes + rests), minutes, need)
    if not rests:
        return session
    return replace(session, break_starts_at=later(starts_at, pause.after), break_minutes=rests)


def _minute(hour: time) -> int:
    return hour.hour * 60 + hour.minute
