import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.cohorts.models.cohort import Cohort
from lms.cohorts.models.enrolment import Enrolment
from lms.cohorts.models.seats import SeatPool
from lms.core.models import TimestampedModel


class EnrolmentKey(TimestampedModel):
    """What lets people enrol themselves: a short code that the signed-in type, and a link.

    The code opens nothing by itself (an account, this cohort, these days) and is kept as it is; the link
    does, and only its digest is kept.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(_("name"), max_length=120, help_text=_("For yourselves: who gets it."))
    code = models.CharField(_("key"), max_length=8, editable=False)
    link_hash = models.CharField(max_length=64, unique=True, editable=False)
    pool = models.ForeignKey(
        SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="keys",
        verbose_name=_("seats"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT,
        related_name="keys", verbose_name=_("organisation"),
    )  # fmt: skip
    uses = models.PositiveIntegerField(_("number of uses"))
    used = models.PositiveIntegerField(default=0, editable=False)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    email_domain = models.CharField(
        _("e-mail domain"), max_length=120, blank=True,
        help_text=_("Only for addresses that end so, such as comune.milano.it; empty: for all."),
    )  # fmt: skip
    created_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("enrolment key")
        verbose_name_plural = _("enrolment keys")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "code"], name="a_key_is_one_in_its_cohort"),
            models.CheckConstraint(
                condition=Q(used__lte=F("uses")), name="a_key_is_used_no_more_than_it_says"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_key_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.cohort} · {self.name}"

    @property
    def left(self) -> int:
        return self.uses - self.used

    def valid_on(self, day: datetime.date) -> bool:
        return not self.revoked_at and self.first_day <= day <= self.last_day and self.left > 0

    @property
    def valid(self) -> bool:
        return self.valid_on(timezone.localdate())


class KeyUse(TimestampedModel):
    """Who used a key, once."""

    key = models.ForeignKey(EnrolmentKey, on_delete=models.PROTECT, related_name="use_rows")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="key_uses")
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("use of a key")
        verbose_name_plural = _("uses of keys")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "enrolment"], name="a_person_uses_a_key_once")
        ]

    def __str__(self):
        return f"{self.key} → {self.enrolment}"
