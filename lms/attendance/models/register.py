from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.attendance.choices import SEALED, TAKEN, Channel, SheetStatus, Source
from lms.core.models import TimestampedModel


class RegisterSheet(TimestampedModel):
    """The sheet of one session. `version` grows with every change, so that nobody overwrites unseen.

    `actual_start` and `actual_end` are confirmed by the teacher who signs and give the delivered
    minutes (domain, Attendance: “The register closes”).
    """

    session = models.OneToOneField(
        "cohorts.ClassSession", on_delete=models.PROTECT, related_name="sheet"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=SheetStatus, default=SheetStatus.PLANNED
    )
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    saved_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actual_start = models.DateTimeField(_("really started at"), null=True, blank=True)
    actual_end = models.DateTimeField(_("really ended at"), null=True, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    signed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("register sheet")
        verbose_name_plural = _("register sheets")
        constraints = [
            models.CheckConstraint(
                condition=Q(actual_start=None, actual_end=None)
                | Q(actual_end__gt=F("actual_start")),
                name="a_sheet_ends_after_it_starts",
                violation_error_message=_("The real end comes before the real start."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SEALED)
                | Q(
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    actual_end__isnull=False,
                    signed_at__gte=F("actual_end"),
                ),
                name="a_sheet_is_signed_after_the_real_end",
                violation_error_message=_("A sheet is signed after the session's real end."),
            ),
        ]

    def __str__(self):
        return f"{self.session} · {self.get_status_display()}"

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN

    @property
    def is_sealed(self) -> bool:
        return self.status in SEALED


class PresenceInterval(models.Model):
    """A learner was there from `in_at` (included) to `out_at` (excluded), by one channel.

    `source` says who says so and `proof` by what: a line of a log, a code, a signed sheet; the
    teacher's own tap needs none.
    """

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="presences"
    )
    session = models.ForeignKey(
        "cohorts.ClassSession", on_delete=models.PROTECT, related_name="presences"
    )
    in_at = models.DateTimeField(_("in at"))
    out_at = models.DateTimeField(_("out at"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.HOUSE)
    source = models.CharField(_("source"), max_length=15, choices=Source, default=Source.TEACHER)
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ["session", "enrolment", "in_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(out_at__gt=F("in_at")),
                name="a_presence_ends_after_it_starts",
                violation_error_message=_("The exit comes before the entry."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "session", "in_at"],
                name="a_learner_enters_a_session_once_at_a_time",
                violation_error_message=_("This entry is already recorded."),
            ),
        ]

    def __str__(self):
        return f"{self.enrolment_id} · {self.session_id} · {self.in_at:%H:%M}–{self.out_at:%H:%M}"
