"""Who asked to be told when applications to a course open."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.core.models import TimestampedModel

KEPT = timedelta(days=365)
UNCONFIRMED_KEPT = timedelta(days=7)


class CourseInterestQuerySet(models.QuerySet):
    def waiting(self):
        """Those who will be told: confirmed, and not older than a year."""
        return self.filter(confirmed_at__gt=timezone.now() - KEPT)

    def expired(self):
        """Those to forget: a year after they were confirmed, a week after if they never were."""
        now = timezone.now()
        return self.filter(
            Q(confirmed_at__lte=now - KEPT)
            | Q(confirmed_at=None, created_at__lte=now - UNCONFIRMED_KEPT)
        )


class CourseInterest(TimestampedModel):
    """One person, or one address without an account, who waits for a course. Deleted once they were told."""

    course = models.ForeignKey(
        "curriculum.Course", on_delete=models.CASCADE, related_name="interests"
    )
    user = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="course_interests",
    )
    email = models.EmailField(blank=True)  # in small letters; empty for those with an account
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="it")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = CourseInterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest in a course")
        verbose_name_plural = _("interests in courses")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | (Q(user=None) & ~Q(email="")),
                name="an_interest_is_of_an_account_or_an_address",
            ),
            models.UniqueConstraint(
                fields=["course", "user"], name="a_person_waits_for_a_course_once"
            ),
            models.UniqueConstraint(
                fields=["course", "email"],
                condition=~Q(email=""),
                name="an_address_waits_for_a_course_once",
            ),
        ]

    def __str__(self):
        return f"{self.course} · {self.user or self.email}"
