"""What a learner owes and what came in, in whole cents; money itself and receipts are handled elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from lms.accounts.models import User
from lms.cohorts.models import (
    BursaryBand,
    Cohort,
    CohortFee,
    Enrolment,
    EnrolmentFee,
    Payment,
    SeatPool,
)
from lms.core.errors import DomainError

PIECE = 500


def set_cohort_fee(*, cohort: Cohort, cents: int, by: User) -> CohortFee:
    """Say what taking part costs; amounts that are set already for learners stay as they are."""
    with transaction.atomic():
        fee, _made = CohortFee.objects.update_or_create(cohort=cohort, defaults={"cents": cents})
        log(cohort, "cohorts.set_fee", user=by, data={"cents": cents})
    return fee


def add_band(
    *, cohort: Cohort, name: str, by: User, percent: int | None = None, cents: int | None = None
) -> BursaryBand:
    """A band takes a percentage or an amount off; refused with `band_unclear` and `band_known`."""
    if (percent is None) == (cents is None):
        raise DomainError(_("Write a percentage or an amount, not both."), "band_unclear")
    try:
        with transaction.atomic():
            band = BursaryBand.objects.create(
                cohort=cohort, name=name.strip(), percent=percent, cents=cents
            )
            data = {"band": band.pk, "name": band.name, "percent": percent, "cents": cents}
            log(cohort, "cohorts.add_band", user=by, data=data)
    except IntegrityError as error:
        raise DomainError(
            _("This cohort already has a band of this name."), "band_known"
        ) from error
    return band


def remove_band(*, band: BursaryBand, by: User) -> None:
    """Nobody is given it any more; what was set by it stays, under its name."""
    with transaction.atomic():
        data = {"band": band.pk, "name": band.name}
        log(band.cohort, "cohorts.remove_band", user=by, data=data)
        band.delete()


def set_amount_due(
    *,
    enrolment: Enrolment,
    by: User | None,
    band: BursaryBand | None = None,
    cents: int | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> EnrolmentFee:
    """Freeze what a learner owes: the fee less the band, or `cents` if given.

    Setting the same again changes nothing. Refused with `no_fee` (the cohort asks for none and no amount is
    given), `foreign_band`, and `reason_missing` for a change of what was set, or an amount of one's own.
    """
    if band and band.cohort_id != enrolment.cohort_id:
        raise DomainError(_("This band belongs to another cohort."), "foreign_band")
    reason = " ".join(reason.split())
    if cents is not None and not reason:
        raise DomainError(_("Say why the amount is another one."), "reason_missing")
    with transaction.atomic():
        # Whoever changes the amount of one person waits here for the other who does.
        enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        due = _due(enrolment.cohort, band) if cents is None else cents
        row = EnrolmentFee.objects.filter(enrolment=enrolment).first()
        if row and (row.cents, row.band_id) == (due, band and band.pk):
            return row
        if row and not reason:
            raise DomainError(_("Say why the amount changes."), "reason_missing")
        before = {"cents": row.cents, "band": row.band_name} if row else None
        row = row or EnrolmentFee(enrolment=enrolment)
        row.band, row.band_name = band, band.name if band else ""
        row.cents, row.reason = due, reason
        row.set_by, row.set_at = by, at or timezone.now()
        row.save()
        data = {"before": before, "cents": due, "band": row.band_name, "reason": reason}
        log(enrolment, "cohorts.set_amount_due", user=by, data=data)
    return row


def set_missing_amounts(
    *,
    cohort: Cohort,
    by: User,
    band: BursaryBand | None = None,
    pool: SeatPool | None = None,
    at: datetime | None = None,
) -> int:
    """The same amount for everyone active for whom none is set, of a pool or of all; how many.

    Refused with `no_fee`.
    """
    now = at or timezone.now()
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
        due = _due(cohort, band)
        rows = cohort.enrolments.active().filter(fee=None)
        if pool:
            rows = rows.filter(pool=pool)
        missing = list(rows.order_by("pk").select_related("user", "cohort"))
        for start in range(0, len(missing), PIECE):
            _set_many(missing[start : start + PIECE], band, due, by, now)
    return len(missing)


def record_payment(
    *,
    enrolment: Enrolment,
    cents: int,
    received_on: date,
    method: str,
    token: UUID,
    by: User | None,
    reference: str = "",
    at: datetime | None = None,
) -> Payment:
    """Write down money that came in; the same form (`token`) twice is one payment.

    Refused with `not_positive` and `day_in_future`.
    """
    if cents <= 0:
        raise DomainError(
            _("An amount above zero, please: mistakes are corrected below."), "not_positive"
        )
    if received_on > timezone.localdate(at or timezone.now()):
        raise DomainError(_("This day has not come yet."), "day_in_future")
    return _write(
        Payment(
            enrolment=enrolment, cents=cents, received_on=received_on, method=method,
            reference=reference.strip(), token=token, recorded_by=by,
            recorded_at=at or timezone.now(),
        ),
        "cohorts.record_payment",
    )  # fmt: skip


def correct_payment(
    *,
    payment: Payment,
    cents: int,
    reason: str,
    token: UUID,
    by: User | None,
    at: datetime | None = None,
) -> Payment:
    """Say what the amount really was, in cents (0: it never came); the row stays, another one makes it right.

    Refused with `reason_missing`, `not_positive` (below zero), `same_amount`, `is_correction`.
    """
    reason = " ".join(reason.split())
    if payment.corrects_id:
        raise DomainError(_("Correct the payment itself, not its correction."), "is_correction")
    if not reason:
        raise DomainError(_("Say why the amount was not right."), "reason_missing")
    if cents < 0:
        raise DomainError(_("An amount cannot be below zero."), "not_positive")
    with transaction.atomic():
        # Two corrections at once: the second is told what the first has made of it.
        locked = Payment.objects.select_for_update().get(pk=payment.pk)
        known = Payment.objects.filter(token=token).first()
        if known:
            return known
        stands = locked.cents + (locked.corrections.aggregate(sum=Sum("cents"))["sum"] or 0)
        if stands == cents:
            raise DomainError(_("This is the amount already."), "same_amount")
        return _write(
            Payment(
                enrolment_id=locked.enrolment_id, cents=cents - stands, corrects=locked,
                received_on=locked.received_on, method=locked.method, reference=locked.reference,
                reason=reason, token=token, recorded_by=by, recorded_at=at or timezone.now(),
            ),
            "cohorts.correct_payment",
        )  # fmt: skip


def _write(payment: Payment, action: str) -> Payment:
    try:
        with transaction.atomic():
            payment.save()
            data = {
                "payment": payment.pk, "cents": payment.cents, "reference": payment.reference,
                "received_on": payment.received_on.isoformat(), "method": payment.method,
                "corrects": payment.corrects_id, "reason": payment.reason,
            }  # fmt: skip
            log(payment.enrolment, action, user=payment.recorded_by, data=data)
    except IntegrityError:
        known = Payment.objects.filter(token=payment.token, enrolment=payment.enrolment_id).first()
        if known is None:
            raise
        return known  # the second click
    return payment


def _due(cohort: Cohort, band: BursaryBand | None) -> int:
    fee = CohortFee.objects.filter(cohort=cohort).first()
    if fee is None:
        raise DomainError(_("Say first what the cohort costs."), "no_fee")
    return band.due_of(fee.cents) if band else fee.cents


def _set_many(
    rows: Sequence[Enrolment], band: BursaryBand | None, due: int, by: User, now: datetime
) -> None:
    name = band.name if band else ""
    EnrolmentFee.objects.bulk_create(
        EnrolmentFee(enrolment=row, band=band, band_name=name, cents=due, set_by=by, set_at=now)
        for row in rows
    )
    kind = ContentType.objects.get_for_model(Enrolment)
    data = {"before": None, "cents": due, "band": name, "reason": ""}
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind, object_id=str(row.pk), label=str(row), user=by, timestamp=now,
            action="cohorts.set_amount_due", data=data,
        )
        for row in rows
    )  # fmt: skip
