"""Where a cohort stands: computed from its dates, unless somebody set it by hand (docs/cohorts.md)."""

import datetime

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import BEFORE_CLASS, OVER, OVERRIDABLE, Phase


def year_before(day: datetime.date) -> datetime.date:
    """The same day a year earlier; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def year_after(day: datetime.date) -> datetime.date:
    """The first day of which `year_before` is no earlier than `day`: of 29 February 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        if day.year == datetime.MAXYEAR:
            return datetime.date.max
        return datetime.date(day.year + 1, 3, 1)


def phase_case(day: datetime.date) -> Case:
    """`CohortLife.phase_on` as an expression of the database."""
    archived = Q(archives_on__lte=day) | Q(archives_on=None, ends_on__lte=year_before(day))
    lasting = (
        Q(override_until__gte=day)
        | Q(override_until=None, override_phase=Phase.ARCHIVED)
        | Q(override_until=None, override_phase=Phase.FINISHED) & ~archived
        | Q(override_until=None, ends_on__gte=day) & ~Q(override_phase__in=OVER)
    )
    by_hand = ~Q(override_phase="") & Q(override_on__lte=day) & lasting
    return Case(
        When(cancelled_at__isnull=False, then=Value(Phase.CANCELLED)),
        When(opened_at=None, then=Value(Phase.DRAFT)),
        When(by_hand, then=F("override_phase")),
        When(archived, then=Value(Phase.ARCHIVED)),
        When(ends_on__lt=day, then=Value(Phase.FINISHED)),
        When(starts_on__lte=day, then=Value(Phase.RUNNING)),
        When(applications_close_on__lt=day, then=Value(Phase.CLOSED)),
        When(applications_open_on__lte=day, then=Value(Phase.APPLICATIONS)),
        default=Value(Phase.ANNOUNCED),
        output_field=models.CharField(),
    )


class CohortLife(models.Model):
    """The days of a cohort (Europe/Rome) and what follows from them; `override_*` is what was set by hand."""

    applications_open_on = models.DateField(_("applications open on"))
    applications_close_on = models.DateField(_("applications close on"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    archives_on = models.DateField(
        _("archived from"),
        null=True,
        blank=True,
        help_text=_("Leave it empty for a year after the last day."),
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    override_phase = models.CharField(
        _("state set by hand"), max_length=12, choices=OVERRIDABLE, blank=True, editable=False
    )
    override_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    override_on = models.DateField(_("set on"), null=True, blank=True, editable=False)
    override_until = models.DateField(_("until"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def phase_on(self, day: datetime.date) -> str:
        """The `Phase` on a day of Europe/Rome: what was set by hand where that holds, else what the dates say."""
        if self.cancelled_at:
            return Phase.CANCELLED
        if not self.opened_at:
            return Phase.DRAFT
        return self.overridden_on(day) or self.phase_by_dates(day)

    def phase_by_dates(self, day: datetime.date) -> str:
        """The phase of an opened cohort as its dates alone say it."""
        if day >= self.archive_day:
            return Phase.ARCHIVED
        if day > self.ends_on:
            return Phase.FINISHED
        if day >= self.starts_on:
            return Phase.RUNNING
        if day > self.applications_close_on:
            return Phase.CLOSED
        if day >= self.applications_open_on:
            return Phase.APPLICATIONS
        return Phase.ANNOUNCED

    @property
    def archive_day(self) -> datetime.date:
        """The first day in the archive."""
        return self.archives_on or year_after(self.ends_on)

    @property
    def override_last_day(self) -> datetime.date | None:
        """Until when, included, what was set by hand holds; None: until it is taken back.

        Without a day of its own it gives way to the dates when these come to something later: a state of the
        life before the end to the last day, «finished» to the archive.
        """
        if self.override_until or self.override_phase == Phase.ARCHIVED:
            return self.override_until
        if self.override_phase == Phase.FINISHED:
            return self.archive_day - datetime.timedelta(days=1)
        return self.ends_on

    def overridden_on(self, day: datetime.date) -> str:
        """The phase that somebody set and that holds on that day, else an empty string."""
        if not self.override_phase or self.override_on is None or day < self.override_on:
            return ""
        last = self.override_last_day
        return self.override_phase if last is None or day <= last else ""

    @property
    def overridden(self) -> bool:
        """Whether what was set by hand holds today."""
        return bool(self.overridden_on(timezone.localdate()))

    @property
    def phase(self) -> str:
        return self.phase_on(timezone.localdate())

    @property
    def phase_label(self) -> str:
        return Phase(self.phase).label

    def accepts_applications_on(self, day: datetime.date) -> bool:
        """Within the application days, whether or not teaching has begun (late joiners are recorded).

        What was set by hand decides alone: «applications open» opens them, anything else closes them.
        """
        phase = self.phase_on(day)
        if phase in (Phase.CANCELLED, Phase.DRAFT, Phase.ARCHIVED):
            return False
        if self.overridden_on(day):
            return phase == Phase.APPLICATIONS
        return self.applications_open_on <= day <= self.applications_close_on

    @property
    def accepts_applications(self) -> bool:
        return self.accepts_applications_on(timezone.localdate())

    def applications_until_on(self, day: datetime.date) -> datetime.date:
        """The last day on which one can apply, as it stands on `day`."""
        if self.overridden_on(day) == Phase.APPLICATIONS:
            return self.override_last_day or self.applications_close_on
        return self.applications_close_on

    @property
    def applications_until(self) -> datetime.date:
        return self.applications_until_on(timezone.localdate())

    def teaching_days(self, day: datetime.date) -> tuple[datetime.date, datetime.date]:
        """First and last day of teaching, as they stand on `day`; quizzes and deadlines hang on them.

        A state before the first day that was set by hand is about applications: it takes no lesson away.
        """
        first, last = self.starts_on, self.ends_on
        if self.override_phase == Phase.RUNNING and self.override_on and self.override_last_day:
            return min(first, self.override_on), max(last, self.override_last_day)
        if self.override_on and self.overridden_on(day) in OVER:
            return first, min(last, self.override_on - datetime.timedelta(days=1))
        return first, last

    def teaches_on(self, day: datetime.date) -> bool:
        """Whether this is a day between the first and the last of an opened cohort."""
        if self.cancelled_at or not self.opened_at:
            return False
        phase = self.phase_on(day)
        if phase in BEFORE_CLASS:
            return self.starts_on <= day <= self.ends_on
        return phase == Phase.RUNNING

    @property
    def teaches(self) -> bool:
        return self.teaches_on(timezone.localdate())
