"""Who reads a lesson at its own address; learners read their cohort's version of it."""

from lms.accounts.choices import Role
from lms.accounts.models import User

READERS = (Role.INSTRUCTOR, Role.ADMINISTRATOR, Role.COMMITTEE)


def may_read_lessons(user: User) -> bool:
    """Those who write, teach and review. A lesson's text belongs to a cohort: the public sees what it is about."""
    return user.is_authenticated and user.has_role(*READERS)
