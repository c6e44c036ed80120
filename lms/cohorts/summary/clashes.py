"""Where two meetings want the same room or the same person at the same time, over all cohorts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cms.models import EventPage
from lms.cohorts.choices import Mode
from lms.cohorts.models import ClassSession, Cohort, PlannedSession, Room


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting that one would like to hold; `room` is printed, `venue` is the room of the list, if it is one."""

    starts_at: datetime
    ends_at: datetime
    venue_id: int | None = None
    room: str = ""
    teachers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Clash:
    """What stands in the way: `what` is the room or the person, `where` the other meeting, in words."""

    kind: str  # "room" or "teacher"
    what: str
    where: str
    starts_at: datetime
    ends_at: datetime


def clashes_of(
    wanted: Sequence[Wanted],
    *,
    without: Collection[int] = (),
    draft: Cohort | None = None,
) -> list[tuple[Clash, ...]]:
    """For each meeting what it runs into, in order of time; 6 queries however many they are.

    Looked at: sessions of every cohort that are not cancelled (but those `without`, by number in the database:
    the ones being moved), the plans of drafts (but of `draft`), and the house's events in a room of that
    name. A room is the same by its row, else by its printed name; whoever is remote takes no room.
    """
    if not wanted:
        return []
    first = min(row.starts_at for row in wanted)
    last = max(row.ends_at for row in wanted)
    within = Q(starts_at__lt=last, ends_at__gt=first)
    sessions = (
        ClassSession.objects.filter(within, cancelled_at=None, cohort__cancelled_at=None)
        .exclude(pk__in=list(without))
        .select_related("cohort")
        .prefetch_related("teachers")
    )
    plans = PlannedSession.objects.filter(within, cohort__cancelled_at=None)
    if draft:
        plans = plans.exclude(cohort=draft)
    plans = plans.select_related("cohort").prefetch_related("teachers")
    others = [*map(_taken, sessions), *map(_taken, plans)]
    names = dict(Room.objects.values_list("pk", "name"))
    events = _events(first, last, wanted, names)
    found = []
    for row in wanted:
        hits = {hit for other in others for hit in _hits(row, other)}
        hits |= {hit for event in events for hit in _event_hits(row, event, names)}
        found.append(tuple(sorted(hits, key=lambda hit: (hit.starts_at, hit.kind, hit.what))))
    return found


@dataclass(frozen=True, slots=True)
class _Taken:
    where: str
    starts_at: datetime
    ends_at: datetime
    venue_id: int | None
    room: str
    teachers: dict[int, str]


def _taken(row: ClassSession | PlannedSession) -> _Taken:
    remote = row.mode == Mode.REMOTE
    return _Taken(
        where=str(row),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        venue_id=None if remote else row.venue_id,
        room="" if remote else row.room,
        teachers={person.pk: str(person) for person in row.teachers.all()},
    )


def _overlap(row: Wanted, other: _Taken | EventPage) -> bool:
    return row.starts_at < other.ends_at and other.starts_at < row.ends_at


def _hits(row: Wanted, other: _Taken) -> Iterable[Clash]:
    if not _overlap(row, other):
        return
    if _same_room(row, other):
        yield Clash("room", other.room, other.where, other.starts_at, other.ends_at)
    for pk in row.teachers & other.teachers.keys():
        name = other.teachers[pk]
        yield Clash("teacher", name, other.where, other.starts_at, other.ends_at)


def _same_room(row: Wanted, other: _Taken) -> bool:
    if row.venue_id and other.venue_id:
        return row.venue_id == other.venue_id
    return bool(row.room) and row.room.strip().casefold() == other.room.strip().casefold()


def _events(
    first: datetime, last: datetime, wanted: Iterable[Wanted], names: dict[int, str]
) -> list[EventPage]:
    """Published events; translations of one event are the same evening."""
    if not any(row.room or row.venue_id for row in wanted):
        return []
    rows = EventPage.objects.live().filter(starts_at__lt=last, ends_at__gt=first).order_by("pk")
    return list({row.translation_key: row for row in rows}.values())


def _event_hits(row: Wanted, event: EventPage, names: dict[int, str]) -> Iterable[Clash]:
    room = names.get(row.venue_id, row.room) if row.venue_id else row.room
    if room and _overlap(row, event) and room.strip().casefold() in event.place.casefold():
        yield Clash("room", room, event.title, event.starts_at, event.ends_at)
