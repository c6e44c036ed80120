import datetime
from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Role
from lms.cohorts.choices import (
    BEFORE_CLASS,
    Denominator,
    Mode,
    Phase,
    StaffFunction,
    ThresholdBasis,
)
from lms.cohorts.models.life import CohortLife, phase_case
from lms.core.models import TimestampedModel

cohort_code = RegexValidator(r"^[A-Z][A-Z0-9-]{2,39}$", _("Capital letters, digits and hyphens."))


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cohorts whose inside the user may see as staff: all for administrators, else their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_role(Role.ADMINISTRATOR):
            return self
        mine = CohortStaff.objects.current().filter(user=user)
        managed = ManagerAssignment.objects.filter(user=user)
        if not user.has_role(Role.MANAGER):
            managed = managed.none()
        return self.filter(
            Q(pk__in=mine.values("cohort"))
            | Q(pk__in=managed.filter(cohort__isnull=False).values("cohort"))
            | Q(
                enrolments__organisation__in=managed.filter(organisation__isnull=False).values(
                    "organisation"
                )
            )
        ).distinct()

    def public(self):
        """Opened and not cancelled: what the catalogue shows."""
        return self.filter(opened_at__isnull=False, cancelled_at=None)

    def in_phases(self, phases: Iterable[str], day: datetime.date | None = None):
        """Those in one of these phases on a day (default: today), as `Cohort.phase_on` says it."""
        day = day or timezone.localdate()
        return self.alias(state=phase_case(day)).filter(state__in=list(phases))

    def under_way(
        self, day: datetime.date | None = None, *, after: datetime.timedelta | None = None
    ):
        """Opened, not over; those finished too whose last day is not longer than `after` ago."""
        day = day or timezone.localdate()
        wanted = Q(state__in=[*BEFORE_CLASS, Phase.RUNNING])
        if after is not None:
            wanted |= Q(state=Phase.FINISHED, ends_on__gte=day - after)
        return self.alias(state=phase_case(day)).filter(wanted)

    def teaching(self, day: datetime.date | None = None):
        """Those between their first and their last day, as `Cohort.teaches_on` says it."""
        day = day or timezone.localdate()
        within = Q(state__in=BEFORE_CLASS, starts_on__lte=day, ends_on__gte=day)
        return self.alias(state=phase_case(day)).filter(within | Q(state=Phase.RUNNING))

    def in_sight(self, day: datetime.date | None = None):
        """All but the archived: what lists and boards begin with."""
        return self.in_phases([phase for phase in Phase if phase != Phase.ARCHIVED], day)


class Cohort(CohortLife, TimestampedModel):
    """One edition of a course. Its policy and syllabus are copied from the course when it opens."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[cohort_code])
    course = models.ForeignKey(
        "curriculum.Course",
        verbose_name=_("course"),
        on_delete=models.PROTECT,
        related_name="cohorts",
        help_text=_("The Italian page of the course."),
    )
    # The course's title by language, frozen with the policy; until then Italian alone.
    titles = models.JSONField(default=dict, blank=True, editable=False)
    seats = models.PositiveSmallIntegerField(
        _("seats"), default=25, validators=[MinValueValidator(1)]
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.HOUSE)
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Address of the house or of the room.")
    )
    project_code = models.CharField(
        _("project code"), max_length=60, blank=True, help_text=_("The funder's, for the reports.")
    )
    # Policy, frozen when the cohort opens.
    attendance_threshold = models.PositiveSmallIntegerField(
        _("attendance threshold (%)"), default=75, validators=[MaxValueValidator(100)]
    )
    threshold_basis = models.CharField(
        _("threshold on"), max_length=10, choices=ThresholdBasis, default=ThresholdBasis.COHORT
    )
    denominator = models.CharField(
        _("judged on"), max_length=10, choices=Denominator, default=Denominator.DELIVERED
    )
    excused_leave_denominator = models.BooleanField(
        _("excused absences leave the total"), default=False
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace minutes"), default=10, help_text=_("Changes the label “late”, never the minutes.")
    )

    opened_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, editable=False, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    cancel_reason = models.TextField(blank=True, editable=False)
    override_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, editable=False, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    syllabus_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="a_cohort_ends_after_it_starts",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(applications_close_on__gte=F("applications_open_on")),
                name="applications_close_after_they_open",
                violation_error_message=_("Applications would close before they open."),
            ),
            models.CheckConstraint(
                condition=Q(attendance_threshold__lte=100), name="a_threshold_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(archives_on=None) | Q(archives_on__gt=F("ends_on")),
                name="a_cohort_is_archived_after_its_end",
                violation_error_message=_("A cohort is archived after its last day."),
            ),
            models.CheckConstraint(
                condition=Q(override_phase="", override_reason="", override_on=None)
                | ~Q(override_phase="") & ~Q(override_reason="") & Q(override_on__isnull=False),
                name="a_state_set_by_hand_says_why_and_since_when",
            ),
        ]

    def __str__(self):
        return self.code

    def title_in(self, language: str) -> str:
        """The course's title in a language (`it`, `en`), else in Italian."""
        return self.titles.get(language[:2]) or self.titles.get("it") or self.course.title

    @property
    def title(self) -> str:
        return self.title_in(get_language() or "it")

    def get_absolute_url(self) -> str:
        return reverse("cohorts:detail", args=[self.code])


class CohortStaffQuerySet(models.QuerySet):
    def current(self):
        """Rows whose end date has not passed."""
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))


class CohortStaff(TimestampedModel):
    """Scope: in which cohort a person works, as what, and until when."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.CASCADE,
        related_name="staff_rows",
        verbose_name=_("person"),
    )
    function = models.CharField(_("function"), max_length=20, choices=StaffFunction)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = CohortStaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort staff")
        verbose_name_plural = _("cohort staff")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user", "function"],
                name="a_person_has_a_function_once_per_cohort",
                violation_error_message=_("This person already has this function."),
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.get_function_display()} · {self.cohort}"

    @property
    def ended(self) -> bool:
        """Whether the last day has passed."""
        return self.until is not None and self.until < timezone.localdate()


class ManagerAssignment(TimestampedModel):
    """Scope of a manager: one cohort, or the learners whom one organisation sent."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="manager_rows")
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="manager_rows"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="manager_rows",
    )

    class Meta:
        verbose_name = _("manager's assignment")
        verbose_name_plural = _("managers' assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(cohort__isnull=False, organisation=None)
                | Q(cohort=None, organisation__isnull=False),
                name="a_manager_is_assigned_to_a_cohort_or_an_organisation",
                violation_error_message=_("Choose a cohort or an organisation, not both."),
            ),
            models.UniqueConstraint(fields=["user", "cohort"], name="a_manager_has_a_cohort_once"),
            models.UniqueConstraint(
                fields=["user", "organisation"], name="a_manager_has_an_organisation_once"
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.cohort or self.organisation}"
