import datetime

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Role
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models.cohort import Cohort, ManagerAssignment
from lms.cohorts.models.enrolment import Enrolment
from lms.cohorts.models.seats import SeatPool
from lms.core.models import TimestampedModel

_ANSWERED = Q(invitations__enrolment__status=EnrolmentStatus.ACTIVE)
_WAITING = Q(invitations__accepted_at=None, invitations__taken_back_at=None)


class SeatGrantQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for administrators; for a manager those of the organisations assigned to them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_role(Role.ADMINISTRATOR):
            return self
        if not user.has_role(Role.MANAGER):
            return self.none()
        mine = ManagerAssignment.objects.filter(user=user, organisation__isnull=False)
        return self.filter(organisation__in=mine.values("organisation"))

    def counted(self):
        """With `accepted` (people who have a seat by it) and `waiting` (unanswered invitations)."""
        return self.annotate(
            accepted=Count("invitations", filter=_ANSWERED),
            waiting=Count("invitations", filter=_WAITING),
        )

    def in_force_on(self, day: datetime.date):
        return self.filter(revoked_at=None, last_day__gte=day)


class SeatGrant(TimestampedModel):
    """Seats of a cohort that an organisation may give to its people until a day; until then they are held."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="grants",
        verbose_name=_("organisation"),
    )  # fmt: skip
    pool = models.ForeignKey(
        SeatPool, null=True, blank=True, on_delete=models.PROTECT, related_name="grants",
        verbose_name=_("seats"),
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(_("number of seats"))
    last_day = models.DateField(_("last day"))
    contact = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("contact person"),
    )  # fmt: skip
    given_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SeatGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation’s seats")
        verbose_name_plural = _("organisations’ seats")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="a_grant_has_seats"),
        ]

    def __str__(self):
        return f"{self.organisation} · {self.cohort}"

    @property
    def in_force(self) -> bool:
        return not self.revoked_at and self.last_day >= timezone.localdate()

    @property
    def left(self) -> int:
        """Seats for which nobody is invited yet; of rows that are `counted`."""
        return max(self.seats - self.accepted - self.waiting, 0)  # type: ignore[attr-defined]


class SeatInvitation(TimestampedModel):
    """A person whom an organisation asked to take one of its seats; the link is in the mail, here its digest."""

    grant = models.ForeignKey(SeatGrant, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(max_length=5, default="it")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="seat_invitations"
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to a seat")
        verbose_name_plural = _("invitations to seats")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("grant"), Lower("email"),
                condition=Q(taken_back_at=None),
                name="an_address_is_invited_once_by_a_grant",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(taken_back_at=None),
                name="an_accepted_seat_is_not_taken_back",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.grant} → {self.email}"
