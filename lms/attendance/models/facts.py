from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.attendance.choices import Channel, ExcuseStatus
from lms.core.models import TimestampedModel


class Excuse(TimestampedModel):
    """Why a learner missed a session (giustificazione). The reason is for those who need it only."""

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="excuses"
    )
    session = models.ForeignKey(
        "cohorts.ClassSession", on_delete=models.PROTECT, related_name="excuses"
    )
    reason = models.TextField(_("reason"), max_length=1000)
    status = models.CharField(
        _("status"), max_length=10, choices=ExcuseStatus, default=ExcuseStatus.APPROVED
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("excuse")
        verbose_name_plural = _("excuses")
        ordering = ["session", "enrolment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "session"],
                name="one_excuse_per_learner_and_session",
                violation_error_message=_("This absence already has an excuse."),
            )
        ]

    def __str__(self):
        return f"{self.enrolment_id} · {self.session_id} · {self.get_status_display()}"


class Credit(TimestampedModel):
    """Minutes from which a learner is exempt (esonero), of one module or of the whole cohort.

    They leave the denominator (domain, Attendance: “The figure”).
    """

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="credits"
    )
    module = models.ForeignKey(
        "cohorts.SyllabusModule", null=True, blank=True, on_delete=models.PROTECT,
        related_name="credits", verbose_name=_("module"),
    )  # fmt: skip
    minutes = models.PositiveIntegerField(_("minutes"))
    reason = models.TextField(_("reason"), max_length=1000)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["enrolment", "module"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="a_credit_has_minutes",
                violation_error_message=_("A credit has at least one minute."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "module"],
                name="one_credit_per_learner_and_module",
                violation_error_message=_("This learner already has a credit for this module."),
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(module=None),
                name="one_credit_per_learner_for_the_whole_cohort",
                violation_error_message=_("This learner already has a credit for the cohort."),
            ),
        ]

    def __str__(self):
        return f"{self.enrolment_id} · {self.module_id or '–'} · {self.minutes}"


class MakeUp(TimestampedModel):
    """Presence at another cohort's session that counts for a missed one (recupero).

    Its minutes belong to the missed session's row, once, and never above what was missed.
    """

    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="make_ups"
    )
    missed = models.ForeignKey(
        "cohorts.ClassSession", on_delete=models.PROTECT, related_name="made_up",
        verbose_name=_("missed session"),
    )  # fmt: skip
    held_in = models.ForeignKey(
        "cohorts.ClassSession", on_delete=models.PROTECT, related_name="make_ups",
        verbose_name=_("made up in"),
    )  # fmt: skip
    in_at = models.DateTimeField(_("in at"))
    out_at = models.DateTimeField(_("out at"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.HOUSE)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("make-up")
        verbose_name_plural = _("make-ups")
        ordering = ["enrolment", "missed"]
        constraints = [
            models.CheckConstraint(
                condition=Q(out_at__gt=F("in_at")), name="a_make_up_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(missed=F("held_in")),
                name="a_session_does_not_make_up_for_itself",
                violation_error_message=_("Choose another session than the missed one."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "missed"], name="a_missed_session_is_made_up_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "held_in"], name="a_presence_makes_up_for_one_session"
            ),
        ]

    def __str__(self):
        return f"{self.enrolment_id} · {self.missed_id} ← {self.held_in_id}"
