from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import Mode
from lms.cohorts.models.cohort import Cohort
from lms.cohorts.models.room import Room
from lms.cohorts.models.session import LINK_LENGTH
from lms.core.models import TimestampedModel


class Closure(TimestampedModel):
    """Days on which the house is closed, both included; public holidays are known without it."""

    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_closure_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self):
        return self.reason


class PlannedSession(TimestampedModel):
    """A session of a cohort that is not open yet: it becomes a `ClassSession` when the cohort opens.

    Until then it is in nobody's calendar (docs/decisions/0080). The module is known by its translation key:
    the syllabus has no rows yet.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="planned_sessions")
    position = models.PositiveSmallIntegerField()
    module_key = models.UUIDField(null=True, blank=True)
    module_title = models.CharField(max_length=255, blank=True)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    break_starts_at = models.DateTimeField(null=True, blank=True)
    break_minutes = models.PositiveSmallIntegerField(default=0)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.HOUSE)
    venue = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.SET_NULL, related_name="planned_sessions",
        verbose_name=_("room"),
    )  # fmt: skip
    room = models.CharField(_("room"), max_length=120, blank=True)
    link = models.URLField(_("link"), max_length=LINK_LENGTH, blank=True)
    teachers = models.ManyToManyField(
        "accounts.User", verbose_name=_("teachers"), blank=True, related_name="planned_sessions"
    )

    class Meta:
        verbose_name = _("planned session")
        verbose_name_plural = _("planned sessions")
        ordering = ["cohort", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "position"], name="one_planned_session_per_position_of_a_cohort"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_planned_session_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.cohort} · {self.position}"
