"""What stands in one person's calendar."""

from django.db.models import Q

from lms.accounts.models import User
from lms.cohorts.choices import TEACHING_FUNCTIONS
from lms.cohorts.models import ClassSession, CohortStaff, Enrolment


def sessions_of(user: User) -> list[ClassSession]:
    """Every session, cancelled ones too, of the cohorts where the person is enrolled or teaches; one query."""
    enrolled = Enrolment.objects.active().filter(user=user)
    teaching = CohortStaff.objects.current().filter(user=user, function__in=TEACHING_FUNCTIONS)
    rows = ClassSession.objects.filter(
        Q(cohort__in=enrolled.values("cohort")) | Q(cohort__in=teaching.values("cohort")),
        cohort__opened_at__isnull=False,
    )
    return list(
        rows.select_related("cohort__course", "module", "venue").order_by("starts_at", "pk")
    )
