"""How learners stand with their fees: sums in whole cents."""

from dataclasses import dataclass

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from lms.cohorts.choices import PaymentState
from lms.cohorts.models import Cohort, Enrolment, EnrolmentFee, Payment


@dataclass(frozen=True, slots=True)
class FeeStanding:
    """One learner's: what is due (None: not set), what came in, and the rows of it, corrections after their payment."""

    due: int | None
    paid: int
    band: str
    payments: tuple[Payment, ...]

    @property
    def balance(self) -> int:
        """What is still to pay; below zero, what was paid too much."""
        return (self.due or 0) - self.paid

    @property
    def state(self) -> str:
        return state_of(self.due, self.paid)

    @property
    def state_label(self) -> str:
        return str(PaymentState(self.state).label)


@dataclass(frozen=True, slots=True)
class CohortSums:
    """Of a whole cohort: sums of what is due and of what came in, and for how many active people nothing is set."""

    due: int
    paid: int
    unset: int

    @property
    def balance(self) -> int:
        return self.due - self.paid


def state_of(due: int | None, paid: int) -> str:
    """The `PaymentState` of two sums in cents."""
    if due is None:
        return PaymentState.UNSET
    if due == 0:
        return PaymentState.FREE
    if paid <= 0:
        return PaymentState.UNPAID
    return PaymentState.PAID if paid >= due else PaymentState.PARTLY


def fee_standing(enrolment: Enrolment) -> FeeStanding:
    """Two queries."""
    fee = EnrolmentFee.objects.filter(enrolment=enrolment).first()
    rows = list(Payment.objects.filter(enrolment=enrolment).select_related("recorded_by"))
    rows.sort(key=lambda row: (row.received_on, row.corrects_id or row.pk, row.pk))
    return FeeStanding(
        due=fee.cents if fee else None,
        paid=sum(row.cents for row in rows),
        band=fee.band_name if fee else "",
        payments=tuple(rows),
    )


def cohort_sums(cohort: Cohort) -> CohortSums:
    """Three queries. Who left still owes what was set, and what they paid is counted."""
    due = EnrolmentFee.objects.filter(enrolment__cohort=cohort).aggregate(sum=Sum("cents"))["sum"]
    paid = Payment.objects.filter(enrolment__cohort=cohort).aggregate(sum=Sum("cents"))["sum"]
    unset = cohort.enrolments.active().filter(fee=None).count()
    return CohortSums(due or 0, paid or 0, unset)


def with_sums(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Enrolments with `due` (None: not set) and `paid`, in cents, in the same query."""
    paid = (
        Payment.objects.filter(enrolment=OuterRef("pk"))
        .order_by()
        .values("enrolment")
        .annotate(sum=Sum("cents"))
        .values("sum")
    )
    return rows.annotate(
        due=F("fee__cents"), paid=Coalesce(Subquery(paid, output_field=IntegerField()), 0)
    )


def in_payment_state(rows: QuerySet[Enrolment], state: str) -> QuerySet[Enrolment]:
    """Of rows `with_sums`, those in a `PaymentState`."""
    conditions = {
        PaymentState.UNSET: Q(due=None),
        PaymentState.FREE: Q(due=0),
        PaymentState.UNPAID: Q(due__gt=0, paid__lte=0),
        PaymentState.PARTLY: Q(due__gt=0, paid__gt=0, paid__lt=F("due")),
        PaymentState.PAID: Q(due__gt=0, paid__gte=F("due")),
    }
    return rows.filter(conditions[PaymentState(state)])
