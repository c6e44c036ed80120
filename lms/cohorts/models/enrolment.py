from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Role
from lms.cohorts.choices import ApplicationStatus, EnrolmentStatus
from lms.cohorts.models.cohort import Cohort, CohortStaff, ManagerAssignment
from lms.cohorts.models.seats import SeatPool
from lms.core.models import TimestampedModel


class ApplicationQuerySet(models.QuerySet):
    def sent(self):
        """Those that the house has received: a draft is nobody's but its author's."""
        return self.exclude(status=ApplicationStatus.DRAFT)

    def visible_to(self, user):
        """One's own; for administrators all that were sent."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Q(user=user)
        if user.has_role(Role.ADMINISTRATOR):
            mine |= ~Q(status=ApplicationStatus.DRAFT)
        return self.filter(mine)


class Application(TimestampedModel):
    """A person's request to join a cohort, with the organisation as it was at that time.

    A draft is not sent yet: `revision` counts its savings, so that two tabs never overwrite each other in
    silence. `note_version` is the privacy note that the person had before them when they sent it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT,
        related_name="applications", verbose_name=_("organisation"),
    )  # fmt: skip
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    pool = models.ForeignKey(
        SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="applications",
        verbose_name=_("seats asked for"),
    )  # fmt: skip
    motivation = models.TextField(_("motivation"), blank=True)
    bursary_requested = models.BooleanField(_("asks for a bursary"), default=False)
    bursary_reason = models.TextField(_("why a bursary"), blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=ApplicationStatus, default=ApplicationStatus.SUBMITTED
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    note_version = models.CharField(max_length=20, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision_reason = models.TextField(_("reason"), blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"],
                condition=~Q(status=ApplicationStatus.WITHDRAWN),
                name="one_open_application_per_person_and_cohort",
                violation_error_message=_("You have already applied to this cohort."),
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.DRAFT, submitted_at=None)
                | (~Q(status=ApplicationStatus.DRAFT) & Q(submitted_at__isnull=False)),
                name="what_is_sent_has_a_moment_and_a_draft_none",
            ),
        ]

    def __str__(self):
        return f"{self.user} → {self.cohort}"


class EnrolmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=EnrolmentStatus.ACTIVE)

    def visible_to(self, user):
        """One's own; for staff those of their cohorts; for a manager also those their organisation sent.

        A manager who has a cohort only through an organisation sees that organisation's people, not
        the others of the cohort.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_role(Role.ADMINISTRATOR):
            return self
        mine = CohortStaff.objects.current().filter(user=user)
        scope = Q(user=user) | Q(cohort__in=mine.values("cohort"))
        if user.has_role(Role.MANAGER):
            managed = ManagerAssignment.objects.filter(user=user)
            scope |= Q(cohort__in=managed.filter(cohort__isnull=False).values("cohort"))
            scope |= Q(
                organisation__in=managed.filter(organisation__isnull=False).values("organisation")
            )
        return self.filter(scope)


class Enrolment(TimestampedModel):
    """A person in a cohort; every ledger (attendance, progress, attempts) is keyed by it.

    `seat` is a number from 1 to the cohort's seats, unique among the active: seats cannot be oversold
    even where the database knows no row locks. `pool` is the pool that the seat was taken from, None an
    open one.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT,
        related_name="enrolments", verbose_name=_("organisation"),
    )  # fmt: skip
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolment"
    )
    pool = models.ForeignKey(
        SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments",
        verbose_name=_("seats"),
    )  # fmt: skip
    code = models.CharField(_("learner's code"), max_length=50, unique=True)
    seat = models.PositiveSmallIntegerField(_("seat"))
    status = models.CharField(
        _("status"), max_length=12, choices=EnrolmentStatus, default=EnrolmentStatus.ACTIVE
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    joined_on = models.DateField(
        _("joined on"), help_text=_("For a late joiner, the first day in class.")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason"), blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["cohort", "user__last_name", "user__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"],
                name="one_enrolment_per_person_and_cohort",
                violation_error_message=_("This person is already enrolled."),
            ),
            models.UniqueConstraint(
                fields=["cohort", "seat"],
                condition=Q(status=EnrolmentStatus.ACTIVE),
                name="a_seat_is_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(status=EnrolmentStatus.ACTIVE, withdrawn_on=None)
                | Q(status=EnrolmentStatus.WITHDRAWN, withdrawn_on__isnull=False),
                name="who_withdraws_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.cohort}"
