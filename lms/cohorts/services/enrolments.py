"""Seats: taken once each, given back, never oversold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from lms.accounts.models import Organisation, User
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Application, Cohort, Enrolment, SeatPool
from lms.cohorts.services.waiting import hold_cohort, offer_free_seats
from lms.cohorts.summary.seats import CohortSeats, seats_by_pool
from lms.core.errors import DomainError

_SEATED_FIELDS = [
    "seat", "pool", "status", "withdrawn_on", "withdrawal_reason", "organisation", "enrolled_at",
    "joined_on", "updated_at",
]  # fmt: skip


def enrol(
    *,
    cohort: Cohort,
    user: User,
    by: User | None,
    organisation: Organisation | None = None,
    pool: SeatPool | None = None,
    joined_on: date | None = None,
    at: datetime | None = None,
) -> Enrolment:
    """Enrol a person without an application; again returns the same enrolment.

    `joined_on` after the cohort's first day records a late joiner: the denominator of attendance stays the
    full cohort unless a credit is recorded (domain: Attendance). Without a `pool` the seat is one of those
    open to all. Refused as `take_seat` says.
    """
    with transaction.atomic():
        return take_seat(
            cohort=cohort,
            user=user,
            organisation=organisation,
            pool=pool,
            application=None,
            joined_on=joined_on,
            by=by,
            at=at or timezone.now(),
        )


def withdraw(
    *, enrolment: Enrolment, on: date, reason: str, by: User | None, at: datetime | None = None
) -> Enrolment:
    """Record that a person left, when and why; the seat goes to the next in line. Again changes nothing."""
    with transaction.atomic():
        cohort = hold_cohort(enrolment.cohort_id)
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        if enrolment.status == EnrolmentStatus.WITHDRAWN:
            return enrolment
        enrolment.status = EnrolmentStatus.WITHDRAWN
        enrolment.withdrawn_on = on
        enrolment.withdrawal_reason = reason
        enrolment.save()
        log(enrolment, "cohorts.withdraw", user=by, data={"on": on.isoformat(), "reason": reason})
        offer_free_seats(cohort, at=at or timezone.now())
    return enrolment


def take_seat(
    *,
    cohort: Cohort,
    user: User,
    organisation: Organisation | None,
    application: Application | None,
    joined_on: date | None,
    by: User | None,
    at: datetime,
    pool: SeatPool | None = None,
    promised: bool = False,
) -> Enrolment:
    """Give the lowest free seat, out of a pool or of those open to all, inside the caller's transaction.

    The cohort's row is locked before counting; where the database has no row locks the constraint
    `a_seat_is_taken_once` decides. Whoever has a seat keeps it, whatever pool is asked for. A seat that is free
    goes to the waiting list first. `promised`: the seat is one of those held for this person
    (`summary.seats.held_seats`). Refused with
    `cohort_not_open`, `seats_full` (no seat open to all), `pool_full`, `foreign_pool`.
    """
    cohort = hold_cohort(cohort.pk)
    if not cohort.opened_at or cohort.cancelled_at:
        raise DomainError(_("This cohort is not open."), "cohort_not_open")
    existing = Enrolment.objects.filter(cohort=cohort, user=user).first()
    if existing and existing.status == EnrolmentStatus.ACTIVE:
        return existing
    if not promised:
        offer_free_seats(cohort, at=at)
    enrolment = existing or Enrolment(
        cohort=cohort, user=user, code=f"{cohort.code}-{cohort.enrolments.count() + 1:03d}"
    )
    enrolment.seat = _free_seat(cohort, pool, promised)
    enrolment.pool = pool
    enrolment.status = EnrolmentStatus.ACTIVE
    enrolment.withdrawn_on, enrolment.withdrawal_reason = None, ""
    enrolment.organisation = organisation or enrolment.organisation
    enrolment.application = application or enrolment.application
    enrolment.enrolled_at = at
    enrolment.joined_on = joined_on or max(cohort.starts_on, timezone.localdate(at))
    enrolment.save()
    data = {"cohort": cohort.code, "seat": enrolment.seat, "pool": pool.kind if pool else ""}
    log(enrolment, "cohorts.enrol", user=by, data=data)
    return enrolment


@dataclass(frozen=True, slots=True)
class Seating:
    """Somebody who is to have a seat; ids, since there may be thousands."""

    user: int
    name: str
    organisation: int | None = None
    pool: int | None = None
    joined_on: date | None = None


class SeatsOfCohort:
    """Gives seats to many, piece by piece, inside one transaction that holds the cohort's row.

    The same rules as `take_seat`: codes count on, the lowest free seat, pools and held seats kept.
    """

    def __init__(self, cohort: Cohort, by: User | None, at: datetime):
        self.cohort = hold_cohort(cohort.pk)
        if not self.cohort.opened_at or self.cohort.cancelled_at:
            raise DomainError(_("This cohort is not open."), "cohort_not_open")
        self.by, self.at = by, at
        offer_free_seats(self.cohort, at=at)
        self.seats = seats_by_pool(self.cohort)
        self.free = {row.pool and row.pool.pk: row.free for row in self.seats.all}
        self.left = self.seats.free
        self.count = self.cohort.enrolments.count()
        taken = set(self.cohort.enrolments.active().values_list("seat", flat=True))
        self.numbers = (seat for seat in range(1, self.cohort.seats + 1) if seat not in taken)
        self.pools = {row.pk: row for row in self.cohort.pools.all()}

    def give(self, seatings: Sequence[Seating]) -> list[Enrolment]:
        """The enrolments of whoever had none that is active; refused with `seats_full` and `pool_full`.

        Whoever had left comes back under the old code. Five queries.
        """
        users = [seating.user for seating in seatings]
        rows = Enrolment.objects.filter(cohort=self.cohort, user__in=users)
        known = {row.user_id: row for row in rows}
        fresh: list[Enrolment] = []
        back: list[Enrolment] = []
        for seating in seatings:
            row = known.get(seating.user)
            if row and row.status == EnrolmentStatus.ACTIVE:
                continue
            (back if row else fresh).append(self._seated(seating, row))
        Enrolment.objects.bulk_create(fresh)
        Enrolment.objects.bulk_update(back, _SEATED_FIELDS)
        names = {seating.user: seating.name for seating in seatings}
        self._log([*fresh, *back], names)
        return [*fresh, *back]

    def _seated(self, seating: Seating, row: Enrolment | None) -> Enrolment:
        if not self.left or not self.free.get(seating.pool):
            raise _full(self.cohort, self.seats, self.pools.get(seating.pool or 0))
        self.left -= 1
        self.free[seating.pool] -= 1
        if row is None:
            self.count += 1
            code = f"{self.cohort.code}-{self.count:03d}"
            row = Enrolment(cohort=self.cohort, user_id=seating.user, code=code)
        row.seat = next(self.numbers)
        row.pool_id = seating.pool
        row.status = EnrolmentStatus.ACTIVE
        row.withdrawn_on, row.withdrawal_reason = None, ""
        row.organisation_id = seating.organisation or row.organisation_id
        row.enrolled_at = row.updated_at = self.at
        row.joined_on = seating.joined_on or max(self.cohort.starts_on, timezone.localdate(self.at))
        return row

    def _log(self, rows: Sequence[Enrolment], names: dict[int, str]) -> None:
        """What `log(row, "cohorts.enrol", user=by)` writes, for many rows at once."""
        kinds = {pk: pool.kind for pk, pool in self.pools.items()}
        content_type = ContentType.objects.get_for_model(Enrolment)
        ModelLogEntry.objects.bulk_create(
            ModelLogEntry(
                content_type=content_type,
                object_id=str(row.pk),
                label=f"{names[row.user_id]} · {self.cohort}",
                action="cohorts.enrol",
                timestamp=self.at,
                user=self.by,
                data={
                    "cohort": self.cohort.code,
                    "seat": row.seat,
                    "pool": kinds.get(row.pool_id or 0, ""),
                },
            )
            for row in rows
        )


def refuse_foreign_pool(cohort: Cohort, pool: SeatPool | None) -> None:
    if pool and pool.cohort_id != cohort.pk:
        raise DomainError(_("These seats belong to another cohort."), "foreign_pool")


def _free_seat(cohort: Cohort, pool: SeatPool | None, promised: bool) -> int:
    refuse_foreign_pool(cohort, pool)
    seats = seats_by_pool(cohort)
    if not promised and (not seats.of(pool).free or not seats.free):
        raise _full(cohort, seats, pool)
    taken = set(cohort.enrolments.active().values_list("seat", flat=True))
    number = next((seat for seat in range(1, cohort.seats + 1) if seat not in taken), None)
    if number is None:
        raise _full(cohort, seats, pool)
    return number


def _full(cohort: Cohort, seats: CohortSeats, pool: SeatPool | None) -> DomainError:
    total = seats.of(pool).total
    if pool:
        text = _("No seat of the pool “%(pool)s” is left (%(seats)s in all).")
        return DomainError(text % {"seats": total, "pool": pool.get_kind_display()}, "pool_full")
    if seats.free:
        text = _("No seat open to all is left (%(seats)s in all); kept for others: %(free)s.")
        return DomainError(text % {"seats": total, "free": seats.free}, "seats_full")
    if seats.held:
        text = _("All %(seats)s seats of %(code)s are taken or promised to somebody.")
        return DomainError(text % {"seats": cohort.seats, "code": cohort.code}, "seats_full")
    text = _("All %(seats)s seats of %(code)s are taken.")
    return DomainError(text % {"seats": cohort.seats, "code": cohort.code}, "seats_full")
