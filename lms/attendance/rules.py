"""Who may, with a register. Predicates take the user and a session or a cohort."""

from lms.accounts.models import User
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import ClassSession, Cohort, CohortStaff
from lms.cohorts.rules import has_function, is_administrator, may_inspect, may_teach


def may_take_register(user: User, session: ClassSession | None) -> bool:
    """Writes and signs: whoever teaches in the cohort, administrators, and the session's own teachers but
    for those whose work in the cohort has ended.
    """
    if session is None:
        return is_administrator(user)
    if may_teach(user, session.cohort):
        return True
    staff = CohortStaff.objects.filter(cohort=session.cohort_id, user=user)
    return session.teachers.filter(pk=user.pk).exists() and not staff.exists()


def may_read_register(user: User, session: ClassSession | None) -> bool:
    """Reads: whoever writes, and the inspector of the cohort until their last day."""
    if may_take_register(user, session):
        return True
    return session is not None and may_inspect(user, session.cohort)


def may_read_overview(user: User, cohort: Cohort | None) -> bool:
    """Sees the totals: the cohort's staff, its managers, administrators."""
    if cohort is None:
        return is_administrator(user)
    return Cohort.objects.visible_to(user).filter(pk=cohort.pk).exists()


def may_record_facts(user: User, cohort: Cohort | None) -> bool:
    """Enters excuses, credits and make-ups, and reads their reasons: tutors, coordinators, administrators."""
    if is_administrator(user):
        return True
    functions = [StaffFunction.TUTOR, StaffFunction.COORDINATOR]
    return cohort is not None and has_function(user, cohort, functions)
