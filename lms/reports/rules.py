"""Who may read a cohort's reports, and which of its learners."""

from django.db.models import QuerySet

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.cohorts.models import Cohort, Enrolment


def may_read_reports(user: User, obj: object = None) -> bool:
    """Managers and administrators; which cohorts is `reported_cohorts`."""
    return user.is_authenticated and user.has_role(Role.MANAGER, Role.ADMINISTRATOR)


def reported_cohorts(user: User) -> QuerySet[Cohort]:
    """Opened cohorts in the user's scope."""
    if not may_read_reports(user):
        return Cohort.objects.none()
    return Cohort.objects.visible_to(user).exclude(opened_at=None)


def reported_enrolments(user: User, cohort: Cohort) -> QuerySet[Enrolment]:
    """A manager of an organisation sees its people only."""
    if not may_read_reports(user):
        return Enrolment.objects.none()
    return Enrolment.objects.visible_to(user).filter(cohort=cohort)
