"""The waiting list: who is in line, and the seats that were offered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import OfferAnswer
from lms.cohorts.models.enrolment import Application
from lms.cohorts.models.seats import SeatPool
from lms.core.models import TimestampedModel


class WaitingPlace(models.Model):
    """Since when an application is in line, and with which place of the ranking in force on that day.

    The line goes by `rank` (those without one come after), then by submission: nobody who comes later, and no
    later ranking, changes the order of those who are in it.
    """

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="waiting_place"
    )
    rank = models.PositiveIntegerField(_("place in the ranking"), null=True, blank=True)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("place in the waiting list")
        verbose_name_plural = _("places in the waiting list")

    def __str__(self):
        return f"{self.application_id}: {self.rank}"


class OfferQuerySet(models.QuerySet):
    def open(self):
        """Those without an answer: they hold a seat, also in the moment between expiry and the clock."""
        return self.filter(answer=OfferAnswer.NONE)


class Offer(TimestampedModel):
    """A seat held for one person of the waiting list until an hour. `pool` None: a seat open to all."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="offers")
    pool = models.ForeignKey(
        SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("holds until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.CharField(
        _("answer"), max_length=10, choices=OfferAnswer, default=OfferAnswer.NONE, blank=True
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a seat")
        verbose_name_plural = _("offers of seats")
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["answer", "expires_at"], name="offers_by_expiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answer=""),
                name="one_open_offer_per_application",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="an_answer_to_an_offer_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="an_offer_ends_after_it_was_made"
            ),
        ]

    def __str__(self):
        return f"{self.application_id} → {self.expires_at:%Y-%m-%d %H:%M}"
