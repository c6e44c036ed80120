from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import PaymentMethod
from lms.cohorts.models.cohort import Cohort
from lms.cohorts.models.enrolment import Enrolment
from lms.core.models import TimestampedModel


class CohortFee(TimestampedModel):
    """What taking part costs, in cents of euro; a cohort without a row asks for nothing."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="fee")
    cents = models.PositiveIntegerField(_("fee"))

    class Meta:
        verbose_name = _("fee of a cohort")
        verbose_name_plural = _("fees of cohorts")

    def __str__(self):
        return f"{self.cohort}: {self.cents}"


class BursaryBand(TimestampedModel):
    """A reduction of the fee: a percentage of it, or an amount in cents."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="bands")
    name = models.CharField(_("name"), max_length=80)
    percent = models.PositiveSmallIntegerField(
        _("percent off"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )  # fmt: skip
    cents = models.PositiveIntegerField(_("amount off"), null=True, blank=True)

    class Meta:
        verbose_name = _("bursary band")
        verbose_name_plural = _("bursary bands")
        ordering = ["cohort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "name"],
                name="a_band_has_a_name_of_its_own",
                violation_error_message=_("This cohort already has a band of this name."),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=False, cents=None, percent__gte=1, percent__lte=100)
                | Q(percent=None, cents__isnull=False, cents__gte=1),
                name="a_band_takes_a_percentage_or_an_amount",
                violation_error_message=_("Write a percentage or an amount, not both."),
            ),
        ]

    def __str__(self):
        return self.name

    def due_of(self, fee: int) -> int:
        """Cents still due of a fee in cents: the reduction is cut to the whole cent and never above the fee."""
        off = self.cents if self.percent is None else fee * self.percent // 100
        return max(fee - (off or 0), 0)


class EnrolmentFee(TimestampedModel):
    """What one learner owes, in cents: set once from the fee and a band, changed only with a reason.

    The band's name is kept as it was; what was due before is in the log.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="fee")
    band = models.ForeignKey(
        BursaryBand, null=True, blank=True, on_delete=models.SET_NULL, related_name="fees"
    )
    band_name = models.CharField(_("bursary band"), max_length=80, blank=True)
    cents = models.PositiveIntegerField(_("amount due"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    set_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("amount due")
        verbose_name_plural = _("amounts due")

    def __str__(self):
        return f"{self.enrolment}: {self.cents}"


class Payment(TimestampedModel):
    """Money received, in cents; a row is never edited: a mistake is put right by another row (`corrects`)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="payments")
    cents = models.IntegerField(_("amount"))
    received_on = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=12, choices=PaymentMethod)
    reference = models.CharField(
        _("reference"), max_length=120, blank=True,
        help_text=_("Of the transfer or of the receipt, to find it again."),
    )  # fmt: skip
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    # Of the form that was sent: twice the same form is one payment.
    token = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, cents__gt=0)
                | (Q(corrects__isnull=False) & ~Q(cents=0) & ~Q(reason="")),
                name="a_payment_is_positive_and_a_correction_has_a_reason",
            )
        ]

    def __str__(self):
        return f"{self.enrolment}: {self.cents}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A payment is never changed: record a correction.")
        super().save(*args, **kwargs)
