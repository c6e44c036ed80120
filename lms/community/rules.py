"""Who may, in what is said to a cohort."""

from lms.accounts.models import User
from lms.cohorts.models import Cohort
from lms.cohorts.rules import may_teach


def may_announce(user: User, cohort: Cohort | None) -> bool:
    """Writes announcements: who teaches or accompanies the cohort until their last day, and administrators."""
    return may_teach(user, cohort)
