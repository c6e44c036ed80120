"""The time that a lesson's page is seen: what its script says, and what of it is counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from curriculum.choices import Completion
from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.progress.models import POSITION_END, LessonProgress, SeenClock
from lms.progress.outline import pinned_blocks
from lms.progress.services.guards import progress_row, refuse
from lms.progress.services.steps import complete_lesson

# Seconds that one beacon can add: the script sends one every 45, and one when the page is hidden.
BEACON_CAP = 90
# A beacon kept while there was no network counts if it comes within half a day.
LATE = timedelta(hours=12)
# Of how many opened pages the last number is remembered.
VISITS = 24
# Reading to the end takes at least a third of the minutes that are told: those are counted for careful readers.
READING_SHARE = 3


@dataclass(frozen=True, slots=True)
class Beacon:
    """What the page says: its `visit` and the `number` of the beacon in it, the `seconds` seen since the one before,
    up to `age` seconds ago; where the reader is, and the blocks of which they saw the end.
    """

    visit: UUID
    number: int
    seconds: int = 0
    age: int = 0
    position: int | None = None
    place: UUID | None = None
    place_position: int = 0
    parts: frozenset[UUID] = frozenset()


def see_lesson(
    *, enrolment: Enrolment, lesson: SyllabusLesson, beacon: Beacon, at: datetime | None = None
) -> LessonProgress:
    """Record a visit, the place, and the time seen; complete what is done by reading once it was read.

    Of the seconds said, at most `BEACON_CAP` are counted, and at most the time since this person's last counted
    moment on any lesson of any cohort: two tabs never count twice. A beacon that comes again, or behind one with a
    higher number, changes nothing; one kept without network counts for its own time within `LATE`. Refused as
    `complete_lesson` is.
    """
    at = at or timezone.now()
    refuse(enrolment, lesson, at)
    ended = at - timedelta(seconds=beacon.age)
    with transaction.atomic():
        clock = _clock(enrolment, ended)
        row = progress_row(enrolment, lesson, ended)
        if not _is_new(clock, beacon):
            return row
        credit = _credit(clock, beacon, ended, at)
        _wind(clock, beacon, ended, credit)
        changes = {
            "last_opened_at": Greatest(F("last_opened_at"), ended),
            "seen_seconds": F("seen_seconds") + credit,
            "updated_at": at,
        }
        if beacon.position is not None and ended >= row.last_opened_at:
            changes["position"] = max(0, min(POSITION_END, beacon.position))
            changes["place"] = beacon.place
            changes["place_position"] = max(0, min(POSITION_END, beacon.place_position))
        reading = lesson.completion == Completion.READING and row.completed_at is None
        if reading and beacon.parts:
            changes["parts"] = sorted({*row.parts, *map(str, beacon.parts)})[:300]
        LessonProgress.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
        if reading and _was_read(row, lesson):
            row = complete_lesson(enrolment=enrolment, lesson=lesson, how=Completion.READING, at=at)
    return row


def reading_seconds(lesson: SyllabusLesson) -> int:
    """The seconds that must have been seen of a lesson that is done by reading."""
    return lesson.minutes * 60 // READING_SHARE


def _clock(enrolment: Enrolment, ended: datetime) -> SeenClock:
    """The person's clock, locked: it orders the beacons of all their tabs."""
    start = ended - timedelta(seconds=BEACON_CAP)
    clock, _made = SeenClock.objects.select_for_update().get_or_create(
        user_id=enrolment.user_id, defaults={"counted_until": start, "visits": []}
    )
    return clock


def _is_new(clock: SeenClock, beacon: Beacon) -> bool:
    return beacon.number > dict(clock.visits).get(beacon.visit.hex, 0)


def _credit(clock: SeenClock, beacon: Beacon, ended: datetime, at: datetime) -> int:
    if at - ended > LATE:
        return 0
    free = ended - max(clock.counted_until, ended - timedelta(seconds=BEACON_CAP))
    return max(0, min(beacon.seconds, int(free.total_seconds())))


def _wind(clock: SeenClock, beacon: Beacon, ended: datetime, credit: int) -> None:
    """A beacon that says no time does not move the clock: opening a second tab takes nothing from the first."""
    if credit:
        clock.counted_until = max(clock.counted_until, ended)
    others = [[visit, number] for visit, number in clock.visits if visit != beacon.visit.hex]
    clock.visits = [*others, [beacon.visit.hex, beacon.number]][-VISITS:]
    clock.save(update_fields=["counted_until", "visits"])


def _was_read(row: LessonProgress, lesson: SyllabusLesson) -> bool:
    """Every block of the text seen to its end, and the page for long enough."""
    if not row.parts or row.seen_seconds < reading_seconds(lesson):
        return False
    blocks = {block["id"] for block in pinned_blocks(lesson) if block.get("id")}
    return bool(blocks) and blocks <= set(row.parts)
