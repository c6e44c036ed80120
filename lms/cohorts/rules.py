"""Who may, inside a cohort. Every predicate takes the user and a cohort (or None for «anywhere»)."""

from collections.abc import Sequence

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.cohorts.choices import TEACHING_FUNCTIONS, StaffFunction
from lms.cohorts.models import Cohort, CohortStaff, Enrolment


def is_administrator(user: User, cohort: Cohort | None = None) -> bool:
    """Opens cohorts, admits people, plans sessions."""
    return user.has_role(Role.ADMINISTRATOR)


def has_function(user: User, cohort: Cohort, functions: Sequence[str]) -> bool:
    return (
        CohortStaff.objects.current()
        .filter(cohort=cohort, user=user, function__in=functions)
        .exists()
    )


def may_teach(user: User, cohort: Cohort | None) -> bool:
    """Keeps the register: teacher, substitute, tutor or coordinator of this cohort, or administrator."""
    if is_administrator(user):
        return True
    return cohort is not None and has_function(user, cohort, TEACHING_FUNCTIONS)


def may_inspect(user: User, cohort: Cohort | None) -> bool:
    """Reads the registers: whoever keeps them, and the inspector until their last day."""
    if may_teach(user, cohort):
        return True
    return cohort is not None and has_function(user, cohort, [StaffFunction.INSPECTOR])


def may_read_inside(user: User, cohort: Cohort | None) -> bool:
    """Reads the pinned lessons and the sessions' links: the enrolled, the staff, administrators."""
    if cohort is None:
        return False
    if Enrolment.objects.active().filter(cohort=cohort, user=user).exists():
        return True
    return may_inspect(user, cohort)
