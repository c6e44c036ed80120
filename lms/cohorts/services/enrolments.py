"""Seats: taken once each, given back, never oversold."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import Organisation, User
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Application, Cohort, Enrolment, SeatPool
from lms.cohorts.summary.seats import CohortSeats, seats_by_pool
from lms.core.errors import DomainError


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


def withdraw(*, enrolment: Enrolment, on: date, reason: str, by: User | None) -> Enrolment:
    """Record that a person left, when and why; the seat is free again. Again changes nothing."""
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        if enrolment.status == EnrolmentStatus.WITHDRAWN:
            return enrolment
        enrolment.status = EnrolmentStatus.WITHDRAWN
        enrolment.withdrawn_on = on
        enrolment.withdrawal_reason = reason
        enrolment.save()
        log(enrolment, "cohorts.withdraw", user=by, data={"on": on.isoformat(), "reason": reason})
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
) -> Enrolment:
    """Give the lowest free seat, out of a pool or of those open to all, inside the caller's transaction.

    The cohort's row is locked before counting; where the database has no row locks the constraint
    `a_seat_is_taken_once` decides. Whoever has a seat keeps it, whatever pool is asked for. Refused with
    `cohort_not_open`, `seats_full` (no seat open to all), `pool_full`, `foreign_pool`.
    """
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if not cohort.opened_at or cohort.cancelled_at:
        raise DomainError(_("This cohort is not open."), "cohort_not_open")
    existing = Enrolment.objects.filter(cohort=cohort, user=user).first()
    if existing and existing.status == EnrolmentStatus.ACTIVE:
        return existing
    enrolment = existing or Enrolment(
        cohort=cohort, user=user, code=f"{cohort.code}-{cohort.enrolments.count() + 1:03d}"
    )
    enrolment.seat = _free_seat(cohort, pool)
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


def refuse_foreign_pool(cohort: Cohort, pool: SeatPool | None) -> None:
    if pool and pool.cohort_id != cohort.pk:
        raise DomainError(_("These seats belong to another cohort."), "foreign_pool")


def _free_seat(cohort: Cohort, pool: SeatPool | None) -> int:
    refuse_foreign_pool(cohort, pool)
    seats = seats_by_pool(cohort)
    if not seats.of(pool).free or not seats.free:
        raise _full(cohort, seats, pool)
    taken = set(cohort.enrolments.active().values_list("seat", flat=True))
    return next(seat for seat in range(1, cohort.seats + 1) if seat not in taken)


def _full(cohort: Cohort, seats: CohortSeats, pool: SeatPool | None) -> DomainError:
    total = seats.of(pool).total
    if pool:
        text = _("All %(seats)s seats of the pool “%(pool)s” are taken.")
        return DomainError(text % {"seats": total, "pool": pool.get_kind_display()}, "pool_full")
    if seats.free:
        text = _("All %(seats)s seats open to all are taken; %(free)s are kept for others.")
        return DomainError(text % {"seats": total, "free": seats.free}, "seats_full")
    text = _("All %(seats)s seats of %(code)s are taken.")
    return DomainError(text % {"seats": cohort.seats, "code": cohort.code}, "seats_full")
