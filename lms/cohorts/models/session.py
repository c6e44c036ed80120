import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import Mode
from lms.cohorts.models.cohort import Cohort
from lms.cohorts.models.room import Room
from lms.cohorts.models.syllabus import SyllabusModule
from lms.core.models import TimestampedModel

# The addresses of some meeting programs are longer than the 200 signs of a URLField.
LINK_LENGTH = 1000


class ClassSession(TimestampedModel):
    """A meeting of a cohort, in the house or remote. Times are stored in UTC, shown in Europe/Rome.

    `sequence` grows with each change, as RFC 5545 asks of a calendar entry.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("number"))
    module = models.ForeignKey(
        SyllabusModule, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions",
        verbose_name=_("module"),
    )  # fmt: skip
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.HOUSE)
    venue = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions",
        verbose_name=_("room"),
    )  # fmt: skip
    # What is printed: the name of the `venue`, or a place that is none of our rooms.
    room = models.CharField(_("room"), max_length=120, blank=True)
    link = models.URLField(
        _("link"), max_length=LINK_LENGTH, blank=True, help_text=_("Shown to the cohort only.")
    )
    teachers = models.ManyToManyField(
        "accounts.User", verbose_name=_("teachers"), blank=True, related_name="taught_sessions"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(max_length=300, blank=True, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    # What the last change replaced: any of `starts_at` and `ends_at` (ISO, UTC), `mode`, `room`.
    before = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["cohort", "starts_at", "number"]
        indexes = [models.Index(fields=["starts_at"], name="session_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"], name="one_session_per_number_of_a_cohort"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_session_ends_after_it_starts",
                violation_error_message=_("The end comes before the start."),
            ),
        ]

    def __str__(self):
        return f"{self.cohort} · {self.number}"

    @property
    def heading(self) -> str:
        """What the session is about, in the reader's language: its topic, else its module, else its number.

        Lists fetch `module` with `select_related`.
        """
        if self.topic or self.module:
            return self.topic or self.module.title
        return gettext("Session %(number)s") % {"number": self.number}


class SessionBreak(models.Model):
    """A pause inside a session; its minutes are not credited."""

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="breaks")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_break_ends_after_it_starts"
            )
        ]

    def __str__(self):
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"
